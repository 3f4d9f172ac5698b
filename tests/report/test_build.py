"""The year's report from the books: bound numbers only, unknown names refused, unchanged books give unchanged bytes."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.finance.debt import DebtRelief
from shuyuan.report import frame, outline
from shuyuan.report.build import TypedNumbers, build
from shuyuan.report.template import TemplateError
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("debt")
MADE = datetime(2013, 1, 8, tzinfo=UTC)


def template(text: str) -> bytes:
    """A Word template with one paragraph of prose."""
    source = f"""
year = 2012
title = "工作报告"
issuer = "教育局"
[[chapter]]
title = "经费"
[[chapter.paragraph]]
id = "1"
section = "finance"
text = \"\"\"{text}\"\"\"
"""
    return frame.build(outline.parse(source), made=MADE)


def paragraphs(report: bytes | None) -> str:
    document = build(2012, report).document
    return "\n".join("".join(inline.text for inline in block.inlines) for block in document.blocks)


def test_the_report_prints_what_the_books_hold(books: Books) -> None:
    text = paragraphs(None)
    assert "全年化解学校债务2635万元，其中义务教育阶段学校1635万元，非义务教育阶段学校1000万元。" in text


def test_every_number_of_the_report_is_bound_to_a_figure_that_opens(books: Books) -> None:
    report = build(2012)
    bound = list(report.document.bound())
    assert len(bound) > 100
    assert all(one.url.endswith(f"/figures/{one.figure}/?year=2012") for one in bound)


def test_what_is_not_known_is_a_dash_with_its_reason(books: Books) -> None:
    report = build(2012)
    reasons = {value.figure.name: value.reason for value in report.unknown}
    assert "aid.loans" in reasons and "没有记录" in reasons["aid.loans"]
    assert "debt.relieved" not in reasons


@pytest.mark.parametrize("typed", ["全年化解债务2635万元。", "查处三名校长。", "覆盖率达百分之八十。", "共12项。"])
def test_a_typed_number_fails_the_build_and_is_quoted(books: Books, typed: str) -> None:
    with pytest.raises(TypedNumbers) as refused:
        build(2012, template(typed))
    assert typed[:4] in str(refused.value)


@pytest.mark.parametrize(
    "allowed", ["2012年12月31日前完成。", "按照常教〔2012〕12号文件执行。", "《2011—2015年行动计划》已经实施。"]
)
def test_dates_document_numbers_and_names_may_stand_typed(books: Books, allowed: str) -> None:
    assert allowed in paragraphs(template(allowed))


def test_a_template_that_names_an_unknown_figure_is_refused_with_its_paragraph(books: Books) -> None:
    with pytest.raises(TemplateError) as refused:
        build(2012, template("全年化解债务{{ debt.releved }}。"))
    assert "全年化解债务{{ debt.releved }}。" in str(refused.value)
    assert "debt.relieved" in str(refused.value)


def test_unchanged_books_give_the_same_bytes(books: Books) -> None:
    assert build(2012).docx == build(2012).docx


def test_a_changed_record_changes_the_draft(books: Books, django_user_model: type[User]) -> None:
    user = django_user_model.objects.create_user("计财")
    debt = DebtRelief.objects.filter(kind="compulsory", date__year=2012).earliest("pk")
    with acting(user, "按凭证更正"):
        debt.amount += 100_000
        debt.save()
    assert "全年化解学校债务2645万元，其中义务教育阶段学校1645万元" in paragraphs(None)


def test_page_word_and_template_can_be_had_by_the_bureau(books: Books, admin_client: Client) -> None:
    page = admin_client.get("/reports/2012/")
    assert 'href="/figures/debt.relieved/?year=2012"' in page.content.decode()
    for name in ("report.docx", "template.docx"):
        answer = admin_client.get(f"/reports/2012/{name}")
        assert answer.content[:2] == b"PK"
    assert admin_client.get("/reports/1999/").status_code == 404


def test_a_school_cannot_read_the_bureau_s_report(books: Books, client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user("河头小学"))
    for name in ("", "2012/", "2012/report.docx", "2012/report.pdf", "2012/template.docx"):
        assert client.get(f"/reports/{name}").status_code == 403
