"""What the bureau issued, how it was appraised, what it aimed at, and whom it is compared with."""

from __future__ import annotations

from datetime import date

from example import city
from example.rows import Rows, row
from example.shares import shares

BUREAU = city.BUREAU
GOVERNMENT = "金坛市人民政府"
POLICIES = (  # title, area, form, by the government above the bureau
    ("学校校长(园长)问责暂行办法", "conduct", "rules", False),
    ("中小学教职工转岗、待岗、解聘处理暂行办法", "personnel", "rules", False),
    ("在职教师禁麻令", "conduct", "notice", False),
    ("学校基本建设管理办法", "assets", "rules", False),
    ("学校零星工程建设管理办法", "assets", "rules", False),
    ("关于进一步加强学校资产管理的通知", "assets", "notice", False),
    ("关于建立健全普通高中经费保障机制的实施意见", "assets", "opinion", False),
    ("关于化解高中阶段学校基本建设债务的实施意见", "assets", "opinion", False),
    ("关于建立市教育体育局领导班子成员三联系工作制度的通知", "family", "notice", False),
    ("关于在全市各类学校开展走进学生家庭活动的通知", "family", "notice", False),
    ("市政府关于进一步加强教育工作的意见", "development", "opinion", True),
    ("关于进一步明确各镇人民政府和市有关职能部门教育工作职责的意见", "development", "opinion", True),
    ("贯彻落实中长期教育改革和发展规划纲要的实施意见", "development", "opinion", True),
    ("中小学教学质量效益年实施方案", "teaching", "plan", False),
    ("中小学教学工作基本要求", "teaching", "standard", False),
    ("中小学教学管理人员岗位职责(分管校长、教务主任)", "teaching", "standard", False),
    ("中小学办学水平年度考评方案", "teaching", "plan", False),
    ("2012年中小学(幼儿园)师干训工作意见", "training", "opinion", False),
)
EARLIER = (  # title, area, form, issued on, repealed on
    ("学前教育五年行动计划(2011-2015)", "preschool", "plan", date(2011, 9, 16), date(2016, 1, 1)),
    ("2011年中小学(幼儿园)师干训工作意见", "training", "opinion", date(2011, 3, 8), date(2012, 3, 12)),
    ("中小学教学常规管理规定", "teaching", "rules", date(2009, 8, 25), date(2012, 8, 27)),
    ("学校固定资产管理规定", "assets", "rules", date(2007, 5, 10), None),
    ("校园安全工作责任追究办法", "safety", "rules", date(2011, 4, 20), None),
    ("关于进一步加强师德建设的意见", "conduct", "opinion", date(2011, 9, 5), None),
)
PEERS = {"溧阳市": 7.4, "武进区": 6.1, "新北区": 5.2, "天宁区": 3.8, "钟楼区": 4.6, "戚墅堰区": 2.9}
UNDERGRADUATE_TARGETS = {  # school → target of each year, in %
    "省华中": {2011: 83, 2012: 88},
    "市一中": {2011: 40, 2012: 52},
    "金沙高中": {2011: 18, 2012: 24},
    "市四中": {2011: 20, 2012: 26},
}
TOWN_WEIGHTS = (30, 9, 13, 8, 15, 10, 15)
RESIDENTS = {2011: 551_600, 2012: 553_200}
ADULTS = {2011: 191_500, 2012: 190_000}


def rows() -> Rows:
    yield from _policies()
    yield from _appraisals()
    yield from _targets()
    yield from _peers()
    for year in RESIDENTS:
        yield from _population(year)


def _policies() -> Rows:
    for number, (title, area, form, government) in enumerate(POLICIES, start=1):
        yield row(
            "policy", BUREAU, date(2012, 1 + number * 11 // 20, 3 + number), title=title, area=area, form=form,
            document=f"坛{'政' if government else '教体'}发〔2012〕{number * 7}号",
            issuer=GOVERNMENT if government else BUREAU, level="43" if government else "51",
        )  # fmt: skip
    for number, (title, area, form, day, until) in enumerate(EARLIER, start=1):
        yield row(
            "policy", BUREAU, day, title=title, area=area, form=form, until=until,
            document=f"坛教体发〔{day.year}〕{number * 9}号", issuer=BUREAU, level="51",
        )  # fmt: skip


def _appraisals() -> Rows:
    conduct = {"title": "政风行风集中评议", "assessor": "金坛市政风行风评议办公室", "level": "43"}
    yield row("appraisal", BUREAU, date(2012, 12, 7), **conduct, score=94.84, rank=3)
    yield row("appraisal", BUREAU, date(2011, 12, 9), **conduct, score=93.27, rank=6)
    aid = {"title": "省学生资助绩效评价", "assessor": "江苏省学生资助管理中心", "level": "23"}
    yield row("appraisal", BUREAU, date(2012, 10, 18), **aid, result="优秀奖")
    yield row("appraisal", BUREAU, date(2011, 10, 20), **aid, result="合格")
    inspection = {"title": "年度教育工作督导考核", "assessor": "常州市人民政府教育督导室", "level": "33", "grade": "2"}
    yield row("appraisal", BUREAU, date(2012, 12, 20), **inspection, appraised=BUREAU)
    yield row("appraisal", BUREAU, date(2012, 12, 20), **inspection, appraised="金坛市")
    yield row("appraisal", BUREAU, date(2011, 12, 22), **inspection, appraised=BUREAU)
    yield row(
        "appraisal", BUREAU, date(2012, 3, 15), title="江苏省未成年人思想道德建设工作先进县(市、区)",
        assessor="江苏省精神文明建设指导委员会", appraised="金坛市", level="23", result="先进县(市、区)",
    )  # fmt: skip
    for school in ("省华中", "市一中", "市四中", "金沙高中"):
        yield row(
            "appraisal", school, date(2012, 8, 30), title="高考质量奖励", assessor="市委、市政府", level="43",
            result="重奖并致贺信",
        )  # fmt: skip


def _targets() -> Rows:
    for school, targets in UNDERGRADUATE_TARGETS.items():
        for year, value in targets.items():
            document = f"{year}年普通高中教学质量目标"
            yield row("target", school, date(year, 2, 20), indicator="undergraduate", value=value, document=document)
    for year, preschool in {2011: 98.6, 2012: 98.8}.items():
        document = f"{year}年教育工作要点"
        yield row("target", BUREAU, date(year, 2, 1), indicator="preschool", value=preschool, document=document)
        yield row("target", BUREAU, date(year, 2, 1), indicator="adult", value=55, document=document)


def _peers() -> Rows:
    for peer, growth in PEERS.items():
        source = "常州市教育局高考情况通报"
        fields = {"peer": peer, "indicator": "undergraduate_growth", "source": source}
        yield row("peer_result", BUREAU, date(2012, 7, 10), value=growth, **fields)
        yield row("peer_result", BUREAU, date(2011, 7, 11), value=round(growth * 0.6, 1), **fields)


def _population(year: int) -> Rows:
    residents, adults = shares(RESIDENTS[year], TOWN_WEIGHTS), shares(ADULTS[year], TOWN_WEIGHTS)
    for number, town in enumerate(city.TOWNS):
        here = residents[number]
        yield row(
            "population", town, date(year, 12, 31), residents=here, adults=adults[number],
            ages_3_5=here * 21 // 1000, ages_6_11=here * 43 // 1000,
            ages_12_14=here * 24 // 1000, ages_15_17=here * 27 // 1000,
        )  # fmt: skip
