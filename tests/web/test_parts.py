"""The parts that pages are made of: with data, without, and with text that means harm."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.test import RequestFactory

from shuyuan.web import html
from shuyuan.web.filters import Filters
from shuyuan.web.parts import Bar, Change, Crumb, Event, Fact, Tone
from shuyuan.web.tables import Column, Row, Table

Drawn = Callable[..., str]
HOSTILE = "<script>alert('数')</script>"
COLUMNS = [Column("合同编号", sort="contract"), Column("金额", sort="amount", numeric=True), Column("备注")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2635, "2,635"),
        (Decimal("1635.00"), "1,635.00"),
        (Decimal("-0.30"), "-0.30"),
        (0, "0"),
        (None, "—"),
        ("", "—"),
        ("99.2", "99.2"),
    ],
)
def test_numbers_keep_their_digits_and_nothing_is_a_dash_never_zero(value: object, text: str) -> None:
    assert html.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(date(2012, 3, 8), "2012-03-08"), (True, "是"), (False, "否"), (2012, "2012"), (["甲", "乙"], "甲、乙")],
)
def test_values_read_as_an_office_writes_them(value: object, text: str) -> None:
    assert html.shown(value) == text


def table(rows: list[Row], sorted_by: str = "", totals: list[object] | None = None) -> Table:
    return Table(COLUMNS, rows, "债务", sorted_by, totals)


def test_a_table_aligns_numbers_and_links_its_first_column(drawn: Drawn) -> None:
    page = drawn("{% data_table t %}", t=table([Row(["2012-0017", Decimal("1635.00"), ""], url="/debts/17/")]))
    assert '<a href="/debts/17/">2012-0017</a>' in page
    assert '<td class="numeric">1,635.00</td>' in page
    assert '<span class="nothing">—</span>' in page


def test_a_row_of_the_wrong_length_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="A row of 2 cells in a table of 3 columns"):
        table([Row(["2012-0017", 1])])


def test_sorting_keeps_the_filters_and_starts_over_at_the_first_page(drawn: Drawn) -> None:
    page = drawn("{% data_table t %}", "state=returned&page=7&sort=amount", t=table([Row(["甲", 1, ""])], "amount"))
    links = [QueryDict(link.replace("&amp;", "&")) for link in re.findall(r'href="\?([^"]*)"', page)]
    assert [link.dict() for link in links] == [
        {"state": "returned", "sort": "contract"},
        {"state": "returned", "sort": "-amount"},
    ]
    assert 'aria-sort="ascending"' in page


def test_the_totals_leave_blank_what_has_no_total(drawn: Drawn) -> None:
    page = drawn("{% data_table t %}", t=table([Row(["甲", 1, "乙"])], totals=["合计", 1, ""]))
    assert "—" not in page.split("<tfoot>")[1]


def test_pages_keep_every_other_parameter_and_elide_the_middle(drawn: Drawn) -> None:
    page = drawn("{% pagination p %}", "state=filed&sort=-amount&page=10", p=Paginator(range(1000), 20).get_page(10))
    assert "第 181–200 条" in page
    assert "共 1,000 条" in page
    assert 'href="?state=filed&amp;sort=-amount&amp;page=11"' in page
    assert "…" in page


def test_one_page_needs_no_page_links(drawn: Drawn) -> None:
    page = drawn("{% pagination p %}", p=Paginator(["甲"], 20).get_page(1))
    assert "<nav" not in page
    assert "共 1 条" in page


class Conditions(forms.Form):
    q = forms.CharField(label="搜索", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("filed", "已报送"), ("returned", "已退回")]
    )
    kinds = forms.MultipleChoiceField(label="类型", required=False, choices=[("a", "甲类"), ("b", "乙类")])
    since = forms.DateField(label="起", required=False)
    overdue = forms.BooleanField(label="只看逾期", required=False)
    contract = forms.CharField(label="合同编号", required=False)


def filters(query: str) -> Filters:
    request = RequestFactory().get(f"/somewhere/?{query}")
    return Filters(request, Conditions(request.GET))


def test_each_condition_in_force_is_a_chip_that_takes_only_itself_off() -> None:
    chips = filters("state=returned&kinds=a&kinds=b&sort=-amount&page=3").chips
    assert [(chip.label, chip.value) for chip in chips] == [("状态", "已退回"), ("类型", "甲类"), ("类型", "乙类")]
    assert chips[0].url == "/somewhere/?kinds=a&kinds=b&sort=-amount"
    assert chips[1].url == "/somewhere/?state=returned&kinds=b&sort=-amount"


def test_without_conditions_there_are_no_chips(drawn: Drawn) -> None:
    assert filters("sort=amount").chips == []
    assert drawn("{% chips f %}", f=filters("")).strip() == ""


def test_a_condition_that_is_no_value_shows_its_error_and_no_chip(drawn: Drawn) -> None:
    wrong = filters("since=2012.13.40")
    assert wrong.chips == []
    assert "field-error" in drawn("{% filter_bar f %}", f=wrong)


def test_the_filter_bar_keeps_sorting_and_drops_the_page_number(drawn: Drawn) -> None:
    page = drawn("{% filter_bar f placeholder='合同编号' %}", f=filters("sort=-amount&page=3&q=一中"))
    assert '<input type="hidden" name="sort" value="-amount" data-kept>' in page
    assert 'name="page"' not in page
    assert re.search(r'<input type="search" name="q" value="一中"[^>]* aria-label="搜索"', page)
    assert 'placeholder="合同编号"' in page


def test_a_filter_form_must_be_bound() -> None:
    with pytest.raises(ValueError, match="bound to the address"):
        Filters(RequestFactory().get("/"), Conditions())


def test_a_history_shows_who_when_why_and_both_sides_of_a_change(drawn: Drawn) -> None:
    event = Event(
        "修改", "李示例", datetime(2012, 3, 8, 9, 30), "更正金额", [Change("金额", Decimal("163.50"), Decimal("1635"))]
    )
    page = drawn("{% timeline e %}", e=[event])
    for text in ("修改", "李示例", "2012-03-08 09:30", "更正金额", "163.50", "1,635"):
        assert text in page


@pytest.mark.parametrize(
    ("change", "good", "classes", "sign"),
    [
        (12, "up", "delta-good", "+12"),
        (-12, "up", "delta-bad", "−12"),
        (-2, "down", "delta-good", "−2"),
        (3, "", "delta-neutral", "+3"),
    ],
)
def test_a_change_tells_its_way_by_sign_and_word_not_by_colour_alone(
    drawn: Drawn, change: int, good: str, classes: str, sign: str
) -> None:
    page = drawn("{% delta change unit='人' good=good %}", change=change, good=good)
    assert classes in page
    assert sign in page
    assert ("上升" if change > 0 else "下降") in page


def test_no_change_and_no_value_are_two_things(drawn: Drawn) -> None:
    assert "持平" in drawn("{% delta 0 %}")
    assert "—" in drawn("{% delta none %}", none=None)


def test_bars_are_as_long_as_their_share_of_the_largest(drawn: Drawn) -> None:
    page = drawn("{% bars b unit='人' %}", b=[Bar("甲校", 400), Bar("乙校", 100), Bar("丙校", 0), Bar("丁校", -5)])
    assert re.findall(r'rect width="([\d.]+)"', page) == ["100.0", "25.0", "0.0", "0.0"]


@pytest.mark.parametrize("values", [[], [0], [-3]])
def test_bars_without_anything_to_draw_still_stand(drawn: Drawn, values: list[int]) -> None:
    page = drawn("{% bars b %}", b=[Bar("甲校", value) for value in values])
    assert page.count("<li>") == len(values)


@pytest.mark.parametrize(
    ("done", "total", "share"), [(54, 61, "88.5"), (0, 61, "0.0"), (0, 0, "0.0"), (70, 61, "100.0")]
)
def test_progress_never_leaves_its_bar(drawn: Drawn, done: int, total: int, share: str) -> None:
    assert f'rect width="{share}"' in drawn("{% progress done total '已报送' %}", done=done, total=total)


def test_a_figure_without_a_value_is_a_dash_with_its_reason(drawn: Drawn) -> None:
    page = drawn("{% stat '培训覆盖率' none note='分母为零' %}", none=None)
    assert "—" in page
    assert "分母为零" in page


def test_an_unknown_icon_is_refused_with_the_cure(drawn: Drawn) -> None:
    with pytest.raises(ValueError, match=r"no icon 'hoem': add it to ICONS in tools/vendor_assets\.py"):
        drawn("{% icon 'hoem' %}")


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("{% data_table x %}", {"x": Table([Column(HOSTILE)], [Row([HOSTILE], url='/"><script>')], HOSTILE)}),
        ("{% facts x %}", {"x": [Fact(HOSTILE, HOSTILE), Fact("说明", HOSTILE, wide=True, note=HOSTILE)]}),
        (
            "{% timeline x %}",
            {"x": [Event(HOSTILE, HOSTILE, datetime(2012, 1, 1), HOSTILE, [Change(HOSTILE, HOSTILE, HOSTILE)])]},
        ),
        ("{% bars x unit=h %}", {"x": [Bar(HOSTILE, 1, shown=HOSTILE, note=HOSTILE)], "h": HOSTILE}),
        ("{% stat h h unit=h note=h change=1 change_unit=h %}", {"h": HOSTILE}),
        ("{% badge h 'bad' %}", {"h": HOSTILE}),
        ("{% page_header h subtitle=h crumbs=c %}{{ h }}{% endpage_header %}", {"h": HOSTILE, "c": [Crumb(HOSTILE)]}),
        ("{% panel h note=h %}{{ h }}{% endpanel %}", {"h": HOSTILE}),
        ("{% empty h %}{{ h }}{% endempty %}", {"h": HOSTILE}),
        ("{% progress 1 2 h unit=h %}", {"h": HOSTILE}),
        ("{% icon 'home' label=h %}", {"h": HOSTILE}),
        ("{{ x }}", {"x": html.badge(HOSTILE, Tone.BAD)}),
        ("{{ x|shown }}", {"x": [HOSTILE, HOSTILE]}),
    ],
)
def test_hostile_text_is_text(drawn: Drawn, source: str, context: dict[str, object]) -> None:
    page = drawn(source, **context)
    assert "<script" not in page
    assert "&lt;script" in page or "%3Cscript" in page


def test_hostile_conditions_are_text_in_chips_links_and_fields(drawn: Drawn) -> None:
    hostile = filters("q=%3Cscript%3E&sort=%22%3E%3Cscript%3E&contract=%22%3E%3Cscript%3E")
    page = drawn("{% filter_bar f %}{% chips f %}", f=hostile) + drawn(
        "{% data_table t %}", "q=%22%3E%3Cscript%3E", t=table([Row(["甲", 1, ""])])
    )
    assert "<script" not in page


def test_a_form_has_a_label_a_mark_help_and_errors_for_every_field() -> None:
    class Entry(forms.Form):
        amount = forms.DecimalField(label="金额", help_text="单位是万元")
        signed = forms.DateField(label="签订日期", required=False, initial=date(2012, 3, 8))
        kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", HOSTILE)], widget=forms.RadioSelect)
        sure = forms.BooleanField(label="已核对", required=False)
        proof = forms.FileField(label="佐证材料", required=False)

    blank = str(Entry())
    assert '<label class="form-label" for="id_amount">' in blank
    assert 'id="id_amount_helptext">单位是万元' in blank
    assert 'aria-describedby="id_amount_helptext"' in blank
    assert 'type="date" name="signed" value="2012-03-08"' in blank
    assert 'type="radio"' in blank
    assert "<script" not in blank
    wrong = str(Entry({"amount": "壹千"}))
    assert 'aria-invalid="true"' in wrong
    assert 'id="id_amount_error"' in wrong
    assert "is-invalid" in wrong
