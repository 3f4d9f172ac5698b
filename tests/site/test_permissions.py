"""Permissions: every address of ledgers, figures and reports, for every kind of person, against one written table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.figures.keeping import keep
from shuyuan.finance.procurement import Procurement
from shuyuan.ledger import intake
from shuyuan.ledger.evidence import add_evidence
from shuyuan.ledger.intake import Intake, Rights
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.report import freezing
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Part, Report
from shuyuan.report.proofing import adoption, papers
from shuyuan.report.proofing.papers import Paper
from shuyuan.staff.models import Sanction
from tests.county import BUREAU, HOME, County, browser_of, build
from tests.ledger.filed import opened, task_of
from tests.ledger.suite import sheet_of
from tests.report.test_proofing_page import word

PEOPLE: dict[str, Callable[[County], User | None]] = {
    "anonymous": lambda county: None,
    "stranger": lambda county: county.stranger,
    "other clerk": lambda county: county.other_clerk,
    "clerk": lambda county: county.clerk,
    "head": lambda county: county.headteacher,
    "other officer": lambda county: county.officer(Function.UNION),
    "officer": lambda county: county.officer(Function.FINANCE),
    "personnel": lambda county: county.officer(Function.PERSONNEL),
    "office": lambda county: county.office,
    "leader": lambda county: county.leader,
    "superuser": lambda county: county.superuser,
}
WHO = list(PEOPLE)

# A letter for each of PEOPLE: Open, Denied, Hidden, sent to Log in, done and sent on (X), lacking a file (U).
STATUS = {"O": 200, "D": 403, "H": 404, "L": 302, "X": 303, "U": 422}
TABLE: dict[str, tuple[str, str, str]] = {
    "ledger": ("get", "procurement", "LHOOOOOOOOO"),
    "record-add": ("get", "procurement", "LHOOODODODO"),
    "ledger-import": ("get", "procurement", "LHOOODODODO"),
    "ledger-template": ("get", "procurement", "LHOOOOOOOOO"),
    "ledger-export": ("get", "procurement", "LHOOOOOOOOO"),
    "ledger-nothing": ("post", "procurement", "LHXXXDDDDDD"),
    "intake": ("get", "", "LDOOODOOODO"),
    "intake-batch": ("get", "handed in", "LHHHOHHHHHH"),
    "intake-next": ("post", "handed in", "LDHHODHHHDH"),
    "intake-page": ("get", "handed in", "LHHHOHHHHHH"),
    "intake-marked": ("get", "handed in", "LHHHOHHHHHH"),
    "intake-headings": ("get", "handed in", "LHHHOHHHHHH"),
    "record": ("get", "procurement", "LHHOOOOOOOO"),
    "record-edit": ("get", "procurement", "LHHDDDODODO"),
    "record-move": ("post", "procurement", "LHHDDDXDXDX"),
    "record-files": ("post", "procurement", "LHHDDDXDXDX"),
    "record-file": ("get", "procurement", "LHHOOOOOOOO"),
    "books": ("get", "", "LDDDDOOOOOO"),
    "rounds": ("get", "", "LDDDDOOOOOO"),
    "round-add": ("get", "", "LDDDDDDDODO"),
    "round": ("get", "round", "LHHHHOOOOOO"),
    "round-edit": ("get", "round", "LHHHHDDDDDD"),
    "round-remind": ("post", "round", "LHHHHXXXXDX"),
    "task": ("get", "task", "LHHOOOOOOOO"),
    "task-explain": ("post", "task", "LHHXXDDDDDX"),
    "task-file": ("post", "task", "LHHXXDDDDDX"),
    "task-nothing": ("post", "task", "LHHXXDDDDDX"),
    "task-sign": ("post", "task", "LHHDXDDDDDX"),
    "task-return": ("post", "task", "LHHDXDXDXDX"),
    "task-extend": ("post", "task", "LHHDDDDDXDX"),
    "reviews": ("get", "", "LDDDDOOOODO"),
    "review": ("get", "procurement", "LHDDDDODODO"),
    "review-accept": ("post", "procurement", "LHDDDDXDXDX"),
    "review-record": ("get", "procurement", "LHDDDDODODO"),
    "notices-seen": ("post", "", "LXXXXXXXXXX"),
    "round-move": ("post", "round", "LHHHHDDDXDX"),
    "figures": ("get", "", "LDOOOOOOOOO"),
    "figure": ("get", "procurement.total", "LDOOOOOOOOO"),
    "figure-charts": ("get", "", "LDOOOOOOOOO"),
    "figures-saved": ("get", "", "LDDDDOOOODO"),
    "figure-compose": ("get", "", "LDDDDOOOODO"),
    "figure-preview": ("get", "", "LDDDDOOOODO"),
    "figure-search": ("get", "", "LDDDDOOOODO"),
    "figures-export": ("get", "", "LDDDDOOOODO"),
    "figures-import": ("get", "", "LDDDDOOOODO"),
    "figure-save": ("get", "procurement", "LDDDDOOOODO"),
    "figure-edit": ("get", "saved.all", "LDDDDOOOODO"),
    "figure-remark": ("post", "saved.all", "LDDDDXXXXDX"),
    "figure-remove": ("post", "saved.none", "LDDDDXXXXDX"),
    "reports": ("get", "", "LDOOOOOOOOO"),
    "report": ("get", "report", "LDDDDHHHHHH"),
    "report-beside": ("get", "report", "LDDDDHHHHHH"),
    "report-docx": ("get", "report", "LDDDDHHHHHH"),
    "report-pdf": ("get", "report", "LDDDDHHHHHH"),
    "report-template": ("get", "report", "LDDDDHHHHHH"),
    "report-check": ("get", "report", "LDDDDHHHHHH"),
    "report-refresh": ("post", "report", "LDDDDHHHHHH"),
    "report-writing": ("get", "report", "LDDDDOOOOOO"),
    "report-writing-ours": ("get", "report", "LDDDDHHHHHH"),
    "report-writing-annotated": ("post", "report", "LDDDDUUUUUU"),
    "report-writing-filled": ("post", "report", "LDDDDUUUUUU"),
    "report-final": ("get", "draft", "LHHHHOOOOOO"),
    "report-freeze": ("post", "draft", "LHHHHDDDXDX"),
    "frozen-docx": ("get", "frozen", "LHHHHOOOOOO"),
    "frozen-pdf": ("get", "frozen", "LHHHHOOOOOO"),
    "frozen-set": ("get", "frozen", "LHHHHOOOOOO"),
    "report-open": ("post", "", "LDDDDDDDXDX"),
    "report-desk": ("get", "draft", "LHHHHOOOOOO"),
    "report-read": ("get", "draft", "LHHHHOOOOOO"),
    "report-read-docx": ("get", "draft", "LHHHHOOOOOO"),
    "report-read-pdf": ("get", "draft", "LHHHHOOOOOO"),
    "report-read-template": ("get", "draft", "LHHHHOOOOOO"),
    "report-assign": ("post", "draft", "LHHHHDDDXDX"),
    "report-add": ("post", "draft", "LHHHHDDDXDX"),
    "report-title": ("post", "draft", "LHHHHDDDXDX"),
    "report-chapter": ("post", "draft", "LHHHHDDDXDX"),
    "report-give-template": ("post", "draft", "LHHHHDDDXDX"),
    "report-readings": ("get", "draft", "LHHHHOOOOOO"),
    "report-part": ("get", "part", "LHHHHOOOOOO"),
    "report-arrange": ("post", "part", "LHHHHDDDXDX"),
    "report-move": ("post", "part", "LHHHHDXDXDX"),
    "report-remark": ("post", "part", "LHHHHXXXXXX"),
    "report-preview": ("post", "part", "LHHHHOOOOOO"),
    "report-figures": ("get", "part", "LHHHHOOOOOO"),
    "report-word": ("get", "part", "LHHHHOOOOOO"),
    "report-versions": ("get", "part", "LHHHHOOOOOO"),
    "report-proof": ("get", "draft", "LHHHHOOOOOO"),
    "report-proof-dismiss": ("post", "draft", "LHHHHDDDXDX"),
    "adoptions": ("get", "", "LDDDDDDDODO"),
    "adoption": ("get", "adopted", "LDDDDDDDODO"),
    "adoption-decide": ("post", "adopted", "LDDDDDDDXDX"),
    "adoption-figures": ("get", "adopted", "LDDDDDDDODO"),
    "adoption-keep": ("post", "adopted", "LDDDDDDDXDX"),
    "adoption-template": ("get", "adopted", "LDDDDDDDODO"),
    "reported-values": ("get", "", "LDDDDOOOOOO"),
    "proofs": ("get", "", "LOOOOOOOOOO"),
    "proof": ("get", "paper", "LHHHOHHHHHO"),
    "proof-judge": ("post", "paper", "LHHHXHHHHHX"),
    "proof-corrected": ("get", "paper", "LHHHOHHHHHO"),
    "proof-remove": ("post", "paper", "LHHHXHHHHHX"),
}
CONFIDENTIAL: dict[str, tuple[str, str, str]] = {
    "ledger": ("get", "discipline", "LHHHHHHOOOO"),
    "record-add": ("get", "discipline", "LHHHHHHOODO"),
    "ledger-import": ("get", "discipline", "LHHHHHHOODO"),
    "ledger-template": ("get", "discipline", "LHHHHHHOOOO"),
    "ledger-export": ("get", "discipline", "LHHHHHHOOOO"),
    "ledger-nothing": ("post", "discipline", "LHHHHHHDDDD"),
    "record": ("get", "discipline", "LHHHHHHOOOO"),
    "record-edit": ("get", "discipline", "LHHHHHHOODO"),
    "record-move": ("post", "discipline", "LHHHHHHXXDX"),
    "record-files": ("post", "discipline", "LHHHHHHXXDX"),
    "record-file": ("get", "discipline", "LHHHHHHOOOO"),
    "review": ("get", "discipline", "LHHHHHHOODO"),
    "review-accept": ("post", "discipline", "LHHHHHHXXDX"),
    "review-record": ("get", "discipline", "LHHHHHHOODO"),
    "figure": ("get", "discipline.decisions", "LHHHHHHOOOO"),
    "figure-save": ("get", "discipline", "LDDDDHHOODO"),
    "figure-edit": ("get", "saved.secret", "LDDDDHHOODO"),
    "figure-remark": ("post", "discipline.decisions", "LDDDDHHXXDX"),
}
API: dict[str, str] = {
    "/api/ledgers/": "LOOOOOOOOOO",
    "/api/ledgers/procurement/": "LHOOOOOOOOO",
    "/api/ledgers/procurement/{procurement}/": "LHHOOOOOOOO",
    "/api/ledgers/discipline/": "LHHHHHHOOOO",
    "/api/ledgers/discipline/{discipline}/": "LHHHHHHOOOO",
    "/api/figures/?year=2012": "LDOOOOOOOOO",
    "/api/figures/procurement.total/?year=2012": "LDOOOOOOOOO",
    "/api/figures/discipline.decisions/?year=2012": "LHHHHHHOOOO",
}


@pytest.fixture
def records(db: None, settings: Any, tmp_path: Any) -> tuple[County, dict[str, Any], dict[str, int]]:
    """One accepted record of an open and of a confidential ledger, both of 河头小学, each with its evidence."""
    settings.MEDIA_ROOT = tmp_path
    county = build()
    with acting(county.system, "登记"):
        person = county.person(HOME, "张示例", "1")
        common: dict[str, Any] = {"organisation": county[HOME], "date": date(2012, 3, 12), "state": State.ACCEPTED}
        bought = Procurement(item="课桌", purpose="service", method="own", source="school", amount=5, **common)
        sanction = Sanction(person=person, office="head", kind="warning", document="1", grounds="x", **common)
        bought.save()
        sanction.save()
        report = Report(organisation=county[BUREAU], year=2012, title="工作报告", issuer="教育局")
        report.save()
        finance = Organisation.objects.get(duties__function=Function.FINANCE)
        part = {"code": "1.1", "order": 1, "chapter": "经费", "section": finance, "text": "写好了。"}
        Part(report=report, **part).save()
        last = Report.objects.create(organisation=county[BUREAU], year=2011, title="工作报告", issuer="教育局")
        Part.objects.create(report=last, **part, state=Part.State.ADOPTED)
    with acting(county.office, "定稿"):
        freezing.freeze(last, anyway=True)
    with acting(county.system, "登记"):
        made: dict[str, Any] = {"procurement": bought, "discipline": sanction}
        keep({"kind": "count", "name": "saved.all", "title": "全部", "ledger": "procurement"}, county.superuser)
        keep({"kind": "count", "name": "saved.secret", "title": "处分", "ledger": "discipline"}, county.superuser)
        strange, book = sheet_of(["甲", "乙"], [[1, 2]]), ledger("procurement")
        came = intake.receive(county.headteacher, "报表.xlsx", strange, batch="0" * 16, book=book)
        intake.take(came, Rights(county.headteacher))
        old = word("2012年工作总结\n全年化解学校债务5万元。")
        adoption.begin(county.office, "总结.docx", old, year=2012)
        papers.proofed(county.headteacher, "总结.txt", "家长满意率达964%。".encode())
        evidence = {
            name: add_evidence(row, "发票.pdf", BytesIO(b"%PDF-" + name.encode())).pk for name, row in made.items()
        }
    made["round"] = opened(county, "funds", signed=True)
    made["task"] = task_of(made["round"], county[HOME], "funds")
    return county, made, evidence


def asked(name: str, which: str, records: dict[str, Any], evidence: dict[str, int]) -> str:
    if not which:
        return reverse(name)
    if which in {"round", "task"}:
        return reverse(name, args=[records[which].pk])
    if which in {"draft", "part"}:
        part = Part.objects.get(report__year=2012)
        return reverse(name, args=[part.report_id if which == "draft" else part.pk])
    if which in {"paper", "adopted"}:
        return reverse(name, args=[Paper.objects.get(purpose="proof" if which == "paper" else "adopt").pk])
    if name in {"figure", "figure-save", "figure-edit", "figure-remark", "figure-remove"}:
        return reverse(name, args=[which])
    if which == "frozen":
        return reverse(name, args=[Frozen.objects.get().pk])
    if which == "report":
        second: dict[str, list[object]] = {"report-writing-ours": ["annual"], "report-beside": [1998]}
        return reverse(name, args=[1999, *second.get(name, [])])
    if which == "handed in":
        came = Intake.objects.get()
        return reverse(name, args=[came.batch if name in {"intake-batch", "intake-next"} else came.pk])
    if name.startswith("ledger") or name in {"record-add", "review", "review-accept"}:
        return reverse(name, args=[which])
    more = [evidence[which]] if name == "record-file" else []
    return reverse(name, args=[which, records[which].pk, *more])


def answered(status: int, url: str) -> int:
    return STATUS["X"] if status == 302 and not url.startswith(reverse("login")) else status


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("table", [TABLE, CONFIDENTIAL], ids=["open", "confidential"])
def test_every_address_answers_as_the_table_says(
    records: tuple[County, dict[str, Any], dict[str, int]], table: dict[str, tuple[str, str, str]], who: str
) -> None:
    county, made, evidence = records
    client = browser_of(PEOPLE[who](county))
    found, expected = {}, {}
    for name, (method, which, letters) in table.items():
        answer = getattr(client, method)(
            asked(name, which, made, evidence), {"to": "returned", "reason": "缺件", "rule": "jump", "key": "0"}
        )
        found[name] = answered(answer.status_code, getattr(answer, "url", ""))
        expected[name] = STATUS[letters[WHO.index(who)]]
        if method == "post" and name == "record-move" and found[name] == STATUS["X"]:
            made[which].refresh_from_db()
            with acting(county.system, "恢复"):
                made[which].move("filed")
                made[which].move("accepted")
    assert found == expected


@pytest.mark.parametrize("who", WHO)
def test_the_api_answers_as_the_table_says(records: tuple[County, dict[str, Any], dict[str, int]], who: str) -> None:
    county, made, _evidence = records
    client = browser_of(PEOPLE[who](county))
    keys = {name: row.pk for name, row in made.items()}
    found = {path: client.get(path.format(**keys)).status_code for path in API}
    assert found == {path: STATUS[letters[WHO.index(who)]] for path, letters in API.items()}


def test_no_address_of_these_rooms_is_missing_from_the_table() -> None:
    rooms = ("shuyuan.ledger.", "shuyuan.figures.", "shuyuan.report.")
    assert {name for name, view in _addresses() if view.__module__.startswith(rooms)} == set(TABLE)


def _addresses(resolver: Any = None) -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from _addresses(entry)
        elif isinstance(entry, URLPattern) and entry.name and callable(entry.callback):
            yield entry.name, entry.callback


def test_a_school_reads_its_own_part_of_a_figure(records: tuple[County, dict[str, Any], dict[str, int]]) -> None:
    county, _made, _evidence = records
    path = "/api/figures/procurement.purchases/?year=2012"
    assert browser_of(county.clerk).get(path).json()["exact"] == "1"
    assert browser_of(county.other_clerk).get(path).json()["exact"] is None
    assert browser_of(county.leader).get(path).json()["exact"] == "1"
    names = [row["name"] for row in browser_of(county.clerk).get("/api/figures/?year=2012").json()]
    assert "procurement.total" in names
    assert not any(name.startswith(("discipline.", "exam_result.", "saved.secret")) for name in names)


def test_a_post_that_has_ended_opens_nothing(records: tuple[County, dict[str, Any], dict[str, int]]) -> None:
    county, made, _evidence = records
    clerk = county.clerk
    with acting(county.system, "离任"):
        clerk.posts.update(until=date(2012, 1, 1))
    assert browser_of(clerk).get(made["procurement"].get_absolute_url()).status_code == 404
    with acting(county.system, "尚未到任"):
        clerk.posts.update(until=None, since=date(2999, 1, 1))
    assert browser_of(clerk).get(made["procurement"].get_absolute_url()).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_deleted_over_the_api(records: tuple[County, dict[str, Any], dict[str, int]], method: str) -> None:
    county, made, _evidence = records
    client = browser_of(county.superuser)
    assert getattr(client, method)(f"/api/ledgers/procurement/{made['procurement'].pk}/").status_code == 405
    assert getattr(client, method)("/api/ledgers/procurement/").status_code == 405


def test_a_page_on_another_site_cannot_write_for_somebody(
    records: tuple[County, dict[str, Any], dict[str, int]],
) -> None:
    county, made, _evidence = records
    client = browser_of(county.office)
    client.handler.enforce_csrf_checks = True
    row = made["procurement"]
    address = reverse("record-move", args=["procurement", row.pk])
    assert client.post(address, {"to": "returned", "reason": "x"}).status_code == 403
    body = {"reason": "x", "values": {}}
    assert client.post("/api/ledgers/procurement/", body, content_type="application/json").status_code == 403
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
