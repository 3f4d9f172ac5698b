"""Typed numbers are found, in Arabic and in hanzi; what is allowed is allowed by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.report import numbers, numerals
from shuyuan.report.nodes import Bound, Document, Heading, Paragraph, Text

ALLOWED = [
    # dates and years
    "2012年,全系统加强队伍建设。",
    "1月5日召开动员会,3月份起实施,至12月31日结束。",
    "制定了学前教育行动计划(2011-2015年)。",
    "2011—2012学年度、2012届毕业生、2012级新生。",
    "二〇一二年十二月,九月一日开学,十月中旬验收。",
    "3-5月集中整治,5月7日至9日复查,15日前上报。",
    "上世纪90年代和八十年代建成的校舍。",
    "截至2012-12-31的数据。",
    # document numbers and articles
    "根据苏教〔2012〕12号文件和第28号令第十五条。",
    "常政发[2012]第6号。",
    # names
    "组织“体艺2+1”活动,印发《2012年中小学(幼儿园)师干训工作意见》。",
    "“三项重点工作”和“百千万人才工程”。",
    "学习《义务教育法〈第三章〉释义》。",
    "第二届青年教师演讲比赛、第19届中学生篮球锦标赛、首届科学节。",
    "九届九次全委会,十八届三中全会,党的十八大和二十大精神。",
    "市一中、市二中、实验一小、三幼,第二中学,第三实验小学。",
    "四星级高中、一等奖、国家二级运动员、省一级示范、一本上线率。",
    "九年级、高三年级、初二班主任,九年义务教育,十二年一贯制。",
    "十二五规划、十三五期间。",
    # headings and lists
    "一、队伍建设",
    "（三）校舍安全",
    "1.加强领导。",
    "（2）落实责任。",
    "一是加强领导;二是落实责任;三要强化督查。",
    "第一,统一思想;第二,压实责任。",
    "①组织;②实施。",
    # words
    "统一部署,进一步加强,一批骨干,一体推进,一流团队。",
    "万众一心,十分重视,三通工程,千方百计,百年大计。",
    "一方面抓教学,另一方面抓安全,这是唯一的办法,也是重点之一。",
    "建设一支高素质队伍,走出一条新路,形成一种氛围,一起努力。",
    "关心每一名学生,走进每一个家庭,开展新一轮课改,这一项工作,同一所学校。",
    "一校一品、一人一档、一岗双责、一票否决、一把手工程。",
    "一系列措施,一定程度,一些学校,一直坚持,一律取消,一年来。",
    "两会期间,两岸四地,两免一补,三严三实,八项规定,五位一体。",
    "成千上万的家长,千家万户,气象万千。",
    "百分点、百分制、百分比是统计用语。",
    "A4纸、K12平台、ISO9001认证、5G网络、3D打印、4A级景区。",
    "第三方评估,第一时间处置,第二课堂,第一书记。",
    "五一劳动奖章、六一儿童节、三八节、七一表彰。",
    "十佳青年教师、十大杰出人物、百强县。",
    "市、县两级财政,零报告制度,零距离服务。",
    "教师队伍伍先生、大陆客商、拾金不昧。",
    "全国、全省、全市,多年来,近年来。",
]

TYPED = [
    ("发放助学金700万元", ["700万"]),
    ("近7000人次受益", ["7000"]),
    ("覆盖率达80%", ["80%"]),
    ("覆盖率达80.5％", ["80.5％"]),
    ("面积48,500平方米", ["48,500"]),
    ("投资1.16亿元", ["1.16亿"]),
    ("全角５２００人", ["５２００"]),
    ("受警告的校长1人、副校长2人", ["1", "2"]),
    ("2012年招收新生3520人", ["3520"]),
    ("5个月内完成3个项目", ["5", "3"]),
    ("5200年", ["5200"]),
    ("15月", ["15"]),
    ("师生比1:15", ["1", "15"]),
    ("第3名", ["3"]),
    ("第三名", ["三"]),
    ("全市排名第一位次", []),
    ("第五个师德建设月", ["五"]),
    ("出台两项制度", ["两"]),
    ("三类学校、四个方面", ["三", "四"]),
    ("七所学校", ["七"]),
    ("一名校长受到警告", ["一"]),
    ("新建一所学校", ["一"]),
    ("获一枚金牌", ["一"]),
    ("没有一人辍学", ["一"]),
    ("十多所学校", ["十"]),
    ("十几名教师", ["十"]),
    ("几十所学校,数百名教师", ["十", "百"]),
    ("一百二十名教师", ["一百二十"]),
    ("一万三千三百平方米", ["一万三千三百"]),
    ("教师二百五十余", ["二百五十"]),
    ("培训时间八小时", ["八"]),
    ("培训一百五十小时", ["一百五十"]),
    ("连续十年获金奖", ["十"]),
    ("九十周年校庆", ["九十"]),
    ("连续九届获奖", ["九"]),
    ("三天培训", ["三"]),
    ("提高三个百分点", ["三"]),
    ("比上年高一个百分点", ["一"]),
    ("提高三分", ["三"]),
    ("平均得九十分", ["九十"]),
    ("百分之八十的学校", ["百分之八十"]),
    ("三分之二的教师", ["三分之二"]),
    ("一半以上的学校", ["一半"]),
    ("实现百分百覆盖", ["百分百"]),
    ("三四所学校", ["三四"]),
    ("两批次、两种情形、两条线", ["两", "两", "两"]),
    ("投入壹佰贰拾万元", ["壹佰贰拾万"]),
    ("增长½", ["½"]),
    ("五倍于上年", ["五"]),
    ("十一大类项目", ["十一"]),
    ("二十多个项目", ["二十"]),
    ("3个一等奖、两个二等奖", ["3", "两"]),
    ("一次会议", ["一"]),
    ("两镇三校", ["两", "三"]),
    ("“十佳教师”10人", ["10"]),
    ("《意见》下发后,4所学校", ["4"]),
    ("苏教〔2012〕12号文件要求新建12所", ["12"]),
    ("2011-2015年投入2015万元", ["2015万"]),
    ("三通工程覆盖三所学校", ["三"]),
    ("统一采购五套设备", ["五"]),
    ("一是新增3人;二是减少两人", ["3", "两"]),
    ("九年级共十个班", ["十"]),
    ("市一中有三个班", ["三"]),
    ("没有闭合的“引号里有5人", ["5"]),
    ("没有闭合的《书名里有5人", ["5"]),
    ("٣٤ 所学校", ["٣٤"]),
]


@pytest.mark.parametrize("text", ALLOWED)
def test_dates_names_and_words_are_no_numbers(text: str) -> None:
    assert numbers.find(text) == []


@pytest.mark.parametrize(("text", "found"), TYPED)
def test_a_typed_number_is_found(text: str, found: list[str]) -> None:
    assert numbers.find(text) == found


def test_the_tables_above_hold_more_than_a_hundred_cases() -> None:
    assert len(ALLOWED) + len(TYPED) >= 100


def test_a_name_on_the_register_is_no_number() -> None:
    assert numbers.find("三里镇中心小学新增三个班") == ["三", "三"]
    assert numbers.find("三里镇中心小学新增三个班", names=["三里镇", "第二中学"]) == ["三"]


def test_bound_numbers_pass_and_positions_hold_for_the_whole_paragraph() -> None:
    paragraph = Paragraph(
        (
            Text("发放助学金"),
            Bound("aid.grants", "近700万元"),
            Text("，惠及学生"),
            Bound("aid.persons", "7000"),
            Text("人，另有12人"),
        )
    )
    (left,) = numbers.unbound(Document((Heading(1, (Text("三、资助"),)), paragraph)))
    assert (left.text, left.paragraph[left.start : left.end]) == ("12", "12")
    assert left.paragraph == "发放助学金近700万元，惠及学生7000人，另有12人"
    assert "『12』没有绑定指标" in str(left)


def test_the_unit_of_a_bound_number_belongs_to_it() -> None:
    assert numbers.unbound(Document((Paragraph((Bound("aid.grants", "700"), Text("万元"))),))) == []
    # … but a digit typed against it does not.
    (left,) = numbers.unbound(Document((Paragraph((Bound("debt.relieved", "263"), Text("5万元"))),)))
    assert left.text == "5万"


PROSE = "各校坚持立德树人根本任务,全面提高教育质量,深化课程改革,规范办学行为,保障校园安全,办好人民满意的教育"


@given(place=st.integers(0, len(PROSE)), value=st.integers(0, 10**7))
def test_digits_inserted_anywhere_in_prose_are_found(place: int, value: int) -> None:
    assert numbers.find(PROSE[:place] + str(value) + PROSE[place:]) == [str(value)]


@given(
    place=st.integers(0, len(PROSE)),
    value=st.integers(2, 99999),
    measure=st.sampled_from(["所", "名", "个", "人次", "万元", "平方米", "项"]),
)
def test_counts_in_hanzi_inserted_anywhere_are_found(place: int, value: int, measure: str) -> None:
    text = numerals.to_chinese(value, counting=True)
    assert "".join(numbers.find(PROSE[:place] + text + measure + PROSE[place:])).startswith(text)


@given(st.text())
def test_any_text_at_all_is_searched_without_failing(text: str) -> None:
    for found in numbers.find(text):
        assert found in text
