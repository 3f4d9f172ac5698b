"""What was learnt on paragraphs made up for measuring: sound ones are left alone, damage is found, numbers are read."""

from __future__ import annotations

import pytest

from shuyuan.proofread.claims import claims, read
from shuyuan.proofread.relations import relations
from tests.proofread import made_up
from tests.proofread.made_up import Paragraph

ALL = made_up.paragraphs()
IDS = [f"{one.set} {one.text[:10]}" for one in ALL]


@pytest.mark.parametrize("one", ALL, ids=IDS)
def test_a_sound_paragraph_is_left_alone(one: Paragraph) -> None:
    assert made_up.alarms(one.text) == set()


@pytest.mark.parametrize("one", ALL, ids=IDS)
def test_its_numbers_are_read(one: Paragraph) -> None:
    assert [(claim.value_text, claim.unit) for claim in claims(one.text)] == list(one.numbers)


def test_damage_is_found_in_every_set() -> None:
    for number, score in made_up.scores().items():
        assert score.found >= 0.95 * score.damaged or score.damaged - score.found <= 1, (number, score)


@pytest.mark.parametrize("one", ALL, ids=IDS)
def test_no_relation_of_a_sound_paragraph_fails(one: Paragraph) -> None:
    assert [(r.type, r.claim.value_text) for r in relations(read(one.text)) if not r.holds and r.sure >= 0.5] == []


SAID = [
    ("城区“大班额”比例由4.6%降至1.2%，下降3.4个百分点。", ["城区大班额比例", "城区大班额比例", "城区大班额比例下降"]),
    ("表彰“最美教师”10名、“师德标兵”20名，共30名。", ["表彰最美教师", "师德标兵", "表彰最美教师、师德标兵"]),
    ("校长、园长及机关干部共168人参加。", ["校长、园长及机关干部"]),
    ("贷款4236人，金额3896.52万元，分别增加412人、475.16万元。", ["贷款", "金额", "贷款增加", "金额增加"]),
    ("600分以上63人，同比增加18人。", ["600分以上", "600分以上", "600分以上增加"]),
    ("生均校舍面积：小学8.94平方米，初中11.26平方米。", ["小学生均校舍面积", "初中生均校舍面积"]),
    ("小学生均图书28.5册，初中41.3册。", ["小学生均图书", "初中生均图书"]),
    ("及格率68.5%。审计12项。学校自有8辆。", ["及格率", "审计", "学校自有"]),
    ("研究生286人，本科3912人，分别占5.6%、76.3%。", ["研究生", "本科", "研究生占比", "本科占比"]),
    ("差异系数分别为0.412和0.365。", ["差异系数", "差异系数"]),
]


@pytest.mark.parametrize(("text", "subjects"), SAID, ids=[text[:12] for text, _ in SAID])
def test_what_numbers_are_said_of(text: str, subjects: list[str]) -> None:
    assert [one.subject for one in claims(text)] == subjects


RELATED = [
    ("收到申请9件，上年结转0件。其中予以公开5件，部分公开3件，无法提供1件。", "sum-of", "9", ["5", "3", "1"]),
    ("教职工9468人，其中专任教师8126人。专任教师中，小学5112人，初中3014人。", "sum-of", "8126", ["5112", "3014"]),
    ("大班4个、中班5个、小班5个，共14个班。", "sum-of", "14", ["4", "5", "5"]),
    ("参考4379人，往届517人；本科上线2614人，上线率59.69%。", "ratio-of", "59.69", ["2614", "4379"]),
    ("教师500人，其中本科300人、专科200人，分别占60%、40%。", "ratio-of", "40", ["200", "500"]),
    ("2015—2018年入园率分别为76.8%、80.2%、86.1%，四年提高9.3个百分点。", "difference-of", "9.3", ["86.1", "76.8"]),
    ("预算安排48620万元，实际支出51230万元，为预算的105.4%。", "ratio-of", "105.4", ["51230", "48620"]),
    ("由9860人增加到21340人，增加11480人，增长116.4%。", "growth-of", "116.4", ["21340", "9860"]),
    ("上线2248人，其中文科812人，理科1436人，比去年净增273人，增长13.8%。", "growth-of", "13.8", ["2248", "273"]),
    ("民办幼儿园97所，其中普惠性73所，占民办园的75.3%。", "ratio-of", "75.3", ["73", "97"]),
]


@pytest.mark.parametrize(("text", "type", "claim", "others"), RELATED, ids=[text[:12] for text, *_ in RELATED])
def test_how_numbers_hang_together(text: str, type: str, claim: str, others: list[str]) -> None:
    told = [(r.type, r.claim.value_text, [o.value_text for o in r.others]) for r in relations(read(text)) if r.holds]
    assert (type, claim, others) in told
