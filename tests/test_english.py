"""The English of the site: a whole catalogue, and no page with Chinese on it but the names that are data."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import polib
import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tools.messages import declared, units

import shuyuan
from shuyuan.core.codes import SchoolType
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, OrganisationName, Person, Place
from shuyuan.core.number_fields import BankCardField, PupilNumberField
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Measure
from shuyuan.figures.registry import all_figures
from shuyuan.ledger import filing
from shuyuan.ledger.evidence import add_evidence
from shuyuan.ledger.expression.nodes import Constant, walk
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.headings import bare
from shuyuan.ledger.ledger import Ledger, ledger, ledgers
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.rounds import Round
from shuyuan.proofread import words
from shuyuan.report import arranging, drafting, readings
from shuyuan.report.models import Report
from shuyuan.report.outlines import outline, years
from shuyuan.site.accounts import acts, locks, roster
from tests.ledger.suite import cells_of, sheet_of

BOOK = Path(shuyuan.__file__).parent / "locale/en/LC_MESSAGES/django.po"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
PLACEHOLDER = re.compile(r"%\(\w+\)\w")
EVERY = [book.slug for book in ledgers()]
DAY = date(2012, 5, 31)


# --- the catalogue ---


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(BOOK))


def test_every_string_has_its_english_and_none_is_guessed(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy or entry.obsolete] == []


def test_the_english_holds_the_same_placeholders_and_no_chinese(catalogue: polib.POFile) -> None:
    for entry in catalogue:
        for form, text in (entry.msgstr_plural or {1: entry.msgstr}).items():
            expected = sorted(PLACEHOLDER.findall(entry.msgid))
            one = form == 0 and "%(n)s" in expected  # "One thing": the singular may say its number in words
            assert sorted(PLACEHOLDER.findall(text)) in ([expected, []] if one else [expected]), entry.msgid
            assert not CHINESE.search(text), entry.msgid


def test_the_compiled_catalogue_is_that_of_the_source(catalogue: polib.POFile) -> None:
    def said(book: Any) -> dict[tuple[str, str], object]:
        return {(entry.msgctxt or "", entry.msgid): entry.msgstr_plural or entry.msgstr for entry in book}

    assert said(polib.mofile(str(BOOK.with_suffix(".mo")))) == said(catalogue), "run: python tools/messages.py"


def test_every_title_note_and_unit_of_a_declaration_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    missing = [text for text in declared() if catalogue.find(text) is None]
    missing += [text for text in units() if catalogue.find(text, msgctxt="unit") is None]
    assert missing == [], "run: python tools/messages.py"


def test_a_figure_is_told_in_the_language_of_its_reader() -> None:
    relieved = Figure("sample.relieved", "化解学校债务", unit="万元")
    printed = Figure("sample", "", unit="万元", step=Decimal(100)).printed(Decimal("698.3"))
    persons = Figure("sample", "", unit="人", step=Decimal(100), over="多").printed(Decimal(5203))
    one = relieved.printed(Decimal(1))
    shown = [(str(relieved), printed.text("万元", "万元"), persons.text("人", "人"), one.text("人", "人"))]
    with translation.override("en"):
        shown += [(str(relieved), printed.text("万元", "万元"), persons.text("人", "人"), one.text("人", "人"))]
        assert printed.text("%", "%") == "nearly 700%"
        assert printed.text("个", "个") == "nearly 700"
    assert shown == [
        ("化解学校债务", "近700万元", "5200多人", "1人"),
        ("School debt relieved", "nearly 700 ×10k yuan", "over 5200 people", "1 person"),
    ]


def test_the_report_rooms_own_messages_speak_the_readers_language() -> None:
    told = "文件是压缩包，但不是 Word 文档。请上传 .docx 文件。"
    assert words.say(told) == told
    with translation.override("en"):
        assert words.say(told) == "The file is an archive but no Word document. Upload a .docx file."


# --- headings and choices ---


@pytest.mark.parametrize("slug", EVERY)
def test_headings_and_choices_can_be_told_apart_in_both_languages_together(slug: str) -> None:
    book = ledger(slug)
    taken = [{bare(text) for text in texts} for column in book.sheet for texts in column.accepted]
    assert sum(map(len, taken)) == len(set().union(*taken)), "two columns would take the same heading"
    choices: dict[str, dict[str, set[str]]] = {column.name: {} for column in book.sheet}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert set(str(book)).isdisjoint("[]:*?/\\"), "a sheet could not bear this title"
            assert len(str(book)) <= 31, "a sheet could not bear this title"
            for column in book.sheet:
                for code, label in column.choices:
                    choices[column.name].setdefault(code, {code}).add(label)
    for name, kept in choices.items():
        assert sum(map(len, kept.values())) == len(set().union(*kept.values())), f"{name}: two codes share a label"


# --- the walk ---


@pytest.fixture
def reader(db: None) -> Client:
    """A superuser who reads English, in a county whose every name is English but two that figures ask for."""
    user = User.objects.create(username="admin", is_superuser=True, first_name="Admin")
    with acting(user, "sample"):
        bureau = Organisation.objects.create(name="Sample Bureau", kind=Organisation.Kind.BUREAU)
        for name, kind in (("Hill School", SchoolType.PRIMARY), ("Lake School", SchoolType.SENIOR)):
            Organisation.objects.create(name=name, parent=bureau, school_type=kind)
        lake = Organisation.objects.get(name="Lake School")
        for figure in all_figures():
            if figure.at and not OrganisationName.objects.filter(name=figure.at).exists():
                OrganisationName.objects.create(organisation=lake, name=figure.at)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    client.post("/language/", {"language": "en", "next": "/"})
    client.get("/?year=2012")
    return client


def _record(book: Ledger[Any], state: str = State.ACCEPTED) -> Any:
    """Some record of a ledger, in English letters; the ledger's checks are not asked."""
    school = Organisation.objects.get(name="Hill School")
    values: dict[str, Any] = {"organisation": school} if book.has("organisation") else {}
    for column in book.sheet:
        if column.kind == "person":
            known = {"organisation": school, "name": "Sample Person", "kind": Person.Kind.STAFF}
            values[column.name] = Person.objects.get_or_create(number="P1", defaults=known)[0]
        elif column.kind == "place":
            kind = Place.Kind(column.name)
            values[column.name] = Place.objects.get_or_create(organisation=school, kind=kind, name="Sample Place")[0]
        elif column.kind == "reference":
            model: Any = column.field.related_model
            values[column.name] = model.objects.first() or _record(model.ledger)
        elif column.choices:
            code = column.choices[0][0]
            values[column.name] = code == "1" if column.kind == "boolean" else code
        elif isinstance(column.field, PupilNumberField):
            values[column.name] = "J320482200509010017"
        elif isinstance(column.field, BankCardField):
            values[column.name] = "6222021100000000015"
        elif column.name not in values and column.name not in {"parent", "until", "code", "credit_code"}:
            text = "Sample"[: column.field.max_length]
            values[column.name] = {"date": DAY, "number": 1}.get(column.kind, text)
    record = book.model(**values, **({"state": state} if book.has("state") else {}))
    record.save()
    return record


@cache
def _names() -> list[str]:
    """Chinese that is data on any page: names that figures ask for, and texts that their rules look for."""
    found = {"数源", "简体中文", *(figure.at for figure in all_figures())}
    found |= {text for year in years() for text in (outline(year).title, outline(year).issuer)}
    for figure in all_figures():
        if isinstance(figure, Measure) and (rule := figure.rule()):
            found |= {str(node.value) for node in walk(rule.node) if isinstance(node, Constant) and not node.field}
    return sorted(filter(CHINESE.search, found), key=len, reverse=True)


def _chinese(text: str) -> list[str]:
    text = unescape(text)
    for name in _names():
        text = text.replace(name, "")
    return CHINESE.findall(text)


def _read(client: Client, address: str, expected: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == expected, address
    page: str = answer.content.decode()
    assert _chinese(page) == [], address
    assert '<html lang="en">' in page or address.startswith("/api/")
    return page


def _cells(content: bytes) -> str:
    """Everything that a workbook says: sheets, cells, comments."""
    made = openpyxl.load_workbook(BytesIO(content))
    cells = [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row]
    said = [*made.sheetnames, *(str(cell.value) for cell in cells if cell.value is not None)]
    return "\n".join([*said, *(cell.comment.text for cell in cells if cell.comment)])


@pytest.mark.parametrize("slug", EVERY)
def test_a_ledgers_pages_are_in_english(reader: Client, slug: str) -> None:
    book, user = ledger(slug), User.objects.get(username="admin")
    with translation.override("en"), acting(user, "sample"):
        record = _record(book)
        if isinstance(record, Record):
            record.move(State.RETURNED)
            add_evidence(record, "sample.pdf", BytesIO(b"%PDF"))
    for name in ("ledger", "record-add", "ledger-import"):
        _read(reader, reverse(name, args=[slug]))
    _read(reader, f"{book.url}?period=2012{book.period_kind}&counted=1&standing=2012-12-31&q=x&sort={book.names[0]}")
    _read(reader, f"{book.url}?period=x&state=x&organisation=x&standing=x&where=x")
    for name in ("record", "record-edit"):
        _read(reader, reverse(name, args=[slug, record.pk]))
    _read(reader, f"/api/ledgers/{slug}/")
    for name in ("ledger-template", "ledger-export"):
        answer = reader.get(reverse(name, args=[slug]))
        assert _chinese(_cells(answer.getvalue())) == [], name
        assert _chinese(answer.headers["Content-Disposition"]) == []


@pytest.mark.parametrize("slug", EVERY)
def test_what_is_wrong_with_a_workbook_or_a_form_is_told_in_english(reader: Client, slug: str) -> None:
    book = ledger(slug)
    headings = cells_of(reader.get(reverse("ledger-template", args=[slug])).content)[0]
    for rows in ([headings, ["?"] * len(headings), [None, *["?"] * (len(headings) - 1)]], [headings], [["?", "?"]]):
        upload = BytesIO(sheet_of(rows[0], rows[1:]))
        upload.name = "sample.xlsx"
        answer = reader.post(reverse("ledger-import", args=[slug]), {"file": upload})
        assert (answer.status_code, _chinese(answer.content.decode())) == (422, [])
    typed = {name: "?" for column in book.sheet for name in column.names}
    answer = reader.post(reverse("record-add", args=[slug]), typed)
    assert (answer.status_code, _chinese(answer.content.decode())) == (200, [])


def test_the_pages_of_no_ledger_are_in_english(reader: Client) -> None:
    user = User.objects.get(username="admin")
    with translation.override("en"), acting(user, "sample"):
        for slug in ("debt", "policy"):
            _record(ledger(slug))
            _record(ledger(slug), State.FILED)
    addresses: tuple[str, ...]
    addresses = ("/", "/figures/?year=2012", "/figures/?q=%3F", "/reports/", "/api/ledgers/", "/api/figures/?year=2012")
    addresses += ("/figures/charts/?year=2012", "/figures/saved/", "/figures/saved/compose/", "/figures/saved/import/")
    addresses += ("/figures/save/debt/?period=2012&kind=compulsory", "/figures/debt.relieved/?until=2012-06-30")
    addresses += ("/permissions/", "/log/")
    for address in (*addresses, reverse("report-check", args=[2012])):
        _read(reader, address)
    _read(reader, "/figures/save/debt/?q=Abc", 422)
    slips = ("debt.relieved + debt.debts", "debt.releived", "1 > 2", "a.b@c", "debt.debts@")
    for expression in ("debt.relieved * 2", *slips):
        told = reader.get("/figures/saved/preview/", {"expression": expression}).content.decode()
        assert _chinese(told) == [], expression
    _read(reader, "/nowhere/", 404)
    page = reader.get(reverse("report", args=[2012])).content.decode()
    assert _chinese(re.sub(r'<article class="card report">.*?</article>', "", page, flags=re.S)) == []
    assert "{{" not in page

    reader.force_login(User.objects.create(username="nobody"))
    _read(reader, "/reports/", 403)
    _read(reader, "/")
    reader.logout()
    _read(reader, "/login/")
    assert _chinese(reader.post("/login/", {"username": "x", "password": "x"}).content.decode()) == []


def test_the_pages_of_accounts_are_in_english(reader: Client) -> None:
    user, school = User.objects.get(username="admin"), Organisation.objects.get(name="Hill School")
    with translation.override("en"), acting(user, "sample"):
        clerk, _password = acts.create("clerk", "Clerk", "", school, phone="13800005678")
        acts.give_post(clerk, school, "clerk")
        locks.unlock("clerk")
    own = ("my-account", "account_change_password", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn")
    for name in (*own, "accounts", "account-add", "accounts-import"):
        _read(reader, reverse(name))
    one, act = reverse("account", args=[clerk.pk]), reverse("account-act", args=[clerk.pk])
    for wanted in ("reset", "disable", "enable", "unlock"):
        assert _chinese(reader.post(act, {"act": wanted}, follow=True).content.decode()) == [], wanted
    _read(reader, one)
    for query in ("q=x", "standing=never", "standing=locked", f"unit={school.pk}&role=clerk"):
        _read(reader, f"/accounts/?{query}")
    with translation.override("en"):
        headings = [heading.label for heading in roster.Roster.sheet]
    bad = sheet_of(headings[:6], [["", "", "Nowhere", "x", "x", "x"], ["system", "x", "Hill School", "x", "", ""]])
    answer = reader.post(reverse("accounts-import"), {"file": BytesIO(bad)})
    assert answer.status_code == 422
    assert _chinese(answer.content.decode()) == []
    weak = {"oldpassword": "x", "password1": "1", "password2": "2"}
    assert _chinese(reader.post(reverse("account_change_password"), weak).content.decode()) == []
    assert _chinese(reader.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()) == []
    template = openpyxl.load_workbook(BytesIO(reader.get(reverse("accounts-template")).content))
    assert _chinese(str([cell.value for cell in template.worksheets[0][1]])) == []

    reader.logout()
    for name in ("account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done"):
        _read(reader, reverse(name))
    for _try in range(6):
        told = reader.post("/login/", {"username": "x", "password": "x"}).content.decode()
    assert "30 minutes" in told
    assert _chinese(told) == []


def test_the_pages_of_drafting_are_in_english(reader: Client) -> None:
    user = User.objects.get(username="admin")
    bureau = Organisation.objects.get(kind=Organisation.Kind.BUREAU)
    with translation.override("en"), acting(user, "sample"):
        report = Report(organisation=bureau, year=2012, title="Report", issuer="Sample Bureau")
        report.save()
        sound = arranging.add(report, "Debts", "Relieved")
        sound = drafting.save(sound, "Relieved {{ debt.relieved | number }}.", sound.revision)
        drafting.adopt(sound, sound.revision)
        drafting.send_back(sound, sound.revision, "More.")
        drafting.adopt(sound, drafting.save(sound, "Relieved.", sound.revision).revision)
        readings.read(report, "r1")
        open_one = arranging.add(report, "Debts", "Open")
        open_one.code = "9.9"  # which the outline has no text for
        open_one.save()
        drafting.assign([open_one], bureau, DAY)
        arranging.remove(arranging.add(report, "Debts", "Gone"))
    drafts = [reverse(f"report-{name}", args=[report.pk]) for name in ("desk", "readings")]
    parts = [reverse(f"report-{name}", args=[part.pk]) for name in ("part", "versions") for part in (sound, open_one)]
    found = reverse("report-figures", args=[sound.pk])
    for address in ("/", "/reports/", *drafts, *parts):
        _read(reader, address)
    for piece in (f"{found}?q=.", f"{found}?q=nothing"):
        assert _chinese(reader.get(piece).content.decode()) == []
    page = reader.get(reverse("report", args=[2012])).content.decode()
    assert _chinese(re.sub(r'<article class="card report">.*?</article>', "", page, flags=re.S)) == []
    for sent in ({"text": "Twelve {{ nosuch }}"}, {"text": "Typed 12"}, {"text": ""}):
        answer = reader.post(reverse("report-preview", args=[sound.pk]), sent)
        assert _chinese(answer.content.decode()) == []
    answer = reader.post(reverse("report-part", args=[sound.pk]), {"text": "Another.", "base": "1"})
    assert (answer.status_code, _chinese(answer.content.decode())) == (409, [])
    for name, sent in (("move", {"act": "return", "base": "1"}), ("remark", {}), ("arrange", {"arrange": "remove"})):
        answer = reader.post(reverse(f"report-{name}", args=[sound.pk]), sent, follow=True)
        assert _chinese(answer.content.decode()) == []


def test_the_pages_of_filing_and_review_are_in_english(reader: Client) -> None:
    user, today = User.objects.get(username="admin"), timezone.localdate()
    bureau = Organisation.objects.get(kind=Organisation.Kind.BUREAU)
    with translation.override("en"), acting(user, "sample"):
        common: dict[str, Any] = {"organisation": bureau, "within": bureau, "year": 2012, "ledgers": ["debt", "funds"]}
        rounds = [
            Round.objects.create(title=f"Sample {n}", opens=today, due=today, signed=True, **common) for n in (1, 2)
        ]
        filing.send(rounds[0])
        record = _record(ledger("debt"), State.FILED)
        task = rounds[0].tasks.get(ledger="debt", organisation=record.organisation)
        filing.file(task)
        filing.sign(task)
    names = ("rounds", "round-add", "reviews")
    pages = [reverse(name) for name in names] + [one.get_absolute_url() for one in rounds]
    pages += [task.get_absolute_url(), reverse("review", args=["debt"])]
    pages += [reverse("review-record", args=["debt", record.pk]), "/"]
    for address in pages:
        _read(reader, address)
    reader.post(reverse("review-record", args=["debt", record.pk]), {"act": "return", "remark-amount": "Sample"})
    for address in (*pages, record.get_absolute_url()):
        _read(reader, address)


@pytest.mark.parametrize("name", [figure.name for figure in all_figures()[::12]])
def test_a_figures_page_is_in_english(reader: Client, name: str) -> None:
    user = User.objects.get(username="admin")
    found = next(figure for figure in all_figures() if figure.name == name)
    with translation.override("en"), acting(user, "sample"):
        if isinstance(found, Measure):
            _record(found.book())
    _read(reader, f"{reverse('figure', args=[name])}?year=2012")


@pytest.mark.parametrize("name", [figure.name for figure in all_figures()])
def test_a_figure_is_defined_in_english(name: str) -> None:
    found = next(figure for figure in all_figures() if figure.name == name)
    with translation.override("en"):
        assert _chinese(f"{found} {found.definition}") == []
        assert not re.search(r"  | [;.,:]|;\.|\.\.", found.definition), found.definition


def test_every_field_and_code_has_an_english_name() -> None:
    with translation.override("en"):
        for book in ledgers():
            fields: list[models.Field[Any, Any]] = list(book.model._meta.concrete_fields)
            said = [f"{field.verbose_name} {field.help_text}" for field in fields]
            said += [str(label) for field in fields for _code, label in field.flatchoices]
            said += [str(column.label) for column in book.sheet if isinstance(column.field, Measured)]
            said += [check.told() for check in book.checks] + [book.group, str(book.model._meta.verbose_name)]
            assert _chinese("\n".join(said)) == [], book.slug
