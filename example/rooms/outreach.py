"""Activities, home visits, what the media wrote, and the courses of the towns for adults."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from example import city, people
from example.city import BUREAU, SCHOOLS, YEAR
from example.rows import Row, Rows, row
from example.shares import shares

ACTIVITIES = (  # organisation, month and day, title, kind, level, edition, attendances, note
    (BUREAU, (9, 3), "师德建设月活动", "conduct", "43", 5, 5_300, "第五个师德建设月"),
    (BUREAU, (9, 10), "师德先进事迹报告会", "conduct", "43", None, 620, ""),
    ("教育工会", (3, 6), "教育工会全委(扩大)会议", "union", "43", 9, 96, "九届九次"),
    ("教育工会", (11, 23), "首届教职工小合唱比赛", "staff", "43", 1, 840, ""),
    ("教育工会", (4, 21), "中小学教职工趣味运动会", "staff", "43", None, 1_150, ""),
    ("金城镇中心小学", (4, 13), "全国小学语文主题学习观摩交流活动", "teaching", "10", None, 700, ""),
    ("省华中", (10, 6), "省华中九十周年校庆", "ceremony", "43", 90, 3_600, ""),
    (BUREAU, (5, 17), "中小学科学节", "science", "43", 1, 9_200, "首届"),
    (BUREAU, (6, 5), "丰收杯环境教育系列竞赛", "science", "43", 7, 6_400, ""),
    (BUREAU, (12, 6), "走进学生家庭中青年班主任成长论坛", "moral", "43", None, 210, ""),
    (BUREAU, (5, 26), "中小学艺术教育十年成果展暨艺术教育中心成立十周年庆典", "arts", "43", None, 2_400, ""),
    (BUREAU, (9, 20), "全市教师书画作品展", "arts", "43", None, 900, ""),
    (BUREAU, (11, 2), "承办省教育学会美术专业委员会年会", "arts", "23", None, 260, ""),
    (BUREAU, (3, 1), "体育艺术2+1工程", "sports", "43", None, None, "各校常年开展"),
    (BUREAU, (4, 18), "备课大会查", "teaching", "43", None, 3_100, ""),
    (BUREAU, (10, 24), "课堂大比武", "teaching", "43", None, 1_480, ""),
)
LAST_YEAR = (
    (BUREAU, (9, 5), "师德建设月活动", "conduct", "43", 4, 5_200, "第四个师德建设月"),
    ("教育工会", (3, 8), "教育工会全委(扩大)会议", "union", "43", 8, 94, "九届八次"),
    ("教育工会", (4, 16), "中小学教职工趣味运动会", "staff", "43", None, 1_090, ""),
    (BUREAU, (6, 3), "丰收杯环境教育系列竞赛", "science", "43", 6, 6_100, ""),
    (BUREAU, (3, 1), "体育艺术2+1工程", "sports", "43", None, None, "各校常年开展"),
    (BUREAU, (10, 20), "全市教师书画作品展", "arts", "43", None, 850, ""),
)
ON_LEAVE = 71  # one teacher in so many was on leave when the others visited
PILOT = ("常胜小学", "市二中", "华罗庚实验学校")  # where the visits were tried out the year before
MEDIA = (
    ("中国教育报", "10", 3),
    ("新华日报", "23", 8),
    ("江苏教育报", "23", 11),
    ("常州日报", "33", 34),
    ("常州网站", "33", 41),
)
TOPICS = (
    "师德建设见成效", "课堂教学改革纪实", "阳光体育进校园", "走进学生家庭", "书香校园建设", "校园安全教育",
    "艺术教育展风采", "家校携手育人", "教师读书活动", "科技节里的发现", "留守儿童有了新家", "劳动实践基地启用",
)  # fmt: skip
COURSES = {
    "transfer": ("劳动力转移技能培训", 20),
    "post": ("企业岗位培训", 35),
    "farmers": ("农民创业培训", 15),
    "practical": ("农业实用技术培训", 30),
}
TOWN_WEIGHTS = (26, 10, 14, 9, 16, 10, 15)
SESSIONS, ATTENDANCES, PERSONS = {2011: 486, 2012: 512}, {2011: 126_400, 2012: 133_000}, {2011: 101_500, 2012: 106_400}


def rows() -> Rows:
    for year, activities in ((YEAR, ACTIVITIES), (YEAR - 1, LAST_YEAR)):
        for organisation, (month, day), title, kind, level, edition, attendances, note in activities:
            yield row(
                "activity", organisation, date(year, month, day), title=title, kind=kind, level=level,
                edition=edition, attendances=attendances, note=note,
            )  # fmt: skip
    yield from _home_visits()
    yield from _publicity()
    for year in SESSIONS:
        yield from _community(year)


def _home_visits() -> Rows:
    random = Random("home visits")
    everywhere = [one for school in SCHOOLS for one in people.teachers_at(school)]
    for place, one in enumerate(everywhere):
        if place % ON_LEAVE:
            day = date(YEAR, 10, 8) + timedelta(days=random.randrange(60))
            yield _visit(one.member, day, random.randint(3, 12))
        if place % 10 == 1 and one.since.year < YEAR:  # some had visited in the spring as well
            yield _visit(one.member, date(YEAR, 4, 9) + timedelta(days=random.randrange(50)), random.randint(1, 5))
    for name in PILOT:
        for one in people.teachers_at(city.school(name), date(YEAR - 1, 12, 31)):
            yield _visit(one.member, date(YEAR - 1, 11, 7), random.randint(2, 8))


def _visit(member: people.Member, day: date, families: int) -> Row:
    return row("home_visit", member.organisation, day, person=member, families=families)


def _publicity() -> Rows:
    for medium, level, count in MEDIA:
        for year, pieces in ((YEAR, count), (YEAR - 1, count * 5 // 6)):
            for number in range(pieces):
                school = SCHOOLS[(number * 7 + len(medium) + year) % len(SCHOOLS)]
                topic = TOPICS[(number + year) % len(TOPICS)]
                yield row(
                    "publicity", school.name, date(year, 1 + number % 12, 2 + number % 25), medium=medium, level=level,
                    title=f"{school.short}:{topic}", kind="reprint" if medium == "常州网站" else "article",
                )  # fmt: skip
    for medium, level, day in (("新华日报", "23", date(YEAR, 11, 14)), ("常州日报", "33", date(YEAR, 11, 5))):
        title = "万名教师走进学生家庭" if level == "23" else "金坛教师家访记"
        yield row("publicity", BUREAU, day, title=f"家访活动报道:{title}", kind="coverage", medium=medium, level=level)
    for name, title, medium, level, month in (
        ("金城镇中心小学", "语文主题学习", "人民教育", "10", 5),
        ("朝阳小学", "小学数学主题拓展教学", "江苏教育", "23", 9),
    ):
        yield row("publicity", name, date(YEAR, month, 15), title=title, kind="achievement", medium=medium, level=level)
    yield row(
        "publicity", BUREAU, date(YEAR, 3, 20), title="改版教育网站和报刊", kind="own_media", level="43",
        medium="金坛教育网、金坛教育报",
    )  # fmt: skip


def _community(year: int) -> Rows:
    """Every town gives every kind of course in every quarter: 7 × 4 × 4 lines that sum to the year's totals."""
    places = [
        (town, kind, quarter, weight * COURSES[kind][1] * (8 + quarter))
        for town, weight in zip(city.TOWNS, TOWN_WEIGHTS, strict=True)
        for kind in COURSES
        for quarter in range(4)
    ]
    weights = [place[3] for place in places]
    sessions = shares(SESSIONS[year], weights, least=1)
    attendances, persons = shares(ATTENDANCES[year], weights), shares(PERSONS[year], weights)
    for number, (town, kind, quarter, _weight) in enumerate(places):
        yield row(
            "community", town, date(year, 3 * quarter + 3, 25), title=f"{COURSES[kind][0]}第{'一二三四'[quarter]}季度",
            kind=kind, sessions=sessions[number], attendances=attendances[number], persons=persons[number],
        )  # fmt: skip
