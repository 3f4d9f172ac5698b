"""What a number is said of: the words before it, or the noun behind its measure word, with the whole they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shuyuan.proofread import tables
from shuyuan.proofread.scan import Number

_NOTE = re.compile(r"\[\d{1,2}\]")
_BREAKS = "，,、；;。！!？?()：:\n\t\ufffd"
_QUOTES = "“”"
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–—~～至到]{1,2}\s?((?:19|20)\d\d)")
_NOUN_FREE = re.compile(
    r"基本|全部|参与|增加|提高|减少|上升|下降|增至|升至|降至|扩大|发展到|整合|压减|落实|竣工|获|受助|受到|免收|免除|参加|通过|实现|被|已|均|在|得到|完成|享受|达到|接受|投入|顺利|发放|进行|开展|分别|占|的"
)
_ORDER = re.compile(r"^[一二三四五六七八九十]{1,2}是")
_WHOLE = re.compile(
    r"在[校园编职岗建读册籍线]|和谐|为[民人]|有[效偿线关]|对[口外比象]|由[于来]|共[建享青同产]|现[代场金役状]|另[类行]|还款|并[轨购]|"
    r"及[格时]|与会|含[量税]|达标|占[地用]|均[衡值价分]|都市|到[位账岗校]|将军|以[来上下]|从[教业事]|使用|除[险尘]|也门"
)
_ENDS = re.compile(
    r"[人生师校班户村园床]均|[自国公私民拥所享]有|[设审统会预累]计|[传直]达|目的|[人行]为|存在|以[至及]|公共|[直累]至"
)
_CHANGE = re.compile(
    r"(?:[比较](?:上一?年|去年|(?:19|20)\d\d年)|同比|与上年相比|环比)?(?:同期)?(?:分别)?(净?增长|净?增加|净增|提高|上升|下降|净?减少|降低|回落|增幅|多|少)了?$"
)
_PREFIX_LENGTH, _SUFFIX_LENGTH = 30, 16


def span(plain: str) -> tuple[int, ...]:
    """The years of the first span that a sentence names: 2002—2004年."""
    found = _YEARS.search(plain)
    if not found or not 0 < int(found[2]) - int(found[1]) < 12:
        return ()
    return tuple(range(int(found[1]), int(found[2]) + 1))


@tables.derived
def _words(key: str) -> tuple[str, ...]:
    return tuple(sorted((word for row in tables.rows("names", key) for word in row["words"]), key=len, reverse=True))


@tables.derived
def _acts() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _words("act"))))


def of(plain: str, numbers: Sequence[Number], depth: Sequence[int], years: Sequence[int]) -> list[str]:
    """The subjects of a sentence's numbers, in their order."""
    found: list[str] = []
    last = ""  # what the last number that is no change was said of
    whole: list[str] = [""]  # the subject at each depth that parts belong to
    runs = _runs(plain, numbers)
    for place, number in enumerate(numbers):
        before = _before(plain, numbers, place)
        level = depth[number.at] if number.at < len(depth) else 0
        del whole[level + 1 :]
        while len(whole) <= level:
            whole.append(whole[-1])
        run = runs.get(place)
        subject = _own(plain, number, before, numbers, place)
        if _ALTOGETHER.search(before) and (several := _several(plain, number, before, numbers, found)):
            found.append(several)
            continue
        if run and run[0] < place:
            subject = found[run[0]]
        elif (change := _CHANGE.search(before)) and whole[level]:
            of_it = re.sub(r"分别$", "", before[: change.start()])
            named = "" if len(of_it) < 2 or _ADVERB.fullmatch(of_it) else _tail(of_it)
            subject = named or _alike(numbers, found, place) or _strip(last or whole[level])
            subject = _strip(subject) + change[1]
        elif not subject:
            subject = found[-1] if found else ""
            if found and number.unit != numbers[place - 1].unit and (moved := _MOVED.search(found[-1])):
                subject = _strip(_alike(numbers, found, place) or found[-1]) + moved[0]
        elif number.kind == "percent" and _PORTION.fullmatch(before) and last:
            subject = last + "占比"
        elif number.kind == "percent" and before.startswith("占"):
            subject = _tail(before)
        elif subject in _words("label") and whole[level]:
            subject += _unlabelled(whole[level])
        elif _STAGE.fullmatch(subject) and (headed := _headed(plain, number, subject)):
            subject = headed
        elif _STAGE.fullmatch(subject) and (like := _with_stage(last) or _with_stage(whole[level])):
            subject += like
        else:
            subject = _joined(subject, whole[level])
            opening = number is numbers[0] or plain[max(number.start - len(before) - 1, 0)] in "；;。"
            if opening or not whole[level]:
                whole[level] = subject
            if level + 1 < len(whole):
                whole[level + 1] = subject
        if not whole[level]:
            whole[level] = subject
        if not _CHANGE.search(before):
            last = subject
        found.append(subject)
    for first, length in set(runs.values()):
        counted = range(first - length, first)
        portions = numbers[first].unit == "%" and _PORTIONS.search(
            plain[max(numbers[first].start - 12, 0) : numbers[first].start]
        )
        if portions and first >= length and len({numbers[at].unit for at in counted}) == 1:
            found[first : first + length] = [found[at] + "占比" for at in counted]
    for place in range(1, len(numbers)):
        if _bounds(plain, numbers, place):
            found[place - 1] = found[place]
    for first in {run[0] for run in runs.values() if run[1] == len(years)}:
        for offset, year in enumerate(years):
            found[first + offset] = f"{year}年" + re.sub(r"^(?:19|20)\d\d.*?年", "", found[first + offset])
    return _distributed(plain, numbers, found)


_PORTIONS = re.compile(r"(?:分别|各)占[^，,；;。]{0,8}$|占比分别[为是达]?$")
_PORTION = re.compile(r"(?:所?占)?(?:比|比例|比重|占比)?(?:约|为|达|达到|是)*")
_ALTOGETHER = re.compile(r"(?:总共|共计|合计|总计|一共|共)$")


def _several(plain: str, number: Number, before: str, numbers: Sequence[Number], found: Sequence[str]) -> str:
    """建议23件、提案38件,共61件; 校长、园长及干部共168人: what a total adds up is named before it, one by one."""
    place = len(found)
    if _ALTOGETHER.fullmatch(before):
        names: list[str] = []
        for at in range(place - 1, -1, -1):
            if numbers[at].unit != number.unit or re.search(r"[；;。]|其中", plain[numbers[at].end : number.start]):
                break
            names.insert(0, found[at])
        return "、".join(dict.fromkeys(names)) if len(names) > 1 else ""
    floor = max(numbers[place - 1].end if place else 0, number.start - 60)
    head = re.split(r"[，,；;。:\n\ufffd]", plain[floor : number.start])[-1]
    names = re.split(r"、", _ALTOGETHER.sub("", head))
    return head.removesuffix(before) + _tail(before) if len(names) > 1 and all(names) else ""


def _before(plain: str, numbers: Sequence[Number], place: int) -> str:
    """The words of the clause before a number, after the number before it."""
    start = numbers[place].start
    last = numbers[place - 1].start if place and _bounds(plain, numbers, place) else numbers[place - 1].end
    floor = max(last if place else 0, start - _PREFIX_LENGTH)
    begin, kept = start, ""
    while begin > 0:
        if plain[begin - 1] == ")" and (opening := plain.rfind("(", 0, begin)) >= 0 and begin - opening <= 40:
            begin = opening  # what brackets say by the way: 各类学校(含教学点)共23所
            floor = min(floor, max(opening - _PREFIX_LENGTH, _end_before(numbers, place, opening)))
            continue
        if begin <= floor or plain[begin - 1] in _BREAKS:
            break
        begin -= 1
        if plain[begin] not in _QUOTES:
            kept = plain[begin] + kept
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", _NOTE.sub("", kept)).strip()


def _bounds(plain: str, numbers: Sequence[Number], place: int) -> bool:
    """35岁以下教师36名, 600分以上63人: the number before belongs to what this one is said of."""
    one = numbers[place - 1]
    gap = plain[one.end : numbers[place].start]
    bound = one.qualifier.endswith(("以上", "以下", "以内")) or (
        one.upper is not None and one.kind in ("duration", "score")
    )
    return bound and len(gap) <= 8 and not set(gap) & set(_BREAKS)


def _end_before(numbers: Sequence[Number], place: int, at: int) -> int:
    """Where the last number before this place ends."""
    return max((number.end for number in numbers[:place] if number.end <= at), default=0)


def _runs(plain: str, numbers: Sequence[Number]) -> dict[int, tuple[int, int]]:
    """Numbers of one unit with only 、 between them (8820万元、9137万元), each with its run's first and length."""
    found: dict[int, tuple[int, int]] = {}
    first = 0
    for place in range(1, len(numbers) + 1):
        joined = (
            place < len(numbers)
            and plain[numbers[place - 1].end : numbers[place].start].strip() in ("、", "和", "及", "、和")
            and numbers[place].unit == numbers[first].unit
        )
        if not joined:
            if place - first > 1:
                found |= dict.fromkeys(range(first, place), (first, place - first))
            first = place
    return found


def _own(plain: str, number: Number, before: str, numbers: Sequence[Number], place: int) -> str:
    """What stands at the number itself: before it, or behind a measure word (20所标准化幼儿园)."""
    tail = _tail(before)
    if number.kind in ("count", "person-times", "money") and not number.unit.endswith("%"):
        noun = _noun(plain, number, numbers, place)
        counted = number.kind != "money" or noun
        if counted and noun and (not tail or number.unit not in ("人", "次", "元") or len(tail) < 2):
            built = _BUILT.search(tail)
            return (built[0] if built else "") + noun
    return tail


def _noun(plain: str, number: Number, numbers: Sequence[Number], place: int) -> str:
    """The noun behind a measure word: up to a break, a verb or the next number."""
    stop = min(numbers[place + 1].start if place + 1 < len(numbers) else len(plain), number.end + _SUFFIX_LENGTH)
    end = number.end
    while end < stop and plain[end] not in _BREAKS + _QUOTES:
        end += 1
    words = plain[number.end : end].removeprefix("的")
    if number.kind == "money" and not plain[number.end : end].startswith("的"):
        return ""
    if words.startswith(("和", "与", "及", "等", "左右", "以")):
        return ""
    helped = "受助" if "受助" in words else ""
    if found := _NOUN_FREE.search(words):
        words = words[: found.start()]
    if found := re.search(r"[在的被和与及]", words[2:]):
        words = words[: found.start() + 2]
    return "" if words.strip() in ("", "正", "已", "均", "全", "未") else helped + words.strip()


def _tail(before: str) -> str:
    """The subject in the words before a number, without what leads up to it."""
    words = _ORDER.sub("", before)
    if words in _words("trail"):
        return ""
    words = _SINCE.sub("", words) or words
    while stripped := next((w for w in _words("trail") if words.endswith(w) and words != w), ""):
        if len(stripped) == 1 and _ENDS.match(words[-2:]):
            break
        words = words.removesuffix(stripped).strip()
    while words not in _words("label"):
        stripped = next(
            (w for w in _words("lead") if words.startswith(w) and len(words) > len(w) and not _WHOLE.match(words)), ""
        )
        if not stripped:
            break
        words = words.removeprefix(stripped).strip()
    if words in _words("label"):
        return words
    if label := next((w for w in _words("label") if words.endswith(w) and len(w) > 1), ""):
        words = label + words.removesuffix(label)
    if words in _words("lead") or words in _words("trail"):
        return ""
    acts = [match.end() for match in _acts().finditer(words)]
    if acts and len(words) - acts[-1] >= 2:
        before = _acts().split(words)[0]
        words = (before if re.search(r"(?:产业|行业|工业|业)$", before) else "") + words[acts[-1] :]
    return re.sub(r"^.*?年(?=[^度级制]{2})", "", words) if re.match(r"\d{4}年", words) else words


def _unlabelled(whole: str) -> str:
    for label in _words("label"):
        whole = whole.removesuffix(label).removeprefix(label)
    return whole


_ADVERB = re.compile(r"(?:同口径|同期|实际|净|共|又|再|也|还|均|都|平均|年均|累计|共计)+(?:[比较与].*)?")
_MOVED = re.compile(r"(?:净?增长|净?增加|净增|提高|上升|下降|净?减少|降低|回落|增幅)$")


def _strip(whole: str) -> str:
    return _MOVED.sub("", whole)


def _alike(numbers: Sequence[Number], found: Sequence[str], place: int) -> str:
    """贷款4236人、3896万元,分别增加412人、475万元: a change is of what was last counted in its unit."""
    if numbers[place].kind in ("percent", "points"):
        return ""
    same = (at for at in range(place - 1, -1, -1) if numbers[at].unit == numbers[place].unit)
    return next((found[at] for at in same if not _MOVED.search(found[at])), "")


_BUILT = re.compile(r"(?:新|改|扩|重|续|迁|加固|维修|撤并|新增|新招|招聘|新聘|引进|选派|表彰)[建扩改及、]*$")
_STAGE = re.compile(r"(?:幼儿园|小学|初中|高中|普高|职高|职校|中职|特教|义务教育|高职|普通本科|职业本科|普通高中)$")
_HEAD = re.compile(r"(专任教师|教职工|教师|招生|毕业生)(?:总数|人数)?$")


_SINCE = re.compile(r"(?:由|从|在|自)(?:19|20)\d\d年?(?:的|底|末|初)*$")
_STAGE_FIRST = re.compile(_STAGE.pattern.removesuffix("$"))
_RATED = re.compile(r"均|每|率|占比|比例|比重|及以上")


def _with_stage(subject: str) -> str:
    """What of a rate or an average is left without the stage of schooling it begins with."""
    led = _STAGE_FIRST.match(subject)
    return subject.removeprefix(led[0]) if led and _RATED.search(subject) else ""


def _headed(plain: str, number: Number, subject: str) -> str:
    """生均校舍面积:小学8.94平方米,初中11.26平方米: words before a colon that hold no number head what follows."""
    colon = plain.rfind(":", 0, number.start)
    if colon < 0 or re.search(r"[；;。]", plain[colon : number.start]):
        return ""
    head = re.split(r"[，,；;。:\n]", plain[:colon])[-1]
    heads = 2 <= len(head) <= 16 and not re.search(r"\d|[是要]$", head) and head not in _words("lead")
    return subject + head if heads else ""


def _joined(subject: str, whole: str) -> str:
    """小学 under 专任教师 is 小学专任教师, under 学生 it is 小学生; elsewhere a part is named by itself."""
    if not whole or whole == subject or not _STAGE.search(subject):
        return subject
    if head := _HEAD.search(whole):
        return subject + head[1]
    if "学生" in whole and "学校" not in whole:
        return subject.removesuffix("学") + "学生" if subject.endswith("小学") else subject + "生"
    return subject


_EACH = re.compile(
    r"([^，,；;。：:()]{2,40}?)分别(?:为|达到|达|是|有|占|(?:增长|提高|上升|下降|回落|降低|增加|减少)了?)?\s?$"
)
_KIND = re.compile(
    r"^(?:职业高中|普通高中|普通初中|普通小学|小学|初中|高中|中学|职高|幼儿园|城镇|农村|城市|乡村|[男女省市县区])"
)


def _distributed(plain: str, numbers: Sequence[Number], found: list[str]) -> list[str]:
    """省、市示范园分别达6所、55所: as many items as numbers, each gets its own, with the noun they share."""
    for first, length in set(_runs(plain, numbers).values()):
        head = _EACH.search(plain[max(numbers[first].start - 60, 0) : numbers[first].start])
        if not head:
            continue
        items = re.split(r"[、和与及]", head[1])
        if len(items) != length:
            continue
        shared = items[-1][len(items[0]) :] if len(items[0]) <= 2 < len(items[-1]) else ""
        if (kind := _KIND.match(items[-1])) and all(_KIND.fullmatch(item) for item in items[:-1]):
            shared = items[-1][kind.end() :]
        for offset, item in enumerate(items):
            found[first + offset] = _tail(item) + ("" if offset == length - 1 else shared)
    return found
