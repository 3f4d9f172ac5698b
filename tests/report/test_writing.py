"""The page for writing in Word: figures to copy, a template tried at once, its mistakes and its report as files."""

import io
import re
from typing import cast

import docx
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.report import annotate, package, tree
from tests.filled import filled
from tests.report import words

pytestmark = pytest.mark.django_db
books = filled("debt", "project")
PAGE = "/reports/2012/writing/"


def sent(client: Client, data: bytes, address: str = "", **fields: str) -> HttpResponse:
    given = SimpleUploadedFile("试写.docx", data)
    return cast(HttpResponse, client.post(f"{PAGE}{address}", {"file": given, **fields}))


def text_of(data: bytes) -> str:
    return "\n".join(block.text for block in tree.read(data).blocks)


def test_every_figure_is_there_with_its_placeholder_to_copy(books: Books, admin_client: Client) -> None:
    page = admin_client.get(PAGE).content.decode()
    assert "{{ debt.relieved }}" in page and "2635万元" in page
    assert page.count("data-copy") > 150
    assert "{{ 化解学校债务 | 折合(亿元) }}" in page and "0.2635亿元" in page


def test_a_template_is_shown_as_it_prints_with_each_number_a_link(books: Books, admin_client: Client) -> None:
    page = sent(admin_client, words.with_runs("化解债务{{ 化解学校债务 }}。")).content.decode()
    assert re.search(r'化解债务<a [^>]*href="/figures/debt.relieved/[^"]*"[^>]*>2635万元</a>', page)
    assert "没有问题" in page and "下载填好的报告" in page


def test_what_nobody_knows_yet_is_told_with_its_reason(books: Books, admin_client: Client) -> None:
    page = sent(admin_client, words.with_runs("发放{{ aid.loans }}。")).content.decode()
    assert "还有数字算不出来" in page and "没有记录" in page


def test_mistakes_are_listed_with_their_paragraph(books: Books, admin_client: Client) -> None:
    data = words.with_runs("化解债务{{ debt.releived }}，查处3人。<b>")
    page = sent(admin_client, data).content.decode()
    assert "指标 debt.releived 不存在" in page and "相近的指标：debt.relieved" in page
    assert "『3』是手写的数字" in page and "&lt;b&gt;" in page and "<b>" not in page
    assert "下载填好的报告" not in page


def test_only_the_changed_region_comes_when_the_page_is_there_already(books: Books, admin_client: Client) -> None:
    data = SimpleUploadedFile("a.docx", words.with_runs("化解{{ debt.relieved }}"))
    answer = admin_client.post(PAGE, {"file": data}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode() and "没有问题" in answer.content.decode()


def test_the_returned_file_has_a_comment_at_each_mistake(books: Books, admin_client: Client) -> None:
    answer = sent(admin_client, words.with_runs("化解{{ debt.releived }}，查处3人。"), "annotated.docx")
    said = [one.text for one in package.open_docx(answer.content).comments]
    assert len(said) == 2 and all(one.author == annotate.AUTHOR for one in package.open_docx(answer.content).comments)
    assert "filename*=utf-8''" in answer["Content-Disposition"]


def test_the_filled_report_can_be_had_when_nothing_is_wrong(books: Books, admin_client: Client) -> None:
    answer = sent(admin_client, words.with_runs("化解{{ debt.relieved | 折合(亿元) }}。"), "filled.docx")
    assert text_of(answer.content) == "化解0.2635亿元。"
    wrong = sent(admin_client, words.with_runs("化解{{ debt.releived }}。"), "filled.docx")
    assert len(list(package.open_docx(wrong.content).comments)) == 1


def test_a_name_that_is_no_school_s_is_told_and_not_raised(books: Books, admin_client: Client) -> None:
    page = sent(admin_client, words.with_runs("{{ debt.relieved | 其中(没有的学校) }}")).content.decode()
    assert "没有叫『没有的学校』的单位" in page
    loop = "{% for x in school.names %}{{ debt.relieved | at(没有的学校) }}{% endfor %}"
    assert "没有叫『没有的学校』的单位" in sent(admin_client, words.with_runs(loop)).content.decode()


@pytest.mark.parametrize("address", ["", "annotated.docx", "filled.docx"])
def test_what_is_no_word_document_is_refused_with_the_cure(books: Books, admin_client: Client, address: str) -> None:
    assert "不是 Word 文档" in sent(admin_client, b"hello", address).content.decode()
    assert "请先选择" in admin_client.post(f"{PAGE}{address}").content.decode()


def test_a_file_beyond_the_limit_is_refused(
    books: Books, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuyuan.report.writing.MOST_BYTES", 100)
    assert "超过 20 MB" in sent(admin_client, words.with_runs("{{ debt.relieved }}")).content.decode()


@pytest.mark.parametrize("kind", ["annual", "bulletin"])
def test_our_templates_can_be_had_and_come_back_without_a_mistake(
    books: Books, admin_client: Client, kind: str
) -> None:
    ours = admin_client.get(f"{PAGE}{kind}-template.docx").content
    assert "没有问题" in sent(admin_client, ours).content.decode()


def test_a_school_s_report_counts_that_school_s_records_only(books: Books, admin_client: Client) -> None:
    relief = books.vector("debt.relieved")
    key, value = max(relief.items(), key=lambda pair: pair[1].exact or 0)
    school = Organisation.objects.get(pk=key)
    template = admin_client.get(f"{PAGE}school-template.docx?school={key}").content
    assert f"{school.name}2012年度工作总结" in text_of(template)
    answer = sent(admin_client, template, "filled.docx", school=str(key))
    assert f"化解债务{value.number}万元" in text_of(answer.content)
    assert admin_client.get(f"{PAGE}?school=0").status_code == 404


def test_an_unknown_kind_is_not_found_nor_one_that_whole_years_would_be_printed_in(
    books: Books, admin_client: Client
) -> None:
    assert "上半年" not in admin_client.get(PAGE).content.decode()
    assert admin_client.get(f"{PAGE}half_year-template.docx").status_code == 404
    assert admin_client.get(f"{PAGE}weekly-template.docx").status_code == 404


def test_a_school_s_people_cannot_come_here(books: Books, client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user("河头小学"))
    for address in ("", "annual-template.docx"):
        assert client.get(f"{PAGE}{address}").status_code == 403
    for address in ("", "annotated.docx", "filled.docx"):
        assert sent(client, words.with_runs("x"), address).status_code == 403


def test_a_template_of_two_hundred_pages_is_tried(books: Books, admin_client: Client) -> None:
    document = docx.Document()
    for _number in range(1500):
        document.add_paragraph(
            "全年化解学校债务{{ debt.relieved }}，其中义务教育阶段{{ debt.relieved_compulsory }}。" + "略" * 60
        )
    buffer = io.BytesIO()
    document.save(buffer)
    answer = sent(admin_client, buffer.getvalue())
    assert "没有问题，3000 个数字已经填好" in answer.content.decode()
