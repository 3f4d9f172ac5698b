"""Training: good rows, and lines that contradict themselves."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestTraining(LedgerSuite):
    ledger = "training"
    rows = (
        {"title": "国家级中小学教师培训计划", "level": "国家级", "kind": "学科教学培训", "trainee": "教师",
         "person": "张示例", "persons": 1, "attendances": 1, "hours": 80, "completed": "是",
         "date": date(2012, 7, 20)},
        {"title": "周末教育讲坛", "level": "县级", "kind": "专题讲座", "trainee": "教师", "persons": 40,
         "attendances": 120, "completed": "是", "date": date(2012, 6, 15)},
    )  # fmt: skip
    bad = (
        ("persons", 2, "写了姓名的一行只记一个人"),
        ("attendances", 0, "参训人次不能少于参训人数"),
    )
