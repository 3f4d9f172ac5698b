"""Shapes of sentences met in documents nobody tuned on: bulletins, yearbooks, copied pages. All figures are made up."""

from __future__ import annotations

import re

import pytest

from shuyuan.proofread.claims import claims, read
from shuyuan.proofread.proofreader import proofread
from shuyuan.proofread.relations import relations

LABELLED = [
    ("在校生2 210人，教师22 172人。", [("2 210", "人", "在校生"), ("22 172", "人", "教师")]),
    ("生均校舍面积3. 1平方米。", [("3. 1", "平方米", "生均校舍面积")]),
    ("学前教育在园幼儿[3]46.2万人。", [("46.2", "万人", "学前教育在园幼儿")]),
    ("全区各级各类学校(含市直)共17所。", [("17", "所", "各级各类学校")]),
    (
        "小学、初中辍学率分别回落2.16和1.66个百分点。",
        [("2.16", "个百分点", "小学"), ("1.66", "个百分点", "初中辍学率")],
    ),
    ("建成20个500千伏输变电工程。", [("20", "个", ""), ("500", "千伏", "输变电工程")]),
    (
        "进出口12.5亿美元，服务器产量增长39%、占全国9成。",
        [("12.5", "亿美元", "进出口"), ("39", "%", ""), ("9", "成", "")],
    ),
    ("三次产业结构比为25.5:26.5:48.0。", [("25.5:26.5:48.0", "", "三次产业结构比")]),
    ("市十六届人大三次会议以来，全区开展“九五”普法。", []),
    ("公用经费\n8059.35\n万元,新建幼儿园\n4\n所。", [("8059.35", "万元", "公用经费"), ("4", "所", "新建幼儿园")]),
    (
        "第二产业增加值655万元，同比增长9.5%，其中工业增加值406万元，同比增长13.5%。",
        [
            ("655", "万元", "第二产业增加值"),
            ("9.5", "%", "第二产业增加值增长"),
            ("406", "万元", "工业增加值"),
            ("13.5", "%", "工业增加值增长"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "labels"), LABELLED, ids=[text[:14] for text, _ in LABELLED])
def test_numbers_of_unseen_shapes_are_read(text: str, labels: list[tuple[str, str, str]]) -> None:
    found = claims(text)
    assert [(one.value_text, one.unit) for one in found] == [(value, unit) for value, unit, _ in labels]
    for one, (_, _, subject) in zip(found, labels, strict=True):
        assert subject in one.subject


HELD = [
    ("普通中学38所,学生2.95万人,其中高中9所,学生1.23万人;初中29所,学生1.72万人。", "sum-of", "38", ["9", "29"]),
    ("普通中学38所,学生2.95万人,其中高中9所,学生1.23万人;初中29所,学生1.72万人。", "sum-of", "2.95", ["1.23", "1.72"]),
    (
        "学校322所。其中,普高3所、职校1所、特校1所;初中28所(含4所民办)、小学164所、幼儿园125所。",
        "sum-of",
        "322",
        ["3", "1", "1", "28", "164", "125"],
    ),
    (
        "教职工6448人(专任教师6276人),其中小学4298人(专任教师4201人),初中2150人(专任教师2075人)。",
        "sum-of",
        "6276",
        ["4201", "2075"],
    ),
    ("尚有9个省份136个县，其中中部2个省份39个县，西部7个省份97个县。", "sum-of", "136", ["39", "97"]),
    (
        "全市增加值244万元。其中：第一产业增加值62万元；第二产业增加值66万元。\n",
        "part-of",
        "62",
        ["244"],
    ),
    (
        "全市增加值244万元。其中：第一产业增加值62万元；第二产业增加值66万元。第三产业增加值116万元。",
        "sum-of",
        "244",
        ["62", "66", "116"],
    ),
    (
        "普高在校生11455人。职高在校生5279人。初中在校生74726人。在园幼儿19177人。全县学生总数110637人。",
        "sum-of",
        "110637",
        ["11455", "5279", "74726", "19177"],
    ),
    ("参考2976人，上线2321人，上线率78%。", "ratio-of", "78", ["2321", "2976"]),
    ("经费为89.42亿元，比2010年的73.12亿元增长22.29%。", "growth-of", "22.29", ["89.42", "73.12"]),
    ("拨款1516.64万元，与上年相比减少58.49万元，降低3.71%。", "growth-of", "3.71", ["1516.64", "58.49"]),
    (
        "幼儿园28.92万所，比上年减少5610所。其中，普惠园24.57万所，比上年增加1033所，占全国幼儿园的比例84.96%。",
        "ratio-of",
        "84.96",
        ["24.57", "28.92"],
    ),
    ("全年收到申请6件，2件网络申请，4件信件申请。", "sum-of", "6", ["2", "4"]),
    ("有教师46人，本科19人，专科25人，中师2人；高级36人，一级10人。", "sum-of", "46", ["36", "10"]),
]


@pytest.mark.parametrize(("text", "type", "claim", "others"), HELD, ids=[f"{t[:12]} {c}" for t, _, c, _ in HELD])
def test_relations_of_unseen_shapes_are_seen(text: str, type: str, claim: str, others: list[str]) -> None:
    told = [
        (one.type, one.claim.value_text, [other.value_text for other in one.others])
        for one in relations(read(text))
        if one.holds
    ]
    assert (type, claim, others) in told


WRONG = [
    ("R1", "收到申请6件，3件网络申请，4件信件申请。"),
    ("R1", "教师48人，本科19人，专科25人，中师2人；高级36人，一级10人。"),
    ("R1", "学校388所，其中中小学388所、教学点51个、特教学校26所。"),
    ("R1", "普高在校生11455人。职高在校生5279人。初中在校生74726人。在园幼儿19177人。全县学生总数19177人。"),
    ("R2", "三次产业结构比为25.7:26.8:41.5。"),
    ("R2", "毛入园率由58%上升到796%。"),
    ("R7", "比重为2.24%，比上年的2.14提高了0.1个百分点。"),
    ("R7", "学前一年达到99.44%、学前三年达到78.82，高于省定标准。"),
    ("R24", "中学10所，总建筑面积30508平方米，危房面积4635平方米，占25.2%。"),
]


@pytest.mark.parametrize(("rule", "text"), WRONG, ids=[f"{rule} {text[:12]}" for rule, text in WRONG])
def test_what_is_wrong_in_them_is_found(rule: str, text: str) -> None:
    assert rule in {one.rule for one in proofread(text).findings if one.severity != "hint"}


GOOD = [
    "2026年某省政府工作报告\n“十五五”时期是关键时期，“九五”普法启动，2035年基本实现现代化。",
    "下载\n【字号：\n加大\n减小\n】\n打印",
    "隐性债务规模、融资平台数量等“六个明显下降”，做好差异化发展和“五篇大文章”。",
    "辐射5个社区，有效解决了入园贵、入学难问题。",
    "高中招生44122人，其中公办7132人，民办36990人；毕业生共48189人，其中公办6201人，民办41988人。",
    "又有69个县通过，累计2767个县；又有7个省份通过，累计23个省份。",
    "由51家整合为33家，园区由106家整合为50家。",
    "人均收入由2.57万元增加到3.52万元、年均增长6.5%。",
    "城乡居民收入分别达6.9万元、3.4万元，增长4.2%、5.3%。",
    "黄金、白银、镍产量分别增长544.4%、199.2%、110.9%。",
    "每千人床位和卫生技术人员分别为2.50张和3.05人，每万人拥有基站33.7座。",
    "覆盖率、处理率分别提高20.9、36.2个百分点，占全国4成。",
    "检查中小学幼儿园36家，推进共建共治共享，深化改革开放创新。",
    "新建22个750千伏电网工程，700万千瓦储能项目，惠及23.6万婴幼儿。",
    "水果、蔬菜、茶叶产量分别达2050万吨、4200万吨、19万吨。",
    "人均生产总值达28322元，比上年新增3637元，增长12.7%。",
    "卫生机构738个，基层医疗单位(包括村卫生室)682所，妇保院1所。",
    "省重点项目793个，其中12条产业链项目占比达84.4%。",
    "围绕速度、结构、效率提出5项指标，欢乐节、冰雪节及十大赛事开幕。",
    "实施“十三五”规划，一般预算收入较“十三五”增长16.3%。\n2024年工作总结",
]


@pytest.mark.parametrize("text", GOOD, ids=[text[:14] for text in GOOD])
def test_sound_sentences_of_unseen_shapes_are_left_alone(text: str) -> None:
    assert [(one.rule, one.text) for one in proofread(text).findings if one.severity != "hint"] == []


def test_lines_broken_within_sentences_are_read_as_one_and_places_hold() -> None:
    whole = (
        "全县认真贯彻教育方针，统筹推进各项工作，扎实办学，成效明显，现有教职工300人，其中小学100人，初中200人，" * 3
    )
    text = "\n".join(whole[at : at + 29] for at in range(0, len(whole), 29)) + "基本满足教学需要。\n结束。"
    proof = proofread(text)
    assert proof.findings == ()
    assert [(one.type, one.holds) for one in proof.relations] == [("sum-of", True)] * 3
    for one in proof.claims:
        assert re.sub(r"\s", "", text[one.digits :]).startswith(one.value_text)


def test_paragraphs_of_their_own_are_not_run_together() -> None:
    assert {one.rule for one in proofread("先后约谈了食堂承包人、\n召开会议，研究工作。").findings} == {"R21"}


def test_repairs_say_how_likely_they_are_and_other_relations_decide() -> None:
    (one,) = [one for one in proofread("教职工306人，其中小学100人，初中200人。").findings if one.rule == "R1"]
    assert "%" in one.message
    text = "收入1687.45万元，其中：拨款1516.64万元，占89.88%；事业170.81万元，占10.12%。"
    damaged = text.replace("1516.64", "1546.64")
    assert {one.suggestion for one in proofread(damaged).findings} == {"1516.64万元"}
