"""Sensitive fields: sealed at rest, masked wherever they are shown, found whole or not at all, gone when erased."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from shuyuan.core import sealing
from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.models import Person, PersonKey
from shuyuan.core.past import as_of
from shuyuan.core.proof import verify
from shuyuan.core.sensitive import SealedField, masked, matching
from shuyuan.figures.keeping import Refused as NotKept
from shuyuan.figures.keeping import keep
from shuyuan.ledger import intake, sheets
from shuyuan.ledger.intake import Intake, Rights
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.unmasking import Unmasking
from shuyuan.schooling.models import Pupil
from shuyuan.staff.models import Staff
from tests.county import HOME, OTHER, County, browser_of
from tests.ledger.suite import cells_of, sheet_of

NUMBER, PHONE, REGISTERED, BORN = "320482199001011230", "13812345678", "G32048220050901231X", date(2005, 9, 1)
MASK, PHONE_MASK, REGISTERED_MASK = "3204**********1230", "138****5678", "G320***********231X"
SECRETS = (NUMBER, PHONE, REGISTERED, NUMBER[6:14], "2005-09-01", "20050901")


@pytest.fixture
def pupil(county: County) -> Pupil:
    """A pupil of 河头小学 with every number there is."""
    with acting(county.system, "登记"):
        person = Person(
            organisation=county[HOME], kind="pupil", number="1", name="张示例", identity_number=NUMBER, phone=PHONE
        )
        person.save()
        pupil = Pupil(
            organisation=county[HOME], person=person, date=date(2011, 9, 1), stage="primary", form="1",
            born=BORN, number=REGISTERED, state="accepted",
        )  # fmt: skip
        pupil.save()
    return Pupil.objects.get(pk=pupil.pk)


@pytest.fixture
def section(county: County) -> User:
    return county.officer(Function.BASIC)


def in_database() -> str:
    """Every value of every table, as somebody would read them who took the file."""
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told += [repr(row) for row in cursor.fetchall()]
    return "\n".join(told)


def roster(*rows: Mapping[str, object]) -> bytes:
    book = ledger("staff")
    names = [name for column in book.sheet for name in column.names]
    heads = [head for column in book.sheet for head in column.headings]
    common: dict[str, object] = {"organisation": HOME, "post": "专任教师", "gender": "男", "date": date(2010, 9, 1)}
    return sheet_of(heads, [[{**common, **row}.get(name) for name in names] for row in rows])


def told_of(content: bytes) -> list[str]:
    with pytest.raises(sheets.Unreadable) as refused:
        sheets.read(ledger("staff"), content)
    return [f"{problem.row} {problem.message}" for problem in refused.value.problems]


def taken(county: County, content: bytes) -> sheets.Reading:
    with acting(county.system, "导入"):
        reading = sheets.read(ledger("staff"), content)
        sheets.load(reading, accept=True)
    return reading


# --- at rest ---


def test_the_database_read_raw_holds_no_number(pupil: Pupil) -> None:
    raw = in_database()
    for secret in (NUMBER, PHONE, REGISTERED):
        assert secret not in raw
    assert pupil.number == REGISTERED
    assert (pupil.person.identity_number, pupil.person.phone) == (NUMBER, PHONE)


def test_a_row_opened_and_saved_again_says_the_same(county: County, pupil: Pupil) -> None:
    with acting(county.system, "换班"):
        pupil.form = "2"
        pupil.save()
        Pupil.objects.filter(pk=pupil.pk).update(form="3")
    assert Pupil.objects.get(pk=pupil.pk).number == REGISTERED
    assert verify(Pupil) == verify(Person) == []


def test_the_same_number_is_sealed_differently_and_its_ciphertext_fits_no_other_row(
    county: County, pupil: Pupil
) -> None:
    other = county.person(OTHER, "李示例", "2")
    with connection.cursor() as cursor:
        stolen = "SELECT identity_number FROM core_person WHERE id = %s"
        cursor.execute(
            f"UPDATE core_person SET identity_number = ({stolen}) WHERE id = %s", [pupil.person_id, other.pk]
        )
    with pytest.raises(ValueError, match="无法解密"):
        _ = Person.objects.get(pk=other.pk).identity_number


def test_another_master_key_is_told_as_what_it_is(pupil: Pupil, settings: Any) -> None:
    settings.MASTER_KEY = "another"
    with pytest.raises(sealing.WrongKey, match=r"主密钥不对.*master\.key"):
        _ = Person.objects.get(pk=pupil.person_id).identity_number


def test_nothing_writes_or_compares_the_column_past_its_key(county: County, pupil: Pupil) -> None:
    for lookup in ("", "__startswith", "__contains", "__gt", "__in", "__regex", "__isnull"):
        with pytest.raises(FieldError, match="sealed"):
            Pupil.objects.filter(**{f"number{lookup}": REGISTERED}).exists()
    with acting(county.system, "改"), pytest.raises(FieldError, match="sealed"):
        Pupil.objects.filter(pk=pupil.pk).update(number=REGISTERED)


def test_what_cannot_be_right_is_not_kept(county: County, pupil: Pupil) -> None:
    pupil.person.identity_number = "320482199001011231"
    with acting(county.system, "改"), transaction.atomic(), pytest.raises(ValidationError, match="校验码不对") as wrong:
        pupil.person.save()
    assert "320482" not in str(wrong.value)


def test_a_handed_in_workbook_waits_on_disk_sealed(county: County, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    content = roster({"person": "张示例", "person_number": "1", "person_identity_number": "320482199001011231"})
    came = intake.receive(county.office, "名册.xlsx", content, book=ledger("staff"))
    assert zipfile.is_zipfile(BytesIO(came.content()))
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(zipfile.is_zipfile(BytesIO(file)) or b"PK\x03\x04" in file for file in kept)
    intake.take(came, Rights(county.office))
    assert "校验码不对" in str(Intake.objects.get(pk=came.pk).problems)
    assert "320482199001011231" not in in_database()


# --- found ---


def test_a_number_is_found_whole_however_it_is_typed(pupil: Pupil, section: User) -> None:
    for typed in (NUMBER, "320482 1990 0101 1230", "３２０４８２１９９００１０１１２３０", PHONE, REGISTERED.lower()):
        found = browser_of(section).get("/api/ledgers/pupil/", {"q": typed}).json()
        assert [row["id"] for row in found["rows"]] == [pupil.pk], typed
    assert list(Person.objects.filter(matching(Person._meta.get_field("phone"), "138 1234 5678"))) == [pupil.person]


def test_a_part_of_a_number_finds_nobody(county: County, pupil: Pupil, section: User) -> None:
    for user in (section, county.clerk, county.superuser):
        for secret in (NUMBER, PHONE, REGISTERED):
            for part in (secret[:6], secret[:-1], secret[1:], secret[6:14], secret[-4:], MASK):
                assert browser_of(user).get("/api/ledgers/pupil/", {"q": part}).json()["count"] == 0


def test_no_rule_reads_what_is_sealed(county: County, pupil: Pupil) -> None:
    for rule in (
        'contains(number, "G3")', 'startswith(person.identity_number, "3")', 'person.phone == "13812345678"',
        "not missing(person.identity_number)", 'startswith(number_key, "a")', 'person.identity_number_key == "a"',
    ):  # fmt: skip
        answer = browser_of(county.superuser).get("/api/ledgers/pupil/", {"where": rule})
        assert answer.status_code == 422, rule


def test_who_may_not_see_a_birth_date_can_neither_ask_by_it_nor_sort_by_it(
    county: County, pupil: Pupil, section: User
) -> None:
    rule = 'born < date("2006-01-01")'
    for user in (county.officer(Function.UNION), county.leader):
        answer = browser_of(user).get("/api/ledgers/pupil/", {"where": rule})
        assert (answer.status_code, "敏感信息" in answer.json()["detail"]) == (422, True)
        assert "sort=born" not in browser_of(user).get("/ledgers/pupil/").content.decode()
        assert browser_of(user).get("/api/ledgers/pupil/", {"q": NUMBER}).json()["count"] == 0, "nor confirm a guess"
    assert browser_of(section).get("/api/ledgers/pupil/", {"where": rule}).json()["count"] == 1
    data = {"kind": "count", "name": "saved.young", "title": "幼", "ledger": "pupil", "where": rule, "unit": "人"}
    with acting(county.system, "存"), pytest.raises(NotKept):
        keep(data, county.officer(Function.UNION))
    with acting(county.system, "存"):
        assert keep(data, section).name == "saved.young"


def test_a_figure_names_nobody_by_a_number(county: County) -> None:
    for field in ("number", "born"):
        data = {"kind": "names", "name": "saved.names", "title": "名单", "ledger": "pupil", "field": field}
        with acting(county.system, "存"), pytest.raises(NotKept, match="敏感信息"):
            keep(data, county.superuser)


# --- shown ---


def pages(user: User, pupil: Pupil) -> Iterator[tuple[str, str]]:
    """Whatever tells of the pupil to somebody who may read the register."""
    browser = browser_of(user)
    for address in (
        "/ledgers/pupil/", "/ledgers/pupil/?q=张示例",
        f"/ledgers/pupil/{pupil.pk}/", f"/ledgers/pupil/{pupil.pk}/edit/",
        "/ledgers/pupil/?where=born<1", "/ledgers/pupil/?sort=-born", "/api/ledgers/pupil/",
        f"/api/ledgers/pupil/{pupil.pk}/", f"/reviews/pupil/{pupil.pk}/", "/figures/pupil.all/?year=2012", "/log/",
        "/permissions/",
    ):  # fmt: skip
        yield address, browser.get(address).content.decode()
    then = {"as_of": timezone.now().isoformat()}
    with acting(pupil.history()[0].written_by, "换班"):
        Pupil.objects.filter(pk=pupil.pk).update(form="2")
        pupil.person.save()
    for address in (f"/api/ledgers/pupil/{pupil.pk}/", "/api/ledgers/pupil/"):
        text = browser.get(address, then).content.decode()
        assert '"form": "1"' in text
        yield f"{address} as it was", text
    for name in ("ledger-export", "ledger-template"):
        answer = browser.get(reverse(name, args=["pupil"]) + f"?organisation={pupil.organisation_id}")
        if answer.status_code == 200:
            book = zipfile.ZipFile(BytesIO(answer.getvalue()))
            yield name, "".join(book.read(part).decode(errors="ignore") for part in book.namelist())


@pytest.mark.parametrize("who", ["section", "other section", "clerk", "headteacher", "office", "leader", "superuser"])
def test_nobody_meets_a_number_in_full_without_saying_what_for(
    county: County, pupil: Pupil, section: User, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    with acting(county.system, "更正"):  # so that history has a before and an after
        pupil.number, pupil.born = "J320482200509010017", date(2005, 9, 2)
        pupil.save()
        pupil.number, pupil.born = REGISTERED, BORN
        pupil.save()
    users = {"section": section, "other section": county.officer(Function.UNION)}
    user = users[who] if who in users else getattr(county, who.replace(" ", "_"))
    for place, text in pages(user, pupil):
        day = str((BORN - date(1899, 12, 30)).days)
        for secret in (*SECRETS, "J320482200509010017", f"<v>{day}</v>"):
            assert secret not in text, f"{secret} at {place}"
    shown = browser_of(user).get(f"/ledgers/pupil/{pupil.pk}/").content.decode()
    assert all(mask in shown for mask in (MASK, PHONE_MASK, REGISTERED_MASK, "2005-**-**"))
    assert not any(secret in caplog.text for secret in SECRETS)


def test_the_past_is_masked_and_found_like_the_present(county: County, pupil: Pupil, section: User) -> None:
    then = timezone.now()
    with acting(county.system, "更正"):
        pupil.person.identity_number = "11010519491231002X"
        pupil.person.save()
        pupil.number = "J320482200509010017"
        pupil.save()
    with as_of(then):
        assert Pupil.objects.get(pk=pupil.pk).number == REGISTERED
        assert Person.objects.get(pk=pupil.person_id).identity_number == NUMBER
        assert ledger("pupil").column("number").text(Pupil.objects.get(pk=pupil.pk)) == REGISTERED_MASK
        assert Person.objects.filter(matching(Person._meta.get_field("identity_number"), NUMBER)).exists()
    assert not Person.objects.filter(matching(Person._meta.get_field("identity_number"), NUMBER)).exists()


@pytest.mark.parametrize("text", ["1", "12345", "1234567", "12345678901"])
def test_a_mask_never_shows_what_is_too_short_to_hide_anything(text: str) -> None:
    for kind in ("identity", "phone", "bank", "address", "health", "hardship", "birth"):
        mask = masked(kind, text)  # type: ignore[arg-type]
        assert mask.count("*") >= 3
        assert text not in mask


# --- unmasked ---


def unmask(user: User, pupil: Pupil, fields: list[str], purpose: str) -> Any:
    address = reverse("record-unmask", args=["pupil", pupil.pk])
    return browser_of(user).post(address, {"field": fields, "purpose": purpose})


def test_whoever_says_what_for_sees_what_they_asked_for_and_the_book_knows(
    county: County, pupil: Pupil, section: User
) -> None:
    answer = unmask(section, pupil, ["person_identity_number", "born"], " 办理  转学手续 ")
    shown = answer.content.decode()
    assert (NUMBER in shown, "2005-09-01" in shown, REGISTERED in shown, PHONE in shown) == (True, True, False, False)
    assert "no-store" in answer["Cache-Control"]
    look = Unmasking.objects.get()
    assert (look.by, look.record, look.purpose, look.count) == (section, pupil.pk, "办理 转学手续", 1)
    assert look.fields == "born,person_identity_number"
    version = look.history().get()
    assert (version.written_by, version.written_why) == (section, "办理 转学手续")
    history = browser_of(county.clerk).get(pupil.get_absolute_url()).content.decode()
    assert "查看原文" in history
    assert "办理 转学手续（出生日期、身份证件号）" in history
    log = browser_of(county.office).get("/log/").content.decode()
    assert "办理 转学手续" in log
    assert section.first_name in log
    assert verify(Unmasking) == []


@pytest.mark.parametrize("purpose", ["", "  ", "x"])
def test_without_a_purpose_nothing_is_shown_or_written_down(pupil: Pupil, section: User, purpose: str) -> None:
    answer = unmask(section, pupil, ["person_phone"], purpose)
    assert (answer.status_code, Unmasking.objects.count()) == (302, 0)
    assert unmask(section, pupil, [], "联系家长").status_code == 302
    assert Unmasking.objects.count() == 0


def test_whoever_is_not_entitled_sees_nothing_in_full(county: County, pupil: Pupil) -> None:
    for user, status in (
        (county.other_clerk, 404), (county.stranger, 404), (county.officer(Function.UNION), 403), (county.leader, 403)
    ):  # fmt: skip
        answer = unmask(user, pupil, ["person_phone"], "联系家长")
        assert answer.status_code == status
        assert PHONE not in answer.content.decode()
    for user in (county.clerk, county.headteacher, county.office):
        assert PHONE in unmask(user, pupil, ["person_phone"], "联系家长").content.decode()
    assert unmask(county.clerk, pupil, ["person_phone", "person"], "联系家长").status_code == 403, "no such field"
    assert Unmasking.objects.count() == 3


def test_an_export_in_full_needs_its_purpose_and_is_counted(county: County, pupil: Pupil, section: User) -> None:
    address = reverse("ledger-export-full", args=["pupil"])
    assert browser_of(section).get(address).status_code == 405
    assert browser_of(section).post(address).status_code == 302
    for user in (county.leader, county.officer(Function.UNION)):
        assert browser_of(user).post(address, {"purpose": "上报"}).status_code == 403
    assert Unmasking.objects.count() == 0
    sheet = cells_of(browser_of(section).post(address, {"purpose": "上报省厅"}).getvalue())
    assert {NUMBER, PHONE, REGISTERED} <= set(sheet[1])
    look = Unmasking.objects.get()
    assert (look.record, look.count, look.purpose) == (None, 1, "上报省厅")
    assert look.fields == "person_identity_number,person_phone,born,number"
    none = browser_of(county.other_clerk).post(address, {"purpose": "核对"})
    assert len(cells_of(none.getvalue())) == 1
    assert Unmasking.objects.first().count == 0  # type: ignore[union-attr]


def test_the_api_hands_out_masks_and_takes_none(county: County, pupil: Pupil) -> None:
    row = browser_of(county.clerk).get(f"/api/ledgers/pupil/{pupil.pk}/").json()
    assert (row["number"], row["born"], row["person_identity_number"]) == (REGISTERED_MASK, "2005-**-**", MASK)
    values = {
        "organisation": HOME, "person": "李示例", "person_number": "9", "stage": "小学", "form": "1",
        "date": "2012-09-01",
    }  # fmt: skip
    for given, said in (
        ({"number": "G3**"}, "掩码"),
        ({"person_phone": "1"}, "电话"),
        ({"born": "1990-**-**"}, "掩码"),
    ):
        body = json.dumps({"reason": "补录", "values": values | given})
        refused = browser_of(county.clerk).post("/api/ledgers/pupil/", body, "application/json")
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True)
    assert not Person.objects.filter(number="9").exists()


# --- forms and workbooks ---


def test_a_mask_left_in_the_form_means_what_stands(county: County, pupil: Pupil) -> None:
    browser, address = browser_of(county.officer(Function.BASIC)), reverse("record-edit", args=["pupil", pupil.pk])
    shown = {name: bound.initial for name, bound in browser.get(address).context["form"].fields.items()}
    assert (shown["number"], shown["born"], shown["person_phone"]) == (REGISTERED_MASK, "2005-**-**", PHONE_MASK)
    sent = {name: "" if value is None else value for name, value in shown.items()}
    answer = browser.post(address, sent | {"form": "2009级2班", "person_phone": "0519-82821234", "reason": "换班"})
    assert answer.status_code == 302, answer.content.decode()
    again = Pupil.objects.get(pk=pupil.pk)
    assert (again.form, again.number, again.born) == ("2009级2班", REGISTERED, BORN)
    assert (again.person.phone, again.person.identity_number) == ("051982821234", NUMBER)
    corrected = sent | {
        "person_identity_number": "11010519491231002X",
        "person_phone": "051*****1234",
        "form": "2009级2班",
    }
    revision = {"revision": str(again.history().count()), "reason": "按户口簿更正"}
    assert browser.post(address, corrected | revision).status_code == 302
    assert Pupil.objects.get(pk=pupil.pk).person.identity_number == "11010519491231002X"
    half = browser.post(address, sent | {"number": "G320*****231X", "reason": "x", "revision": "3"})
    assert "这是掩码" in half.content.decode()


def test_a_masked_export_comes_back_as_no_change(county: County, pupil: Pupil, section: User) -> None:
    content = browser_of(section).get(reverse("ledger-export", args=["pupil"])).getvalue()
    with acting(county.system, "导入"):
        reading = sheets.read(ledger("pupil"), content)
    assert (reading.written, reading.changed_people, reading.unchanged) == ([], [], 1)
    cells = cells_of(content)
    with pytest.raises(sheets.Unreadable, match="掩码"):
        sheets.read(ledger("pupil"), sheet_of(cells[0], cells[1:]))


def test_one_number_is_one_person(county: County) -> None:
    taken(county, roster({"person": "张示例", "person_number": "1", "person_identity_number": NUMBER}))
    other = {"person": "李示例", "person_number": "2"}
    assert told_of(roster(other | {"person_identity_number": NUMBER})) == [
        "2 这个身份证件号已登记在人员编号 1 名下；同一个人请用原来的编号"
    ]
    two = [{"person": name, "person_number": name, "person_identity_number": "11010519491231002X"} for name in "甲乙"]
    assert told_of(roster(*two)) == ["3 这个身份证件号已登记在人员编号 甲 名下；同一个人请用原来的编号"]
    same = {"person": "张示例", "person_number": "1", "person_identity_number": "11010519491231002X"}
    assert "与人员编号 1 已登记的身份证件号不同" in told_of(roster(same | {"date": date(2011, 9, 1)}))[0]
    assert "登记的姓名是『张示例』" in told_of(roster({"person": "王示例", "person_identity_number": NUMBER}))[0]
    assert not Person.objects.filter(number__in=["2", "甲", "乙"]).exists()
    with acting(county.system, "登记"), transaction.atomic(), pytest.raises(IntegrityError):
        Person(organisation=county[HOME], kind="staff", number="3", name="丙", identity_number=NUMBER).save()


def test_a_school_is_told_that_somebody_elses_person_must_be_transferred(county: County) -> None:
    row = {"person": "张示例", "person_number": "1", "person_identity_number": NUMBER}
    taken(county, roster(row | {"organisation": OTHER}))
    with pytest.raises(sheets.Unreadable, match="已登记在其他单位") as refused:
        sheets.read(ledger("staff"), roster(row | {"person_number": "2"}), [county[HOME]])
    assert OTHER not in str(refused.value)


def test_a_person_is_known_by_the_identity_number_alone(county: County) -> None:
    row: dict[str, object] = {"person": "张示例", "person_number": "1", "person_identity_number": NUMBER}
    taken(county, roster(row | {"until": date(2012, 8, 31)}))
    again = taken(county, roster({"person": "张示例", "person_identity_number": NUMBER, "date": date(2012, 9, 1)}))
    assert again.records[0].person.number == "1"
    book = ledger("training")
    row = {"organisation": HOME, "title": "培训", "level": "省级", "kind": "岗位培训", "trainee": "教师",
           "person": "张示例", "person_number": NUMBER, "persons": 1, "attendances": 1, "completed": "是",
           "date": date(2012, 3, 1)}  # fmt: skip
    heads = [head for column in book.sheet for head in column.headings]
    names = [name for column in book.sheet for name in column.names]
    reading = sheets.read(book, sheet_of(heads, [[row.get(name) for name in names]]))
    assert reading.records[0].person.number == "1"
    row["person_number"] = "11010519491231002X"
    with pytest.raises(sheets.Unreadable, match="没有人登记过这个身份证件号") as refused:
        sheets.read(book, sheet_of(heads, [[row.get(name) for name in names]]))
    assert "1101" not in str(refused.value)


def test_a_register_adds_the_numbers_of_people_it_knows(county: County) -> None:
    row = {"person": "张示例", "person_number": "1"}
    taken(county, roster(row | {"until": date(2011, 8, 31)}))
    content = roster(row | {"person_identity_number": NUMBER, "person_phone": PHONE, "date": date(2011, 9, 1)})
    reading = taken(county, content)
    assert len(reading.changed_people) == 1
    assert "补记了 1 人的证件号或电话。" in sheets.told(reading)
    person = Person.objects.get(number="1")
    assert (person.identity_number, person.phone, person.history().count()) == (NUMBER, PHONE, 2)
    assert verify(Person) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"person_identity_number": "320482900101123"}, "15 位的旧身份证号"),
        ({"person_identity_number": 3.2048219900101123e17}, "数字超过 15 位"),
        ({"person_identity_number": "320482199001011231"}, "校验码不对"),
        ({"person_identity_number": MASK}, "是掩码"),
        ({"person_phone": "82821234"}, "要加区号"),
    ],
)
def test_a_bad_number_is_told_in_its_row_without_being_quoted(
    county: County, cells: dict[str, object], said: str
) -> None:
    (told,) = told_of(roster({"person": "张示例", "person_number": "1"} | cells))
    assert told.startswith("2 ")
    assert said in told
    assert not any(str(cell) in told for cell in cells.values())


# --- erased ---


def test_an_erased_persons_numbers_are_gone_from_present_and_past(county: County, pupil: Pupil, section: User) -> None:
    then = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM schooling_pupil WHERE id = %s", [pupil.pk])
        copy = cursor.fetchone()[0]
    with acting(county.system, "依法删除个人信息"):
        pupil.person.erase()
    gone = Pupil.objects.get(pk=pupil.pk)
    assert (gone.number, gone.number_key, gone.born) == ("", "", None)
    assert (gone.person.identity_number, gone.person.phone, gone.person.identity_number_key) == ("", "", "")
    versions = [*gone.history(), *gone.person.history()]
    told = json.dumps([version.columns() for version in versions], default=str)
    assert not any(secret in told for secret in (*SECRETS, sealing.search_key("identity", NUMBER)))
    with as_of(then):
        assert Pupil.objects.get(pk=pupil.pk).number in ("", sealing.ERASED)
    assert browser_of(section).get("/api/ledgers/pupil/", {"q": NUMBER}).json()["count"] == 0
    with connection.cursor() as cursor:  # a backup of the table brought back without the key that is gone
        cursor.execute("UPDATE schooling_pupil SET number = %s WHERE id = %s", [copy, pupil.pk])
    assert Pupil.objects.get(pk=pupil.pk).number == ""
    assert verify(Person) == []
    with acting(county.system, "恢复"), transaction.atomic(), pytest.raises(ValueError, match="erased"):
        person = Person.objects.get(pk=pupil.person_id)
        person.phone = PHONE
        person.save()


def test_a_list_fetches_the_keys_of_its_people_at_once(
    county: County, section: User, django_assert_max_num_queries: Any
) -> None:
    with acting(county.system, "登记"):
        people = [
            Person(organisation=county[HOME], kind="pupil", number=str(n), name="生", phone=PHONE) for n in range(40)
        ]
        Person.objects.bulk_create(people)
        Pupil.objects.bulk_create(
            Pupil(organisation=county[HOME], person=one, date=date(2011, 9, 1), stage="primary", form="1",
                  number=f"J3204822005090100{n:02d}"[:18].ljust(18, "0") + "0") for n, one in enumerate(people)
        )  # fmt: skip
    assert PersonKey.objects.count() == 40
    browser = browser_of(section)
    with django_assert_max_num_queries(45):
        assert browser.get("/ledgers/pupil/").content.decode().count("J320***********") == 40


def test_every_sealed_field_is_sealed_in_history_too() -> None:
    for model in (Person, Pupil, Staff):
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                assert field.name in model.sealed
    assert "born" in Staff.sealed
