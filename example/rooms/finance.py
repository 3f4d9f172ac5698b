"""Finance of the example: debts relieved by school and creditor, and what was bought."""

from __future__ import annotations

from datetime import date
from itertools import count
from random import Random

from example import city
from example.days import working_days
from example.rows import Rows, row
from example.shares import shares
from shuyuan.core.codes import FundSource
from shuyuan.finance.debt import DebtRelief
from shuyuan.finance.procurement import Procurement

Creditor = DebtRelief.CreditorKind
Purpose, Method = Procurement.Purpose, Procurement.Method

COMPULSORY = (
    *("市二中", "市三中", "市五中", "实验学校", "薛埠中学", "直溪中学", "儒林中学"),
    *("华城实验小学", "朝阳小学", "直溪中心小学"),
)
OTHER = ("省华中", "市一中", "市四中", "金沙高中", "省金坛中专")
RUNNING = {2011: 600, 2012: 650}  # 元 for each pupil and year
DEBTS = {  # in 元: compulsory, other
    2011: (14_800_000, 7_600_000),
    2012: (16_350_000, 10_000_000),
}
CREDITORS = (  # made up; who is paid first, and how large a part of a school's debt it is
    (Creditor.PERSONS, "本校教职工集资", "教学楼建设集资", 2),
    (Creditor.CONTRACTOR, "金坛市示例建筑工程有限公司", "教学楼、宿舍楼工程款", 5),
    (Creditor.BANK, "示例农村商业银行金坛支行", "校园建设贷款", 3),
)

BOUGHT = {  # by year: what, for which purpose, how, from which money, in 元
    2012: (
        ("学生计算机(第一批)", Purpose.EQUIPMENT, Method.OPEN, FundSource.COUNTY, 2_576_000),
        ("学生计算机(第二批)", Purpose.EQUIPMENT, Method.OPEN, FundSource.SURCHARGE, 1_840_000),
        ("投影设备(第一批)", Purpose.EQUIPMENT, Method.OPEN, FundSource.COUNTY, 2_670_000),
        ("投影设备(第二批)", Purpose.EQUIPMENT, Method.OPEN, FundSource.SURCHARGE, 2_047_000),
        ("网络阅卷系统", Purpose.EQUIPMENT, Method.NEGOTIATED, FundSource.COUNTY, 680_000),
        ("资产与装备管理信息系统部署", Purpose.EQUIPMENT, Method.SINGLE, FundSource.COUNTY, 48_000),
        ("初中理化生实验仪器", Purpose.EQUIPMENT, Method.OPEN, FundSource.SURCHARGE, 960_000),
        ("小学科学实验仪器", Purpose.EQUIPMENT, Method.OPEN, FundSource.SURCHARGE, 638_500),
        ("图书馆图书更新", Purpose.EQUIPMENT, Method.INQUIRY, FundSource.COUNTY, 861_300),
        ("音乐、美术器材", Purpose.EQUIPMENT, Method.INQUIRY, FundSource.SURCHARGE, 296_500),
        ("体育器材", Purpose.EQUIPMENT, Method.INQUIRY, FundSource.SURCHARGE, 259_000),
        ("校舍维修材料", Purpose.REPAIR, Method.INQUIRY, FundSource.COUNTY, 418_000),
        ("教师培训服务", Purpose.SERVICE, Method.NEGOTIATED, FundSource.COUNTY, 365_000),
    ),
    2011: (
        ("学生计算机", Purpose.EQUIPMENT, Method.OPEN, FundSource.COUNTY, 3_182_000),
        ("投影设备", Purpose.EQUIPMENT, Method.OPEN, FundSource.COUNTY, 2_759_000),
        ("中小学实验仪器", Purpose.EQUIPMENT, Method.OPEN, FundSource.SURCHARGE, 1_406_000),
        ("图书馆图书更新", Purpose.EQUIPMENT, Method.INQUIRY, FundSource.COUNTY, 742_600),
        ("体育、艺术器材", Purpose.EQUIPMENT, Method.INQUIRY, FundSource.SURCHARGE, 527_400),
        ("校舍维修材料", Purpose.REPAIR, Method.INQUIRY, FundSource.COUNTY, 536_000),
    ),
}
EXAM_SITES = {"省华中": 868_000, "市一中": 842_000, "市四中": 656_000, "金沙高中": 634_000}


def rows() -> Rows:
    random = Random("finance")
    for year in DEBTS:
        yield from _debts(year, random)
        yield from _purchases(year, random)
    yield from _exam_sites()
    for year in RUNNING:
        yield from _running_funds(year)


def _running_funds(year: int) -> Rows:
    """What the county gives each public school to run on, and what the school spends of it."""
    for number, school in enumerate(one for one in city.SCHOOLS if one.public and one.pupils and not one.until):
        given = sum(school.pupils.values()) * RUNNING[year]
        spent = given * (955 + number % 40) // 1000
        common = {"purpose": "running", "source": FundSource.COUNTY}
        yield row(
            "funds", school.name, date(year, 3, 12), item=f"{year}年公用经费", flow="allocated", amount=given,
            document=f"教财拨{year}-{number + 1:03}", **common,
        )  # fmt: skip
        yield row(
            "funds", school.name, date(year, 12, 20), item=f"{year}年公用经费支出", flow="spent", amount=spent,
            document=f"决算{year}-{number + 1:03}", **common,
        )  # fmt: skip


def _debts(year: int, random: Random) -> Rows:
    numbers, days = count(1), working_days(random, year, 3, 11)
    for kind, schools, total in zip(DebtRelief.Kind, (COMPULSORY, OTHER), DEBTS[year], strict=True):
        sizes = [sum(city.school(name).pupils.values()) for name in schools]
        for name, part in zip(schools, shares(total, sizes, step=10_000, least=100_000), strict=True):
            creditors = random.sample(CREDITORS, 2) if part < 1_000_000 else CREDITORS
            amounts = shares(part, [creditor[-1] for creditor in creditors], step=1_000)
            for (creditor_kind, creditor, purpose, _weight), amount in zip(creditors, amounts, strict=True):
                yield row(
                    "debt", name, next(days), kind=kind, creditor_kind=creditor_kind,
                    creditor=creditor, purpose=purpose, source=_source(random), amount=amount,
                    document=f"化债支{year}-{next(numbers):03}",
                )  # fmt: skip


def _source(random: Random) -> FundSource:
    return random.choice((FundSource.COUNTY, FundSource.SURCHARGE, FundSource.PROVINCIAL))


def _purchases(year: int, random: Random) -> Rows:
    days = working_days(random, year, 3, 11)
    for number, (item, purpose, method, source, amount) in enumerate(BOUGHT[year], start=1):
        yield row(
            "procurement", "教育技术装备中心", next(days), item=item, purpose=purpose, method=method, source=source,
            amount=amount, contract=f"坛教采{year}-{number:02}",
        )  # fmt: skip


def _exam_sites() -> Rows:
    for number, (site, amount) in enumerate(EXAM_SITES.items(), start=1):
        watching, checking = shares(amount, (7, 3), step=1_000)
        for letter, item, part in (("A", "考点视频监控系统", watching), ("B", "考生身份验证与作弊防控设备", checking)):
            yield row(
                "procurement", site, date(city.YEAR, 4, 10 + number), item=item, purpose=Purpose.EXAM_SITE,
                method=Method.OPEN, source=FundSource.COUNTY, amount=part, contract=f"坛考采2012-{number}{letter}",
            )  # fmt: skip
