"""A small report in our own words with figures of the year 2012, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from shuyuan.report import outline
from shuyuan.report.phrases import Item

MADE = datetime(2013, 1, 18, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Number:
    """A figure as the figures room will hand it over."""

    name: str
    title: str
    display: str
    number: str
    unit: str = ""
    url: str = ""
    note: str = ""
    items: tuple[Item, ...] = ()
    listed: bool = False
    earlier: Number | None = None
    parts: Mapping[str, Number] = field(default_factory=dict)

    @property
    def exact(self) -> Decimal | None:
        return Decimal(self.number.replace(",", "").replace("−", "-")) if self.number else None

    def at(self, organisation: str) -> Number | None:
        return self.parts.get(organisation)


def names(name: str, title: str, unit: str, *items: Item) -> Number:
    shown = "、".join(map(str, items)) or f"0{unit}"
    url = f"http://127.0.0.1:8000/figures/{name}/"
    return Number(name, title, shown, str(len(items)), unit, url, items=items, listed=True)


def number(name: str, title: str, value: str, unit: str, *, before: str = "", after: str = "") -> Number:
    display = f"{before}{value}{after}{unit}"
    return Number(name, title, display, value, unit, f"http://127.0.0.1:8000/figures/{name}/")


FIGURES = {
    figure.name: figure
    for figure in (
        number("activity.ethics_month", "师德建设月活动", "5", "个"),
        number("honour.top_ten", "十佳青年教师", "10", "人"),
        number("discipline.warned_heads", "受警告的校长", "1", "人"),
        number("discipline.suspended_pay", "被停发工资的教师", "2", "人"),
        number("discipline.dismissed", "被解聘人员", "1", "人"),
        number("governance.rules", "作风与人事管理制度", "2", "项"),
        number("debt.relieved", "化解学校债务", "2635", "万元"),
        number("debt.relieved_compulsory", "义务教育阶段学校化解债务", "1635", "万元"),
        number("debt.relieved_other", "非义务教育阶段学校化解债务", "1000", "万元"),
        number("project.safety", "校舍安全工程项目", "7", "个"),
        number("project.safety_area", "校舍安全工程建筑面积", "48500", "平方米"),
        number("project.safety_investment", "校舍安全工程计划总投资", "1.16", "亿元"),
        number("facility.surfaced", "运动场地塑胶化覆盖率", "80", "%", before="超过"),
        number("home_visit.teachers", "参加家访的教师", "5200", "人", after="多"),
        number("aid.grants", "发放助学金、学生乘车补贴等", "700", "万元", before="近"),
        number("aid.persons", "资助惠及学生", "7000", "人次", before="近"),
        number("enrolment.dropped_out", "因家庭贫困辍学的学生", "0", "人"),
        number("exam.mean_change", "中考人均总分提高", "3", "分"),
        number("exam.gap_change", "中考校际均分差距变化", "-4.5", "分"),
        Number("publicity.articles", "媒体刊用、转载稿件", "—", "", "篇", "http://127.0.0.1:8000/figures/7/"),
    )
}

TOML = """
year = 2012
title = "2012年教育体育工作报告"
issuer = "教育体育局"

[[chapter]]
title = "队伍建设"
[[chapter.paragraph]]
id = "1.1"
heading = "师德与作风"
section = "personnel"
text = '''
以第{{ activity.ethics_month | chinese }}个师德建设月为抓手，
全系统评出“十佳青年教师”{{ honour.top_ten }}，
张喆、李堃、王玥等老师的事迹在《师德风采》上刊登。
出台作风与人事管理制度{{ governance.rules | counted }}，
从严治教的要求写进了每所学校的章程。

全年有{{ discipline.warned_heads | number }}名校长受到警告，
{{ discipline.suspended_pay }}被停发工资，
{{ discipline.dismissed }}被解聘。
'''
[[chapter.paragraph]]
id = "1.2"
heading = "宣传与家访"
section = "office"
text = '''
参加家访的教师有{{ home_visit.teachers }}，走进学生家庭。
各级媒体刊用稿件{{ publicity.articles }}。
'''

[[chapter]]
title = "办学条件"
[[chapter.paragraph]]
id = "2.1"
heading = "化解债务"
section = "finance"
text = '''
化解学校债务{{ debt.relieved }}，
其中义务教育阶段{{ debt.relieved_compulsory }}，
非义务教育阶段{{ debt.relieved_other }}。至2012年12月31日，
各校没有新增债务。
'''
[[chapter.paragraph]]
id = "2.2"
heading = "校舍与场地"
section = "planning"
text = '''
实施校舍安全工程{{ project.safety }}，
建筑面积{{ project.safety_area }}，
计划总投资{{ project.safety_investment }}。
运动场地塑胶化覆盖率{{ facility.surfaced }}。
'''

[[chapter]]
title = "教育公平与质量"
[[chapter.paragraph]]
id = "3.1"
section = "aid"
text = '''
发放助学金、乘车补贴等{{ aid.grants }}，
惠及学生{{ aid.persons }}。
因家庭贫困辍学的学生为{{ enrolment.dropped_out }}。

中考人均总分比上年{{ exam.mean_change | change }}，
校际均分差距{{ exam.gap_change | change }}。
'''
"""

OUTLINE = outline.parse(TOML, name="2012.toml")
