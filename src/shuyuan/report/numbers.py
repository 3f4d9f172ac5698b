"""Numbers in a report that no figure wrote.

Every number in Arabic digits, and every hanzi numeral that counts or measures something, must be bound.
What is allowed is allowed by the rules of this file, never by a list of exceptions for one report:

- names: whatever stands in 《》 or “”, and names on the register, which the caller gives;
- dates and years, document numbers 〔2012〕12号, editions 第二届, grades 九年级, schools 市一中, 十二五;
- the numbers of headings and lists: 一、 （一） 1. ① 一是;
- hanzi numerals inside words (统一, 十分, 三通): a numeral counts only before a measure word, or when it is
  written with places (三百二十); before some measure words 一 is an article (一批), after 每, 这 it points.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shuyuan.proofread.words import say as _t
from shuyuan.report.nodes import Bound, Document, Heading

_HANZI = "〇零一二两三四五六七八九十百千万亿"
_DIGIT = "[〇○零一二三四五六七八九]"
_N = rf"(?:\d+|[{_HANZI}]+)"
_YEAR = rf"(?:(?:19|20)\d\d|[一二]{_DIGIT}{{3}})"
_MONTH = r"(?<![\d.])(?:1[0-2]|0?[1-9])"
_DAY = r"(?<![\d.])(?:3[01]|[12]\d|0?[1-9])"
_TO = r"\s*(?:[-–—~～至到、]|－)+\s*"
_CONGRESS = "(?:十[一二三四五六七八九]|二十[一二三]?)大"
_START = r"(?:^|(?<=[。；;：:，,、！？\s]))"

# Everything a rule allows; matches are taken out before numbers are looked for.
_ALLOWED = [
    re.compile(rule)
    for rule in (
        r"《(?:[^《》]|《[^《》]*》)*》",
        r"“[^“”]*”",
        # Dates, years, school years, cohorts, decades.
        r"(?<!\d)(?:19|20)\d\d[./-](?:1[0-2]|0?[1-9])[./-](?:3[01]|[12]\d|0?[1-9])(?!\d)",
        rf"(?<!\d){_YEAR}(?:{_TO}{_YEAR})?(?:学年|年)(?:度|代)?(?:{_TO}{_MONTH}月)?",
        rf"(?<!\d)(?:19|20)\d\d{_TO}(?:19|20)?\d\d(?!\d)",
        r"(?<!\d)(?:19|20)\d\d[届级](?!别)",
        rf"{_MONTH}(?:月?{_TO}{_MONTH})?月份?(?:{_DAY}(?:日?{_TO}{_DAY})?日)?",
        rf"{_DAY}(?:日?{_TO}{_DAY})?日",
        r"(?:十[一二]?|[一二三四五六七八九])月(?:份|底|初|中旬|上旬|下旬)?(?:[一二三]?十?[一二三四五六七八九]?[日号])?",
        r"(?:\d0|[一二三四五六七八九]十)年代",
        rf"(?<![{_HANZI}])十[一二三四五]五(?![{_HANZI}])",  # as a numeral it would be malformed
        # Document numbers and articles of rules.
        r"[〔\[［(（](?:19|20)\d\d[〕\]］)）]\s*第?\d+号",
        r"第?\d+号(?:令|文|文件|公告|通知)",
        rf"第{_N}(?:届|条|款|章|节|号)",
        rf"{_N}届(?={_N}[次中])(?:{_N}次|{_N}中全会)?",
        rf"{_N}届{_N}次",
        rf"(?:党的|迎接|学习|贯彻|宣传){_CONGRESS}|{_CONGRESS}(?=精神|报告|召开|以来|代表|胜利|闭幕|开幕)",
        # Schools, grades, kinds of school, grades of awards: the numeral is part of the name.
        rf"第{_N}(?=中学|小学|幼儿园|初级中学|高级中学|实验|职业|中专|人民医院)",
        r"(?<![一二三四五六七八九十百千万])(?:[一二三四五六七八九]|二?十[一二三四五六七八九]?)"
        r"(?=中(?![小学专队])|小(?![学时组])|幼(?!儿))",
        rf"{_N}年级|[高初][一二三](?=班主任|班级|备课组|[组部])",
        rf"{_N}年(?=制|一贯制|义务教育)",
        rf"[{_HANZI}]+(?=星级|等奖|等功|级)",
        r"[一二三]本(?=[率线上达院批]|以上|录取)",
        # Enumerations.
        rf"{_START}[{_HANZI}]+[是要](?!否)|{_START}第[{_HANZI}]+(?=[，,、：:])",
        rf"^\s*(?:[{_HANZI}]+[、.．]|\d{{1,2}}[.．、](?!\d)|[（(]{_N}[）)])",
        rf"(?<=[。；;：:])[（(]{_N}[）)]",
        r"[①-⓿]",
        # A letter before the digits makes a code of them (A4, K12, H7N9); 3D, 5G, 4A级 are codes too.
        r"[A-Za-z][A-Za-z-]*\d+(?:[A-Za-z]\d*)*",
        r"\d(?:[DG](?![A-Za-z])|A+级)",
        # Distribution: 一校一品, 一人一档.
        rf"一(?![{_HANZI}])[\u4e00-\u9fff]一(?![{_HANZI}])[\u4e00-\u9fff]",
        # A unit by itself, as in the cell of a table or its heading: 万元, （单位：万人）.
        r"(?:^\s*|(?<=[（(：:/]))[万亿](?:元|人次?|平方米|册|吨|亩)(?=\s*$|[）)/])",
    )
]

# Words with a numeral before what could be a measure word, or written with places, that count nothing.
_WORDS = (
    "统一 唯一 同一 单一 专一 划一 合一 之一 逐一 万一 其一 其二 进一步 一次性 "
    "一方面 一把手 一条龙 一线 一体 一门心思 一部分 一年 一回事 一家人 一个样 "
    "第一时间 第一线 第一课堂 第二课堂 第一责任人 第一书记 第一要务 第一位 第三方 "
    "第三产业 第一手 百分点 百分比 百分制 万众 万家 千家万户 千万要 千万不 "
    "千方百计 千军万马 万人空巷 百年大计 百年树人 十年树木 成千上万 成百上千 "
    "百花齐放 百家争鸣 千秋万代 气象万千 十分 三通 五一 六一 七一 八一 十一黄金周 "
    "十一假期 三八节 三八妇女节 三三制 九三学社 零起点 四面八方 五湖四海 七上八下 "
    "三番五次 一心一意 一举两得 两全其美 三言两语 三位一体 五位一体 八项规定 "
    "三个代表 三个面向 四个意识 四个自信 四个全面 两个维护 两个确立 三会一课 "
    "两免一补"
)
_FIXED = re.compile(rf"(?<![\d{_HANZI}])(?:{_WORDS.replace(' ', '|')})|[统唯同单专划合之逐其]一")

# After these, 一 and a measure word point at something and count nothing: 每一名, 这一项, 新一轮, 同一个.
_DETERMINERS = "每这那某同另任下上新又逐再"
_MEASURE = (
    "百分点|平方米|平方公里|平方千米|立方米|公里|千米|厘米|毫米|公顷|公斤|小时|分钟|课时|学时|学分|人次|周年|方面|"
    "[个名人位所家项类届期套台辆篇册份座幢栋间处亩米里吨克斤元角年月天户村镇乡校班组队节堂课条款层枚倍成岁字句页章"
    "遍趟例宗笔件次种批场支部本张片块分点面段轮门对双代站路头只根颗棵株幅首盏艘列架起番阵股]"
)
# Before these, one is no number but an article (一批, 一种, 一支队伍, 一起); two of them are a number again.
_ARTICLE = "种批支条点面段代路头起番阵股片层块张对双"

_ARABIC = re.compile(r"\d+(?:[.．,]\d+)*(?:\s*[万亿千百]+|\s*[%％‰])?|[½⅓⅔¼¾⅛]")
_FORMAL = re.compile(r"[壹贰叁肆伍陆柒捌玖][拾佰仟萬億万亿][壹贰叁肆伍陆柒捌玖拾佰仟萬億万亿零]*")
_SHARE = re.compile(rf"[{_HANZI}]+分之[{_HANZI}]+|一半|百分百")
_RUN = re.compile(rf"[{_HANZI}]+")
_FOLLOWED = re.compile(rf"[多余几来]?(?:{_MEASURE})|[多余]")

_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)}
_BOUND = "\ufffc"
_NAME = "\ufffd"


@dataclass(frozen=True, slots=True)
class Unbound:
    """A number typed by hand: `paragraph[start:end] == text`."""

    paragraph: str
    text: str
    start: int
    end: int

    def __str__(self) -> str:
        start, end = max(self.start - 20, 0), self.end + 20
        quoted = ("…" if start else "") + self.paragraph[start:end] + ("…" if end < len(self.paragraph) else "")
        told = _t("「%(quoted)s」中的『%(text)s』没有绑定指标。请改成占位符 {{ 指标名 }}")
        return told % {"quoted": quoted, "text": self.text}


def unbound(document: Document, *, names: Iterable[str] = ()) -> list[Unbound]:
    """The numbers of *document* that no figure wrote, in reading order.

    *names* are names on the register (schools, towns, people), whose numerals are no numbers: 三里镇.
    """
    register = _register(names)
    found: list[Unbound] = []
    for block in document.passages():
        # Bound numbers stay as marks of the same length, so that positions hold for the whole paragraph.
        masked = "".join(
            _BOUND * len(inline.text) if isinstance(inline, Bound) else inline.text for inline in block.inlines
        )
        if isinstance(block, Heading):
            masked = re.sub(rf"^\s*第[{_HANZI}]+[章节部分]+", lambda m: _NAME * len(m[0]), masked)
        found.extend(Unbound(block.text, block.text[start:end], start, end) for start, end in _find(masked, register))
    return found


def find(text: str, *, names: Iterable[str] = ()) -> list[str]:
    """The numbers in plain prose that would have to be bound."""
    return [text[start:end] for start, end in _find(text, _register(names))]


def finder(names: Iterable[str] = ()) -> Callable[[str, Iterable[tuple[int, int]]], list[tuple[int, int]]]:
    """Where in a paragraph numbers were typed, given the places of its placeholders."""
    register = _register(names)

    def find(text: str, bound: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        for start, end in bound:
            text = text[:start] + _BOUND * (end - start) + text[end:]
        return _find(text, register)

    return find


def _register(names: Iterable[str]) -> re.Pattern[str] | None:
    numbered = {name for name in names if re.search(rf"[\d{_HANZI}]", name)}
    return re.compile("|".join(map(re.escape, sorted(numbered, key=len, reverse=True)))) if numbered else None


def _find(text: str, register: re.Pattern[str] | None) -> list[tuple[int, int]]:
    text = text.translate(_FULL_WIDTH)
    for rule in ([register] if register else []) + _ALLOWED + [_FIXED]:
        text = rule.sub(lambda match: _NAME * len(match[0]), text)
    spans: list[tuple[int, int]] = []
    for pattern in (_ARABIC, _SHARE, _FORMAL):
        spans.extend(match.span() for match in pattern.finditer(text))
        text = pattern.sub(lambda match: _NAME * len(match[0]), text)
    spans.extend(match.span() for match in _RUN.finditer(text) if _counts(text, match))
    return sorted(spans)


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether a run of hanzi numerals counts or measures something."""
    run, before, rest = match[0], text[: match.start()][-1:], text[match.end() :]
    if before == _BOUND and run in ("万", "亿", "千", "百", "十", "万亿"):
        return False  # {{ figure | number }}万元: the unit of a bound number
    if "〇" in run or (len(run) > 1 and re.search("[十百千万亿]", run)):
        return True
    if not _FOLLOWED.match(rest):
        return False
    pointing = before != "" and before in _DETERMINERS
    return run != "一" or not (pointing or rest[0] in _ARTICLE)
