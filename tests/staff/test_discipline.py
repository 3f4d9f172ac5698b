"""Sanctions: good rows, bad cells, and that the report names no one."""

from datetime import date

from tests.county import OTHER
from tests.ledger.suite import LedgerSuite


class TestDiscipline(LedgerSuite):
    ledger = "discipline"
    rows = (
        {"person": "张示例", "office": "校长", "kind": "警告", "document": "坛教人〔2012〕9号",
         "grounds": "违规收费", "date": date(2012, 3, 12)},
        {"person": "李示例", "office": "副校长", "kind": "延长试用期", "document": "坛教人〔2012〕15号",
         "grounds": "履职不力", "date": date(2012, 6, 30)},
        {"organisation": OTHER, "person": "王示例", "office": "教职工", "kind": "停发工资",
         "document": "坛教人〔2012〕21号", "grounds": "旷工", "date": date(2012, 9, 3)},
    )  # fmt: skip
    bad = (
        ("kind", "撤职", "没有『撤职』这一项；可填：警告、记过"),
        ("document", "文" * 41, "共 41 个字，最多 40 个字"),
        ("date", "2012年2月30日", "不是日期：『2012年2月30日』"),
        ("grounds", "#REF!", "公式出错：#REF!"),
    )
