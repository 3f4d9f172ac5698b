"""The pupil register: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestPupil(LedgerSuite):
    ledger = "pupil"
    rows = (
        {"person": "张示例", "stage": "小学", "form": "2009级1班", "gender": "女", "born": date(2003, 2, 1),
         "migrant": "是", "date": date(2009, 9, 1)},
        {"person": "李示例", "stage": "小学", "form": "2006级2班", "gender": "男", "migrant": "否",
         "date": date(2006, 9, 1), "until": date(2012, 6, 30)},
    )  # fmt: skip
    bad = (
        ("stage", "中学", "没有『中学』这一项"),
        ("form", None, "必填"),
    )
