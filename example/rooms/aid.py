"""Aid of the example: grants and subsidies by school, loans by town, donations; sums and person-times of the facts."""

from __future__ import annotations

from datetime import date
from itertools import count

from example import city
from example.rows import Rows, row
from example.shares import shares
from shuyuan.aid.aid import Aid
from shuyuan.core.codes import FundSource, Stage

Kind = Aid.Kind
CENTRAL, COUNTY, SOCIAL = FundSource.CENTRAL, FundSource.COUNTY, FundSource.SOCIAL
SENIOR, KINDERGARTEN = (Stage.SENIOR, Stage.VOCATIONAL), (Stage.KINDERGARTEN,)

GRANTS = {  # by year: kind, programme, source, 元 for each, stages, day, person-times
    2011: (
        (Kind.GRANT, "普通高中和中职国家助学金(春季)", CENTRAL, 1500, SENIOR, date(2011, 4, 25), 1200),
        (Kind.GRANT, "普通高中和中职国家助学金(秋季)", CENTRAL, 1500, SENIOR, date(2011, 10, 24), 1210),
        (Kind.GRANT, "学前教育资助", COUNTY, 1000, KINDERGARTEN, date(2011, 11, 14), 720),
        (Kind.BOARDING, "初中寄宿生生活补助", COUNTY, 1250, (Stage.JUNIOR,), date(2011, 11, 21), 850),
        (Kind.BOARDING, "小学寄宿生生活补助", COUNTY, 1000, (Stage.PRIMARY,), date(2011, 11, 21), 460),
        (Kind.TRAVEL, "农村学生乘车补贴", COUNTY, 400, (Stage.PRIMARY, Stage.JUNIOR), date(2011, 12, 5), 1380),
    ),
    2012: (
        (Kind.GRANT, "普通高中和中职国家助学金(春季)", CENTRAL, 1500, SENIOR, date(2012, 4, 23), 1290),
        (Kind.GRANT, "普通高中和中职国家助学金(秋季)", CENTRAL, 1500, SENIOR, date(2012, 10, 22), 1330),
        (Kind.GRANT, "学前教育资助", COUNTY, 1000, KINDERGARTEN, date(2012, 11, 12), 860),
        (Kind.BOARDING, "初中寄宿生生活补助", COUNTY, 1250, (Stage.JUNIOR,), date(2012, 11, 19), 880),
        (Kind.BOARDING, "小学寄宿生生活补助", COUNTY, 1000, (Stage.PRIMARY,), date(2012, 11, 19), 480),
        (Kind.TRAVEL, "农村学生乘车补贴", COUNTY, 400, (Stage.PRIMARY, Stage.JUNIOR), date(2012, 12, 3), 1521),
    ),
}
LOANS = {2011: (743_500, 136), 2012: (819_800, 149)}  # 元, person-times, of the towns the students come from
LOAN_DAYS = ((8, 20), (9, 3), (9, 24))
DONATIONS = {  # school, programme, 元, person-times
    2011: (
        ("省华中", "周氏志成冠军奖学金", 600_000, 150),
        ("市一中", "校友助学金", 320_000, 96),
        ("省金坛中专", "企业奖助学金", 410_000, 120),
        ("直溪中学", "爱心助学", 180_000, 72),
        ("薛埠小学", "爱心助学", 130_000, 65),
    ),
    2012: (
        ("省华中", "周氏志成冠军奖学金", 800_000, 160),
        ("市一中", "校友助学金", 360_000, 105),
        ("省金坛中专", "企业奖助学金", 430_000, 126),
        ("市四中", "春蕾助学", 150_000, 50),
        ("直溪中学", "爱心助学", 200_000, 76),
        ("薛埠小学", "爱心助学", 160_000, 68),
    ),
}


def rows() -> Rows:
    for year in GRANTS:
        numbers = count(1)
        for kind, programme, source, each, stages, day, people in GRANTS[year]:
            schools = [school for school in city.SCHOOLS if school.pupils.keys() & set(stages)]
            sizes = [sum(school.pupils.get(stage, 0) for stage in stages) for school in schools]
            document = f"坛教助{year}-{next(numbers):02}"
            for school, times in zip(schools, shares(people, sizes, least=1), strict=True):
                yield row(
                    "aid", school.name, day, kind=kind, programme=programme, source=source, times=times,
                    amount=times * each, document=document,
                )  # fmt: skip
        yield from _loans(year, *LOANS[year])
        for number, (name, programme, amount, times) in enumerate(DONATIONS[year], start=1):
            yield row(
                "aid", name, date(year, 9 + number % 3, 8 + number), kind=Kind.DONATION, programme=programme,
                source=SOCIAL, times=times, amount=amount, document=f"坛教捐{year}-{number:02}",
            )  # fmt: skip


def _loans(year: int, amount: int, people: int) -> Rows:
    """Students borrow where they come from: the bureau examines and pays out, town by town."""
    batches = [(town, day) for day in LOAN_DAYS for town in city.TOWNS]
    times = shares(people, [1] * len(batches), least=1)
    amounts = shares(amount, times, step=100)
    for (town, (month, day)), n, part in zip(batches, times, amounts, strict=True):
        yield row(
            "aid", town, date(year, month, day), kind=Kind.LOAN, programme="生源地信用助学贷款",
            source=FundSource.PROVINCIAL, times=n, amount=part, document=f"坛贷{year}-{month:02}{day:02}",
        )  # fmt: skip
