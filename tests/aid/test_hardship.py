"""Hardship: kept by the section alone, sealed, masked; a pupil once a school year."""

from datetime import date

from django.db import connection

from shuyuan.aid.models import Hardship
from shuyuan.core.history import acting
from shuyuan.core.models import Person
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger
from tests.county import OTHER, County, browser_of
from tests.ledger.suite import LedgerSuite, workbook

CARD = "6222021100000000015"


class TestHardship(LedgerSuite):
    ledger = "hardship"
    rows = (
        {"person": "张示例", "level": "特别困难", "ground": "孤儿", "date": date(2012, 10, 8)},
        {"person": "李示例", "level": "一般困难", "ground": "残疾", "health": "肢体三级", "date": date(2012, 10, 8)},
        {"organisation": OTHER, "person": "王示例", "level": "比较困难", "ground": "低收入家庭",
         "address": "示例镇一号", "date": date(2012, 10, 9)},
    )  # fmt: skip
    bad = (
        ("level", "很困难", "没有『很困难』这一项；可填：特别困难、比较困难"),
        ("ground", "", "必填"),
        ("account", "123", "银行"),
        ("date", "2012年2月30日", "不是日期：『2012年2月30日』"),
    )


def test_what_is_known_of_a_family_is_sealed_and_masked(county: County) -> None:
    book = ledger("hardship")
    row = {"person": "张示例", "level": "特别困难", "ground": "孤儿", "date": date(2012, 10, 8)}
    row |= {"organisation": OTHER, "person_number": "1", "address": "示例镇一号", "account": CARD, "health": "示例病"}
    with acting(county.system, "导入"):
        Person(organisation=county[OTHER], kind=Person.Kind.PUPIL, number="1", name="张示例").save()
        sheets.load(sheets.read(book, workbook(book, [row])), accept=True)
    record = Hardship.objects.get()
    assert (record.period_id, record.account) == ("2012S", CARD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, account, health FROM aid_hardship")
        assert all(text.startswith("sealed:") for text in cursor.fetchone())
    page = browser_of(county.office).get(record.get_absolute_url()).content.decode()
    assert "张示例" in page
    for secret in ("示例镇一号", CARD, "示例病", "特别困难", "孤儿"):
        assert secret not in page
    assert browser_of(county.clerk).get(record.get_absolute_url()).status_code in {403, 404}
