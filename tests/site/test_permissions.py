"""Permissions: every address and every route of the API, for every kind of person, against one written table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shuyuan.core import tokens
from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.models import AccessToken, Organisation, Person, Post
from shuyuan.core.people import may
from shuyuan.core.roles import RIGHTS, Right, Role, holders, rights_of
from shuyuan.figures.keeping import keep
from shuyuan.finance.procurement import Procurement
from shuyuan.jobs import work
from shuyuan.jobs.job import Job
from shuyuan.ledger import intake
from shuyuan.ledger.evidence import add_evidence
from shuyuan.ledger.flow import hands
from shuyuan.ledger.intake import Intake, Rights
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import Hand, State
from shuyuan.report import freezing
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Part, Report
from shuyuan.report.proofing import adoption, papers
from shuyuan.report.proofing.papers import Paper
from shuyuan.schooling.models import Pupil
from shuyuan.site.accounts.urls import urlpatterns as accounts_urls
from shuyuan.site.api import api
from shuyuan.staff.models import Sanction
from tests.collections.drawn import SLUG, drawn
from tests.county import BUREAU, HOME, OTHER, County, browser_of, build
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
    "auditor": lambda county: county.keeper(Role.AUDITOR),
    "system administrator": lambda county: county.keeper(Role.SYSTEM),
    "security administrator": lambda county: county.keeper(Role.SECURITY),
    "audit administrator": lambda county: county.keeper(Role.AUDIT),
}
WHO = list(PEOPLE)

# A letter for each of PEOPLE: Open, Denied, Hidden, sent to Log in, done and sent on (X), lacking a file (U).
# N: not known to the API, which sends nobody to a page.
STATUS = {"O": 200, "D": 403, "H": 404, "L": 302, "X": 303, "U": 422, "N": 401}
TABLE: dict[str, tuple[str, str, str]] = {
    "ledger": ("get", "procurement", "LHOOOOOOOOOHHHH"),
    "record-add": ("get", "procurement", "LHOOODODODOHHHH"),
    "ledger-import": ("get", "procurement", "LHOOODODODOHHHH"),
    "ledger-grid": ("get", "procurement", "LHOOODODODOHHHH"),
    "ledger-template": ("get", "procurement", "LHOOOOOOOOOHHHH"),
    "ledger-export": ("get", "procurement", "LHOOOOOOOOOHHHH"),
    "ledger-nothing": ("post", "procurement", "LHXXXDDDDDDHHHH"),
    "intake": ("get", "", "LDOOODOOODODDDD"),
    "intake-batch": ("get", "handed in", "LHHHOHHHHHHHHHH"),
    "intake-next": ("post", "handed in", "LDHHODHHHDHDDDD"),
    "intake-page": ("get", "handed in", "LHHHOHHHHHHHHHH"),
    "intake-marked": ("get", "handed in", "LHHHOHHHHHHHHHH"),
    "intake-headings": ("get", "handed in", "LHHHOHHHHHHHHHH"),
    "record": ("get", "procurement", "LHHOOOOOOOOHHHH"),
    "record-edit": ("get", "procurement", "LHHDDDODODOHHHH"),
    "record-move": ("post", "procurement", "LHHDDDXDXDXHHHH"),
    "record-files": ("post", "procurement", "LHHDDDXDXDXHHHH"),
    "record-file": ("get", "procurement", "LHHOOOOOOOOHHHH"),
    "books": ("get", "", "LDDDDOOOOOODDDD"),
    "rounds": ("get", "", "LDDDDOOOOOODDDD"),
    "round-add": ("get", "", "LDDDDDDDODODDDD"),
    "round": ("get", "round", "LHHHHOOOOOOHHHH"),
    "round-edit": ("get", "round", "LHHHHDDDDDDHHHH"),
    "round-remind": ("post", "round", "LHHHHXXXXDXHHHH"),
    "task": ("get", "task", "LHHOOOOOOOOHHHH"),
    "task-explain": ("post", "task", "LHHXXDDDDDXHHHH"),
    "task-file": ("post", "task", "LHHXXDDDDDXHHHH"),
    "task-nothing": ("post", "task", "LHHXXDDDDDXHHHH"),
    "task-sign": ("post", "task", "LHHDXDDDDDXHHHH"),
    "task-return": ("post", "task", "LHHDXDXDXDXHHHH"),
    "task-extend": ("post", "task", "LHHDDDDDXDXHHHH"),
    "reviews": ("get", "", "LDDDDOOOODODDDD"),
    "review": ("get", "procurement", "LHDDDDODODOHHHH"),
    "review-accept": ("post", "procurement", "LHDDDDXDXDXHHHH"),
    "review-judge": ("post", "procurement", "LHDDDDHDHDHHHHH"),
    "review-record": ("get", "procurement", "LHDDDDODODOHHHH"),
    "notices": ("get", "", "LOOOOOOOOOOOOOO"),
    "notices-seen": ("post", "", "LXXXXXXXXXXXXXX"),
    "mailing": ("post", "", "LXXXXXXXXXXXXXX"),
    "jobs": ("get", "", "LOOOOOOOOOOOOOO"),
    "job": ("get", "job", "LHHHOHHHHHHHHHH"),
    "job-cancel": ("post", "job", "LHHHXHHHHHHHHHH"),
    "job-again": ("post", "job", "LHHHXHHHHHHHHHH"),
    "job-file": ("get", "job", "LHHHHHHHHHHHHHH"),
    "tokens": ("get", "", "LOOOOOOOOOOOOOO"),
    "token-revoke": ("post", "token", "LHHHXHHHHHHHHHH"),
    "round-columns": ("post", "round", "LHHHHDDDDDDHHHH"),
    "round-move": ("post", "round", "LHHHHDDDXDXHHHH"),
    "collections": ("get", "", "LDDDDOOOOOODDDD"),
    "collection-new": ("get", "", "LDDDDDDDODODDDD"),
    "collection-upload": ("get", "", "LDDDDDDDODODDDD"),
    "collection": ("get", "collection", "LDDDDOOOOOODDDD"),
    "collection-edit": ("get", "collection", "LDDDDDDDODODDDD"),
    "collection-export": ("get", "collection", "LDDDDOOOOOODDDD"),
    "collection-elsewhere": ("post", "collection", "LDDDDDDDXDXDDDD"),
    "collection-again": ("post", "collection", "LDDDDDDDXDXDDDD"),
    "collection-archive": ("post", "collection", "LDDDDDDDXDXDDDD"),
    "figures": ("get", "", "LDOOOOOOOOODDDD"),
    "figure": ("get", "procurement.total", "LDOOOOOOOOODDDD"),
    "figure-charts": ("get", "", "LDOOOOOOOOODDDD"),
    "figures-saved": ("get", "", "LDDDDOOOODODDDD"),
    "figure-compose": ("get", "", "LDDDDOOOODODDDD"),
    "figure-preview": ("get", "", "LDDDDOOOODODDDD"),
    "figure-search": ("get", "", "LDDDDOOOODODDDD"),
    "figures-export": ("get", "", "LDDDDOOOODODDDD"),
    "figures-import": ("get", "", "LDDDDOOOODODDDD"),
    "figure-save": ("get", "procurement", "LDDDDOOOODODDDD"),
    "figure-edit": ("get", "saved.all", "LDDDDOOOODODDDD"),
    "figure-remark": ("post", "saved.all", "LDDDDXXXXDXDDDD"),
    "figure-remove": ("post", "saved.none", "LDDDDXXXXDXDDDD"),
    "reports": ("get", "", "LDOOOOOOOOODDDD"),
    "report": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-beside": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-docx": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-pdf": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-template": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-check": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-refresh": ("post", "report", "LDDDDHHHHHHDDDD"),
    "report-writing": ("get", "report", "LDDDDOOOOOODDDD"),
    "report-writing-ours": ("get", "report", "LDDDDHHHHHHDDDD"),
    "report-writing-annotated": ("post", "report", "LDDDDUUUUUUDDDD"),
    "report-writing-filled": ("post", "report", "LDDDDUUUUUUDDDD"),
    "report-final": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-freeze": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "frozen-docx": ("get", "frozen", "LHHHHOOOOOOHHHH"),
    "frozen-pdf": ("get", "frozen", "LHHHHOOOOOOHHHH"),
    "frozen-set": ("get", "frozen", "LHHHHOOOOOOHHHH"),
    "report-open": ("post", "", "LDDDDDDDXDXDDDD"),
    "report-desk": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-read": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-read-docx": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-read-pdf": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-read-template": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-assign": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "report-add": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "report-title": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "report-chapter": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "report-give-template": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "report-readings": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-part": ("get", "part", "LHHHHOOOOOOHHHH"),
    "report-arrange": ("post", "part", "LHHHHDDDXDXHHHH"),
    "report-move": ("post", "part", "LHHHHDXDXDXHHHH"),
    "report-remark": ("post", "part", "LHHHHXXXXXXHHHH"),
    "report-preview": ("post", "part", "LHHHHOOOOOOHHHH"),
    "report-figures": ("get", "part", "LHHHHOOOOOOHHHH"),
    "report-word": ("get", "part", "LHHHHOOOOOOHHHH"),
    "report-versions": ("get", "part", "LHHHHOOOOOOHHHH"),
    "ledger-export-full": ("post", "pupil", "LHOOODDDODOHHHH"),
    "record-unmask": ("post", "pupil", "LHHOODDDODOHHHH"),
    "permissions": ("get", "", "LDOOOOOOOOOOOOO"),
    "log": ("get", "", "LDDDDDDDODOODDO"),
    "home": ("get", "", "LOOOOOOOOOOOOOO"),
    "set_language": ("post", "", "XXXXXXXXXXXXXXX"),
    "kit": ("get", "", "HHHHHHHHHHHHHHH"),
    "kit-list": ("get", "", "HHHHHHHHHHHHHHH"),
    "kit-record": ("get", "", "HHHHHHHHHHHHHHH"),
    "kit-form": ("get", "", "HHHHHHHHHHHHHHH"),
    "report-proof": ("get", "draft", "LHHHHOOOOOOHHHH"),
    "report-proof-dismiss": ("post", "draft", "LHHHHDDDXDXHHHH"),
    "adoptions": ("get", "", "LDDDDDDDODODDDD"),
    "adoption": ("get", "adopted", "LDDDDDDDODODDDD"),
    "adoption-decide": ("post", "adopted", "LDDDDDDDXDXDDDD"),
    "adoption-figures": ("get", "adopted", "LDDDDDDDODODDDD"),
    "adoption-keep": ("post", "adopted", "LDDDDDDDXDXDDDD"),
    "adoption-template": ("get", "adopted", "LDDDDDDDODODDDD"),
    "reported-values": ("get", "", "LDDDDOOOOOODDDD"),
    "proofs": ("get", "", "LOOOOOOOOOOOOOO"),
    "proof": ("get", "paper", "LHHHOHHHHHOHHHH"),
    "proof-judge": ("post", "paper", "LHHHXHHHHHXHHHH"),
    "proof-corrected": ("get", "paper", "LHHHOHHHHHOHHHH"),
    "proof-remove": ("post", "paper", "LHHHXHHHHHXHHHH"),
}
ACCOUNTS: dict[str, tuple[str, str]] = {
    "login": ("get", "OXXXXXXXXXXXXXX"),
    "account_login": ("get", "OXXXXXXXXXXXXXX"),
    "logout": ("post", "LLLLLLLLLLLLLLL"),
    "account_logout": ("post", "LLLLLLLLLLLLLLL"),
    "mfa_authenticate": ("get", "LXXXXXXXXXXXXXX"),
    "mfa_login_webauthn": ("get", "LXXXXXXXXXXXXXX"),
    "account_reset_password": ("get", "OOOOOOOOOOOOOOO"),
    "account_reset_password_done": ("get", "OOOOOOOOOOOOOOO"),
    "account_reset_password_from_key": ("get", "OOOOOOOOOOOOOOO"),
    "account_reset_password_from_key_done": ("get", "OOOOOOOOOOOOOOO"),
    "socialaccount_login_cancelled": ("get", "OOOOOOOOOOOOOOO"),
    "openid_connect_login": ("get", "HHHHHHHHHHHHHHH"),
    "openid_connect_callback": ("get", "HHHHHHHHHHHHHHH"),
    "dingtalk_login": ("get", "HHHHHHHHHHHHHHH"),
    "dingtalk_callback": ("get", "HHHHHHHHHHHHHHH"),
    "feishu_login": ("get", "HHHHHHHHHHHHHHH"),
    "feishu_callback": ("get", "HHHHHHHHHHHHHHH"),
    "wecom_login": ("get", "HHHHHHHHHHHHHHH"),
    "wecom_callback": ("get", "HHHHHHHHHHHHHHH"),
    "my-account": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_index": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_list_webauthn": ("get", "LOOOOOOOOOOOOOO"),
    "socialaccount_connections": ("get", "LOOOOOOOOOOOOOO"),
    "account_change_password": ("get", "LOOOOOOOOOOOOOO"),
    "account_reauthenticate": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_reauthenticate": ("get", "LXXXXXXXXXXXXXX"),
    "mfa_reauthenticate_webauthn": ("get", "LXXXXXXXXXXXXXX"),
    "mfa_activate_totp": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_deactivate_totp": ("get", "LHHHHHHHHHHHHHH"),
    "mfa_add_webauthn": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_remove_webauthn": ("get", "LHHHHHHHHHHHHHH"),
    "mfa_view_recovery_codes": ("get", "LHHHHHHHHHHHHHH"),
    "mfa_generate_recovery_codes": ("get", "LOOOOOOOOOOOOOO"),
    "mfa_download_recovery_codes": ("get", "LHHHHHHHHHHHHHH"),
    "sessions-end": ("post", "LXXXXXXXXXXXXXX"),
    "outside-unlink": ("post", "LHHHHHHHHHHHHHH"),
    "accounts": ("get", "LDDDDDDDODODOOD"),
    "account-add": ("get", "LDDDDDDDODODODD"),
    "accounts-import": ("get", "LDDDDDDDODODODD"),
    "accounts-template": ("get", "LDDDDDDDODODODD"),
    "accounts-slips": ("post", "LDDDDDDDXDXDXDD"),
    "account": ("get", "LDDDDDDDODODOOD"),
    "account-act": ("post", "LDDDDDDDXDXDXDD"),
    "account-post": ("post", "LDDDDDDDODODDOD"),
    "account-post-end": ("post", "LDDDDDDDXDXDDXD"),
}
CONFIDENTIAL: dict[str, tuple[str, str, str]] = {
    "ledger": ("get", "discipline", "LHHHHHHOOOOHHHH"),
    "record-add": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "ledger-import": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "ledger-grid": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "ledger-template": ("get", "discipline", "LHHHHHHOOOOHHHH"),
    "ledger-export": ("get", "discipline", "LHHHHHHOOOOHHHH"),
    "ledger-nothing": ("post", "discipline", "LHHHHHHDDDDHHHH"),
    "record": ("get", "discipline", "LHHHHHHOOOOHHHH"),
    "record-edit": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "record-move": ("post", "discipline", "LHHHHHHXXDXHHHH"),
    "record-files": ("post", "discipline", "LHHHHHHXXDXHHHH"),
    "record-file": ("get", "discipline", "LHHHHHHOOOOHHHH"),
    "review": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "review-accept": ("post", "discipline", "LHHHHHHXXDXHHHH"),
    "review-judge": ("post", "discipline", "LHHHHHHHHDHHHHH"),
    "review-record": ("get", "discipline", "LHHHHHHOODOHHHH"),
    "figure": ("get", "discipline.decisions", "LHHHHHHOOOOHHHH"),
    "figure-save": ("get", "discipline", "LDDDDHHOODODDDD"),
    "figure-edit": ("get", "saved.secret", "LDDDDHHOODODDDD"),
    "figure-remark": ("post", "discipline.decisions", "LDDDDHHXXDXDDDD"),
}
JSON = "application/json"
SENT = {
    "to": "returned",
    "reason": "缺件",
    "rule": "jump",
    "field": "number",
    "purpose": "核对证件",
    "language": "zh-hans",
    "key": "0",
}
BODIES: dict[str, dict[str, Any]] = {
    "": {"reason": "报送", "values": {}, "revision": 99},
    "move": {"to": "returned"},
    "accept": {"records": [{"id": 1, "revision": 1}]},
    "rows": {"reason": "报送", "rows": [{}]},
}
"""What is sent to a route, by how its address ends."""
API: dict[str, str] = {
    "GET /api/ledgers/": "NOOOOOOOOOOOOOO",
    "GET /api/ledgers/procurement/": "NHOOOOOOOOOHHHH",
    "GET /api/ledgers/procurement/{procurement}/": "NHHOOOOOOOOHHHH",
    "GET /api/ledgers/discipline/": "NHHHHHHOOOOHHHH",
    "GET /api/ledgers/discipline/{discipline}/": "NHHHHHHOOOOHHHH",
    "GET /api/rounds/": "NDDDDOOOOOODDDD",
    "GET /api/rounds/{round}/": "NHHHHOOOOOOHHHH",
    "GET /api/tasks/": "NOOOOOOOOOOOOOO",
    "GET /api/tasks/{task}/": "NHHOOOOOOOOHHHH",
    "GET /api/notices/": "NOOOOOOOOOOOOOO",
    "GET /api/figures/?year=2012": "NDOOOOOOOOODDDD",
    "GET /api/figures/procurement.total/?year=2012": "NDOOOOOOOOODDDD",
    "GET /api/figures/discipline.decisions/?year=2012": "NHHHHHHOOOOHHHH",
    "POST /api/ledgers/procurement/{procurement}/move/": "NHHDDDUDUDUHHHH",
    "POST /api/tasks/{task}/file/": "NHHUUDDDDDUHHHH",
    "POST /api/tasks/{task}/nothing/": "NHHOODDDDDOHHHH",
    "POST /api/tasks/{task}/sign/": "NHHDODDDDDOHHHH",
    "POST /api/rounds/{round}/remind/": "NHHHHOOOODOHHHH",
    "POST /api/notices/seen/": "NOOOOOOOOOOOOOO",
    "POST /api/tasks/{task}/return/": "NHHDODUDUDOHHHH",
    "POST /api/ledgers/procurement/accept/": "NHDDDDODODOHHHH",
    "POST /api/ledgers/discipline/accept/": "NHHHHHHOODOHHHH",
    "PUT /api/ledgers/procurement/rows/": "NHUUUDUDUDUHHHH",
    "PUT /api/ledgers/discipline/rows/": "NHHHHHHUUDUHHHH",
    "PATCH /api/ledgers/procurement/{procurement}/": "NHHDDDUDUDUHHHH",
    "PATCH /api/ledgers/discipline/{discipline}/": "NHHHHHHUUDUHHHH",
    "POST /api/ledgers/procurement/": "NHUUUDUDUDUHHHH",
    "POST /api/ledgers/discipline/": "NHHHHHHUUDUHHHH",
    "GET /api/openapi.json": "OOOOOOOOOOOOOOO",
}
SEPARATED: dict[str, str] = {
    "log": "LDDDDDDDDDDODDO",
    "permissions": "LDOOOOOOOODOOOO",
}
"""What is otherwise while the three administrators are separated; a superuser is then like a stranger."""


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
        child = county.person(HOME, "李示例", "2", Person.Kind.PUPIL)
        pupil = Pupil(person=child, stage="primary", form="1", number="J320482200509010017", **common)
        pupil.save()
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
        made: dict[str, Any] = {"procurement": bought, "discipline": sanction, "pupil": pupil}
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
    drawn(county)
    tokens.make(county.headteacher, "同步")
    work.start(county.headteacher, "intake", "批量导入", batch=came.batch)
    made["round"] = opened(county, "funds", signed=True)
    made["task"] = task_of(made["round"], county[HOME], "funds")
    return county, made, evidence


def asked(name: str, which: str, records: dict[str, Any], evidence: dict[str, int]) -> str:
    if not which:
        return reverse(name)
    if which == "collection":
        return reverse(name, args=[SLUG])
    if which in {"round", "task"}:
        return reverse(name, args=[records[which].pk])
    if which in {"draft", "part"}:
        part = Part.objects.get(report__year=2012)
        return reverse(name, args=[part.report_id if which == "draft" else part.pk])
    if which in {"paper", "adopted"}:
        return reverse(name, args=[Paper.objects.get(purpose="proof" if which == "paper" else "adopt").pk])
    if name in {"figure", "figure-save", "figure-edit", "figure-remark", "figure-remove"}:
        return reverse(name, args=[which])
    if which in {"job", "token"}:
        return reverse(name, args=[(Job.objects.last() if which == "job" else AccessToken.objects.get()).pk])  # type: ignore[union-attr]
    if which == "frozen":
        return reverse(name, args=[Frozen.objects.get().pk])
    if which == "report":
        second: dict[str, list[object]] = {"report-writing-ours": ["annual"], "report-beside": [1998]}
        return reverse(name, args=[1999, *second.get(name, [])])
    if which == "handed in":
        came = Intake.objects.get()
        return reverse(name, args=[came.batch if name in {"intake-batch", "intake-next"} else came.pk])
    if name.startswith("ledger") or name in {"record-add", "review", "review-accept", "review-judge"}:
        return reverse(name, args=[which])
    more = [evidence[which]] if name == "record-file" else []
    return reverse(name, args=[which, records[which].pk, *more])


def answered(status: int, url: str) -> int:
    return STATUS["X"] if status == 302 and not url.startswith(reverse("login")) else status


@pytest.mark.parametrize("who", WHO)
def test_every_address_answers_as_the_table_says(
    records: tuple[County, dict[str, Any], dict[str, int]], who: str
) -> None:
    county, made, evidence = records
    client = browser_of(PEOPLE[who](county))
    for table in (CONFIDENTIAL, TABLE):
        found, expected = {}, {}
        for name, (method, which, letters) in table.items():
            answer = getattr(client, method)(asked(name, which, made, evidence), SENT if method == "post" else {})
            found[name] = answered(answer.status_code, getattr(answer, "url", ""))
            expected[name] = STATUS[letters[WHO.index(who)]]
            if method == "post" and name == "record-move" and found[name] == STATUS["X"]:
                made[which].refresh_from_db()
                with acting(county.system, "恢复"):
                    made[which].move("filed")
                    made[which].move("accepted")
        assert found == expected


@pytest.mark.parametrize("who", WHO)
def test_every_route_of_the_api_answers_as_the_table_says(
    records: tuple[County, dict[str, Any], dict[str, int]], who: str
) -> None:
    """What a write lacks is told to whoever may write; to nobody else."""
    county, made, _evidence = records
    client = browser_of(PEOPLE[who](county))
    keys = {name: row.pk for name, row in made.items()}
    found = {}
    for route in API:
        method, path = route.format(**keys).split(" ", 1)
        body = json.dumps(BODIES.get(route.rstrip("/").rsplit("/", 1)[1], BODIES[""]))
        answer = client.get(path) if method == "GET" else client.generic(method, path, body, JSON)
        found[route] = answer.status_code
    assert found == {route: STATUS[row[WHO.index(who)]] for route, row in API.items()}


@pytest.mark.parametrize("who", ["clerk", "office", *WHO[WHO.index("superuser") :]])
def test_every_address_answers_as_the_table_says_while_administrators_are_separated(
    records: tuple[County, dict[str, Any], dict[str, int]], who: str, settings: Any
) -> None:
    settings.SEPARATE_ADMINISTRATORS = True
    county, made, evidence = records
    client = browser_of(PEOPLE[who](county))
    like = "stranger" if who == "superuser" else who
    found, expected = {}, {}
    for name, (method, which, letters) in TABLE.items():
        if method == "get":
            answer = client.get(asked(name, which, made, evidence))
            found[name] = answered(answer.status_code, getattr(answer, "url", ""))
            expected[name] = STATUS[SEPARATED.get(name, letters)[WHO.index(like)]]
    assert found == expected


@pytest.mark.parametrize("who", WHO)
def test_every_address_of_accounts_answers_as_the_table_says(db: None, who: str) -> None:
    """Of the account of a clerk; each from a session of its own, because leaving is among them."""
    county = build()
    clerk = county.clerk
    post = clerk.posts.get()
    more: dict[str, list[object]] = {
        "account_reset_password_from_key": ["1", "x"],
        "openid_connect_login": ["oidc"],
        "openid_connect_callback": ["oidc"],
        "mfa_remove_webauthn": [1],
        "outside-unlink": [1],
        "account": [clerk.pk],
        "account-act": [clerk.pk],
        "account-post": [clerk.pk],
        "account-post-end": [clerk.pk, post.pk],
    }
    found, expected = {}, {}
    for name, (method, letters) in ACCOUNTS.items():
        client = browser_of(PEOPLE[who](county))
        answer = getattr(client, method)(reverse(name, args=more.get(name, [])), {"act": "unlock"})
        found[name] = answered(answer.status_code, getattr(answer, "url", ""))
        expected[name] = STATUS[letters[WHO.index(who)]]
    assert found == expected


def test_whoever_makes_accounts_gives_no_posts_while_administrators_are_separated(db: None, settings: Any) -> None:
    county = build()
    clerk, system, security = county.clerk, county.keeper(Role.SYSTEM), county.keeper(Role.SECURITY)
    settings.SEPARATE_ADMINISTRATORS = True
    page, posts = reverse("account", args=[clerk.pk]), reverse("account-post", args=[clerk.pk])
    post = {"organisation": county[HOME].pk, "role": Role.HEADTEACHER, "since": "2012-01-01"}
    for user in (county.office, county.superuser, county.keeper(Role.AUDIT)):
        assert browser_of(user).get(reverse("accounts")).status_code == 403
        assert browser_of(user).post(posts, post).status_code == 403
    maker, giver = browser_of(system), browser_of(security)
    assert (posts in maker.get(page).content.decode(), posts in giver.get(page).content.decode()) == (False, True)
    assert maker.post(posts, post).status_code == 403
    assert giver.post(reverse("account-act", args=[clerk.pk]), {"act": "reset"}).status_code == 403
    made = {"username": "xinren", "name": "新人", "organisation": county[HOME].pk, "role": Role.OFFICE}
    assert maker.post(reverse("account-add"), made).status_code == 200
    newcomer = User.objects.get(username="xinren")
    assert not newcomer.posts.exists()
    assert giver.post(reverse("account-post", args=[newcomer.pk]), post).status_code == 302
    assert [one.role for one in newcomer.posts.all()] == [Role.HEADTEACHER]
    refused = giver.post(posts, post | {"role": Role.AUDIT})
    assert (refused.status_code, "三员分立" in refused.content.decode()) == (200, True)
    assert [one.role for one in clerk.posts.all()] == [Role.CLERK]


def test_no_address_of_accounts_is_missing_from_the_table() -> None:
    assert {entry.name for entry in accounts_urls} == set(ACCOUNTS)


def test_no_address_is_missing_from_the_table() -> None:
    assert set(_addresses()) == set(TABLE) | set(ACCOUNTS)


def test_no_route_of_the_api_is_missing_from_the_table() -> None:
    """A route and its method, as the description for programs lists them."""
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "*", path))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    written = {(route.split(" ")[0], route.split(" ")[1].split("?")[0]) for route in API}
    one = {"procurement", "discipline", "procurement.total", "discipline.decisions"}
    one |= {"{procurement}", "{discipline}", "{round}", "{task}"}
    named = {(method, "/".join("*" if step in one else step for step in path.split("/"))) for method, path in written}
    assert named == described | {("GET", "/api/openapi.json")}


def test_a_role_may_what_the_table_of_rights_says_and_nothing_else() -> None:
    assert set(RIGHTS) == set(Role), "a role that is not in the table may do nothing"
    watching = {Role.AUDITOR, Role.SYSTEM, Role.SECURITY, Role.AUDIT}
    assert {role for role in Role if Right.READ not in rights_of(role)} == watching
    assert holders(Right.FILE) == {Role.CLERK, Role.HEADTEACHER}
    assert holders(Right.SIGN) == {Role.HEADTEACHER}
    assert holders(Right.LOGS) == {Role.OFFICE, Role.AUDITOR, Role.AUDIT}
    assert rights_of("nobody") == frozenset()


def test_three_administrators_are_three_people(db: None, settings: Any) -> None:
    county = build()
    place = {"organisation": county[BUREAU], "since": date(2012, 1, 1)}
    both = county.keeper(Role.SYSTEM)
    with acting(county.system, "到任"):
        Post(user=both, role=Role.SECURITY, **place).save()
    settings.SEPARATE_ADMINISTRATORS = True
    one, clerk = county.keeper(Role.AUDIT), county.clerk
    for user, role in ((one, Role.SYSTEM), (one, Role.OFFICE), (clerk, Role.SECURITY)):
        with acting(county.system, "到任"), pytest.raises(ValidationError, match="三员分立"):
            Post(user=user, role=role, **place).save()
    with acting(county.system, "离任"):
        one.posts.update(until=date(2012, 1, 1))
        Post(user=one, role=Role.SYSTEM, **place).save()
    assert may(User.objects.get(pk=one.pk), Right.ACCOUNTS)
    assert not may(county.office, Right.ACCOUNTS)
    settings.SEPARATE_ADMINISTRATORS = False
    assert may(county.office, Right.ACCOUNTS)


def test_a_person_with_posts_in_two_schools_files_for_both(
    records: tuple[County, dict[str, Any], dict[str, int]],
) -> None:
    county, made, _evidence = records
    user = county.account("liangxiao", OTHER, Role.CLERK)
    assert browser_of(user).get(made["pupil"].get_absolute_url()).status_code == 404
    with acting(county.system, "兼任"):
        Post.objects.create(user=user, organisation=county[HOME], role=Role.HEADTEACHER, since=date(2012, 1, 1))
    browser = browser_of(user)
    assert browser.get(made["pupil"].get_absolute_url()).status_code == 200
    assert hands(User.objects.get(pk=user.pk), ledger("pupil"), county[HOME]) == {Hand.SCHOOL, Hand.HEAD}
    assert hands(User.objects.get(pk=user.pk), ledger("pupil"), county[OTHER]) == {Hand.SCHOOL}
    offered = dict(browser.get("/ledgers/pupil/add/").context["form"].fields["organisation"].choices)
    assert {str(county[HOME].pk), str(county[OTHER].pk)} <= offered.keys()


def test_the_page_of_rights_shows_the_very_table(records: tuple[County, dict[str, Any], dict[str, int]]) -> None:
    county, _made, _evidence = records
    page = browser_of(county.clerk).get("/permissions/")
    shown = {row.cells[0]: row.cells[1:] for row in page.context["rights"].rows}
    for right in Right:
        assert [bool(cell) for cell in shown[right.label]] == [right in rights_of(role) for role in Role]
    books = {row.cells[0] for row in page.context["books"].rows}
    assert "处理处分" not in books
    assert "处理处分" in {row.cells[0] for row in browser_of(county.office).get("/permissions/").context["books"].rows}


def test_the_log_tells_who_and_why_and_nothing_of_what(
    records: tuple[County, dict[str, Any], dict[str, int]],
) -> None:
    county, made, _evidence = records
    page = browser_of(county.keeper(Role.AUDITOR)).get("/log/")
    text = page.content.decode()
    assert "定稿" in text
    assert not any(secret in text for secret in ("张示例", "课桌", "李示例", "J320"))
    assert {f"#{made['procurement'].pk}", f"#{made['discipline'].pk}"} <= {
        row.cells[4] for row in page.context["changes"].rows
    }
    nobody = browser_of(county.office).get("/log/", {"who": "没有这个人"})
    assert (len(nobody.context["changes"].rows), len(nobody.context["looks"].rows)) == (0, 0)
    for wrong in ({"first": "2012-13-40"}, {"first": "x", "last": "\0"}, {"last": "0001-01-01"}):
        assert browser_of(county.office).get("/log/", wrong).status_code == 200


def _addresses(resolver: Any = None) -> Iterator[str]:
    """Every named address; those of the API are named as routes."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace != api.urls_namespace:
            yield from _addresses(entry)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry} has no name to stand under in the table"
            yield entry.name


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


@pytest.mark.parametrize("method", ["put", "delete"])
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
