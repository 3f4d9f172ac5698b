"""Keeping figures of one's own: who may, what is refused, and that every process sees the same at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.core.codes import Function
from shuyuan.core.history import NobodyActing, acting
from shuyuan.core.past import as_of
from shuyuan.figures import keeping, registry, saved
from shuyuan.figures.books import Books
from shuyuan.figures.keeping import Refused, keep
from shuyuan.figures.models import SavedFigure
from shuyuan.figures.registry import UnknownFigure, figure, figures
from tests.county import County
from tests.figures.test_books import a_purchase

DEAR = {"kind": "count", "name": "saved.dear", "title": "高价采购", "ledger": "procurement", "where": "amount > 100"}
SPENT = {
    "kind": "sum",
    "name": "saved.spent",
    "title": "采购额",
    "ledger": "procurement",
    "field": "amount",
    "unit": "元",
}
MEAN = {
    "kind": "formula",
    "name": "saved.mean",
    "title": "平均价",
    "expression": "saved.spent / saved.dear",
    "unit": "元",
}
PUNISHED = {"kind": "count", "name": "saved.punished", "title": "受处分", "ledger": "discipline"}


@pytest.fixture
def save(county: County) -> Callable[..., Any]:
    def save(*tables: dict[str, Any], **options: Any) -> None:
        with acting(county.office, "存为指标"):
            for table in tables:
                keep(table, county.office, **options)

    return save


def test_a_saved_figure_is_one_like_any_other(county: County, save: Callable[..., None]) -> None:
    a_purchase(county, 500)
    a_purchase(county, 50)
    a_purchase(county, 200, day=date(2011, 5, 1))
    a_purchase(county, 300, day=date(2011, 5, 1))
    save(DEAR)
    assert "saved.dear" in [one.name for one in figures(2012)]
    books = Books(2012)
    assert [books.value("saved.dear").exact, books.values(["saved.dear"], back=1)[0].exact] == [1, 2]
    assert books.lineage("saved.dear")[0].selection().rows.count() == 1
    assert len(figure("saved.dear").version) == 8


def test_what_one_process_saves_another_sees_in_its_next_book(county: County, save: Callable[..., None]) -> None:
    assert [one.name for one in figures(2012) if one.name.startswith("saved.")] == []
    row = {key: value for key, value in DEAR.items() if key != "name"}
    with acting(county.system, "另一进程"):  # past `keep`, which tells only its own process
        SavedFigure(organisation=county["金坛市教育局"], name="saved.dear", specification=row).save()
    with pytest.raises(UnknownFigure):
        figure("saved.dear")
    assert Books(2012).value("saved.dear").figure.title == "高价采购"


def test_threads_do_not_share_what_they_try(county: County) -> None:
    seen: list[list[str]] = []
    with saved.given({"saved.x": saved.Kept(None, figure("procurement.total"))}):
        thread = threading.Thread(target=lambda: seen.append([*(saved._read.get() or [])]))
        thread.start()
        thread.join()
    assert seen == [[]]


def test_in_the_past_the_figures_are_those_of_that_moment(county: County, save: Callable[..., None]) -> None:
    save(DEAR)
    then = timezone.now()
    save(DEAR | {"title": "改了"}, replacing="saved.dear")
    books = Books(2012)
    with as_of(then):
        assert books.value("saved.dear").figure.title == "高价采购"
    assert figure("saved.dear").title == "改了"


def test_a_figure_of_one_year_s_report_is_that_year_s(county: County, save: Callable[..., None]) -> None:
    save(DEAR, year=2011)
    assert "saved.dear" in [one.name for one in figures(2011)]
    assert "saved.dear" not in [one.name for one in figures(2012)]
    assert registry.is_citation("saved.dear")


def test_saving_is_history_like_all_else(county: County, save: Callable[..., None]) -> None:
    with pytest.raises(NobodyActing):
        keep(DEAR, county.office)
    save(DEAR)
    save(DEAR | {"where": "amount > 200"}, replacing="saved.dear")
    first, second = SavedFigure.objects.get().history().order_by("revision")
    assert [first.columns()["specification"]["where"], second.columns()["specification"]["where"]] == [
        "amount > 100", "amount > 200"
    ]  # fmt: skip
    assert second.written_why == "存为指标"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (DEAR | {"name": "procurement.total"}, "名称『procurement.total』已被占用"),
        (DEAR | {"name": "saved"}, "由点号隔开的两段或几段"),
        (DEAR | {"name": "saved.2a"}, "每段以字母或汉字开头"),
        (DEAR | {"name": "saved.not"}, "不合适"),
        (DEAR | {"name": "saved._x"}, "不合适"),
        (DEAR | {"name": "saved.{{x}}"}, "不合适"),
        (DEAR | {"name": "x." + "长" * 60}, "最多 60 个字"),
        (DEAR | {"name": 5}, "不合适"),
        (DEAR | {"name": "procurement.total.more"}, "一个套着一个"),
        (DEAR | {"title": " "}, "请写标题"),
        (DEAR | {"title": "甲\u202e乙"}, "看不见的字符"),
        (DEAR | {"ledger": "nothing"}, "没有叫「nothing」的台账"),
        (DEAR | {"where": "amuont > 1"}, "相近的名称：amount"),
        (DEAR | {"where": 5}, "where must be str"),
        (DEAR | {"kind": "magic"}, "kind must be one of"),
        (DEAR | {"unit": "万条"}, "计数的单位不能是『万条』"),
        (DEAR | {"decimals": 99}, "decimals 须在 0 和 9 之间"),
        (DEAR | {"decimals": True}, "decimals must be int"),
        (DEAR | {"step": "一百"}, "step must be a number"),
        (DEAR | {"step": "NaN"}, "step must be a number"),
        (DEAR | {"step": 0}, "step 须大于零"),
        (DEAR | {"unit": "人", "shown_in": "万元"}, "不能显示为『万元』"),
        (DEAR | {"target": "target.nothing"}, "没有指标『target.nothing』"),
        (SPENT | {"unit": "人"}, "单位是『元』"),
        (MEAN, "没有指标『saved.spent』"),
        (MEAN | {"expression": "saved.mean + 1"}, "又由本指标算出"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    county: County, save: Callable[..., None], table: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said.replace("{", r"\{")):
        save(table)
    assert SavedFigure.objects.count() == 0


def test_a_change_that_leaves_another_figure_meaningless_is_refused(county: County, save: Callable[..., None]) -> None:
    save(DEAR | {"unit": "笔"}, SPENT, MEAN)
    with pytest.raises(Refused, match="指标「平均价」用到它，会因此不成立"):
        save(SPENT | {"kind": "distinct", "field": "organisation", "unit": "所"}, replacing="saved.spent")
    with pytest.raises(Refused, match="又由本指标算出"):
        save(MEAN | {"name": "saved.dear", "expression": "saved.mean * 1"}, replacing="saved.dear")


def test_what_is_used_is_neither_renamed_nor_removed(
    county: County, save: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(DEAR | {"unit": "笔"}, SPENT, MEAN)
    with pytest.raises(Refused, match=r"指标「平均价」（saved\.mean） 用到这个指标"):
        save(SPENT | {"name": "saved.other"}, replacing="saved.spent")
    with acting(county.office, "删除"):
        with pytest.raises(Refused, match="平均价"):
            keeping.remove("saved.spent", county.office)
        monkeypatch.setattr(registry, "users", [lambda name: ["2012 年报告第 3 段"] if name == "saved.mean" else []])
        with pytest.raises(Refused, match="2012 年报告第 3 段 用到这个指标"):
            keeping.remove("saved.mean", county.office)
        monkeypatch.setattr(registry, "users", [])
        keeping.remove("saved.mean", county.office)
        keeping.remove("saved.spent", county.office)
    with pytest.raises(UnknownFigure):
        figure("saved.spent")


def test_where_an_outline_cites_a_figure_is_told(db: None) -> None:
    told = list(registry.uses("debt.relieved_compulsory"))
    assert any("第 2.1 段" in place for place in told)
    assert any("debt.compulsory_share" in place for place in told)


def test_a_figure_can_be_renamed_while_nothing_uses_it(county: County, save: Callable[..., None]) -> None:
    save(DEAR)
    save(DEAR | {"name": "saved.costly"}, replacing="saved.dear")
    assert [row.name for row in SavedFigure.objects.all()] == ["saved.costly"]
    assert SavedFigure.objects.get().history().count() == 2
    save(SPENT)
    with pytest.raises(Refused, match="已被占用"):
        save(SPENT | {"name": "saved.costly"}, replacing="saved.spent")
    with pytest.raises(Refused, match=r"没有自存指标『saved\.nothing』"):
        save(SPENT, replacing="saved.nothing")


def test_who_cannot_read_a_ledger_neither_saves_from_it_nor_sees_what_was_saved(county: County) -> None:
    personnel, other = county.officer(Function.PERSONNEL), county.officer(Function.UNION)
    with acting(other, "试"), pytest.raises(Refused, match="您不能读它所用的台账"):
        keep(PUNISHED, other)
    with acting(personnel, "存"):
        keep(PUNISHED, personnel)
    assert keeping.readable(figure("saved.punished"), personnel)
    assert not keeping.readable(figure("saved.punished"), other)
    over = {"kind": "formula", "name": "saved.over", "title": "算式", "expression": "saved.punished * 2"}
    with acting(other, "试"):
        with pytest.raises(Refused, match="您不能读"):
            keep(over, other)
        with pytest.raises(Refused, match="您不能读"):
            keep(DEAR | {"name": "saved.punished"}, other)
        with pytest.raises(Refused, match="没有自存指标"):
            keeping.remove("saved.punished", other)
    assert json.loads(keeping.exported(other))["figures"] == []
    assert [table["name"] for table in json.loads(keeping.exported(personnel))["figures"]] == ["saved.punished"]


def test_the_bureau_s_sections_and_office_save_others_do_not(county: County) -> None:
    may = [county.office, county.officer(Function.FINANCE), county.superuser]
    may_not = [county.clerk, county.headteacher, county.leader, county.stranger]
    assert [keeping.may_save(user) for user in may + may_not] == [True] * 3 + [False] * 4


def test_a_figure_whose_ledger_is_gone_is_left_out_and_told(county: County, save: Callable[..., None]) -> None:
    save(DEAR | {"unit": "笔"}, SPENT, MEAN)
    with acting(county.system, "升级"):
        SavedFigure.objects.filter(name="saved.spent").update(specification=SPENT | {"ledger": "gone"})
    saved.renew()
    sound, faults = saved.sound()
    assert list(sound) == ["saved.dear"]
    assert "gone" in faults["saved.spent"]
    assert "没有指标『saved.spent』" in faults["saved.mean"]
    assert Books(2012).values([one.name for one in figures(2012)])


# --- files ---


def file(*tables: dict[str, Any]) -> bytes:
    return json.dumps({"shuyuan": "figures", "form": 1, "figures": tables}, ensure_ascii=False).encode()


def bring(county: County, content: bytes) -> keeping.Imported:
    with acting(county.office, "导入指标"):
        return keeping.imported(content, county.office)


def test_what_is_exported_comes_in_again_and_then_changes_nothing(county: County, save: Callable[..., None]) -> None:
    save(DEAR | {"unit": "笔", "step": "100", "note": "只计已付款"}, SPENT, MEAN)
    save(DEAR | {"name": "saved.once"}, year=2012)
    content = keeping.exported(county.office)
    assert '"title": "高价采购"' in content, "people can read it"
    assert bring(county, content.encode()) == keeping.Imported(0, 0, 4)
    before = [(one.name, one.version) for one in figures(2012)]
    with acting(county.office, "清空"):
        SavedFigure.objects.all().delete()
    saved.renew()
    assert bring(county, content.encode()) == keeping.Imported(4, 0, 0)
    assert [(one.name, one.version) for one in figures(2012)] == before
    assert keeping.exported(county.office) == content
    versions = SavedFigure.versions._default_manager.count()
    assert bring(county, content.encode()) == keeping.Imported(0, 0, 4)
    assert SavedFigure.versions._default_manager.count() == versions


def test_figures_of_a_file_may_be_made_of_one_another_in_any_order(county: County) -> None:
    assert bring(county, file(MEAN, SPENT, DEAR | {"unit": "笔"})).new == 3
    assert bring(county, file(MEAN, SPENT, DEAR | {"unit": "笔", "where": "amount > 7"})) == keeping.Imported(0, 1, 2)


def test_a_file_comes_in_as_a_whole_or_not_at_all_and_every_wrong_entry_is_named(county: County) -> None:
    with pytest.raises(Refused) as refused:
        bring(county, file(DEAR, SPENT | {"field": "amuont"}, MEAN | {"expression": "saved.spent +"}))
    told = "\n".join(refused.value.problems)
    assert "saved.spent: " in told
    assert "saved.mean: " in told
    assert "saved.dear" not in told
    assert SavedFigure.objects.count() == 0
    with pytest.raises(Refused, match=r"第 2 个（saved\.dear）：这个名称在文件里出现不止一次"):
        bring(county, file(DEAR, DEAR))
    with pytest.raises(Refused, match="year 应当是年份"):
        bring(county, file(DEAR | {"year": "2012"}))
    with pytest.raises(Refused, match="又由本指标算出"):
        one = {"kind": "formula", "name": "saved.a", "title": "a", "expression": "saved.b * 1"}
        bring(county, file(one, one | {"name": "saved.b", "expression": "saved.a * 1"}))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b"null", b"7", b"[" * 100_000,
        b'{"shuyuan": "figures", "form": 2, "figures": []}',
        b'{"shuyuan": "figures", "form": 1}', b'{"shuyuan": "figures", "form": 1, "figures": [7]}',
        b'{"shuyuan": "figures", "form": 1, "figures": {"a": 1}}', b" " * (2**20 + 1), file(*[DEAR] * 1001),
        file({}), file({"name": None}), file({"name": ["a"]}), file({"name": {"a": 1}, "kind": []}),
        file(DEAR | {"kind": ["count"]}),
        file(DEAR | {"step": "1e999999999"}), file(DEAR | {"step": 1e308}), file(DEAR | {"title": {"a": 1}}),
    ],
)  # fmt: skip
def test_what_is_no_file_of_figures_is_refused(county: County, content: bytes) -> None:
    with pytest.raises(Refused):
        bring(county, content)
    assert SavedFigure.objects.count() == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def test_no_content_of_an_entry_breaks_the_import(county: County) -> None:
    keys = st.sampled_from(
        ["kind", "name", "title", "ledger", "where", "field", "unit", "step", "decimals", "at", "year"]
    )

    @given(st.dictionaries(keys, JSON, max_size=4))
    def law(change: dict[str, Any]) -> None:
        try:
            bring(county, file(DEAR | change))
        except Refused as refused:
            assert refused.problems
        else:
            assert Books(2012).value(str((DEAR | change)["name"])).figure
            with acting(county.office, "清空"):
                SavedFigure.objects.all().delete()

    law()


def test_the_name_suggested_is_free(county: County, save: Callable[..., None]) -> None:
    assert keeping.suggested_name("debt") == "saved.debt_1"
    save(DEAR | {"name": "saved.debt_1"}, DEAR | {"name": "saved.debt_3"})
    assert keeping.suggested_name("debt") == "saved.debt_2"


def test_asking_for_figures_reads_the_saved_ones_once(county: County, save: Callable[..., None]) -> None:
    save(DEAR, SPENT)
    saved.renew()
    before = len(connection.queries_log)
    connection.force_debug_cursor = True
    try:
        for _again in range(20):
            figures(2012)
            figure("saved.spent")
        asked = [query for query in list(connection.queries_log)[before:] if "savedfigure" in str(query["sql"])]
    finally:
        connection.force_debug_cursor = False
    assert len(asked) == 1
