"""Keeping figures of one's own: saved, changed, renamed, removed; taken out as a file and brought in again.

Everything is tried before it is written: a figure that makes no sense, a name that is taken, a change that would leave
another figure meaningless are refused with a sentence, and a file comes in as a whole or not at all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.core.people import functions_of, may, posts_of
from shuyuan.core.roles import Right, all_powerful
from shuyuan.figures import registry, saved
from shuyuan.figures.figure import Figure, Wrong
from shuyuan.figures.kinds import Measure, from_data
from shuyuan.figures.listing import ledgers_of
from shuyuan.figures.models import SavedFigure
from shuyuan.figures.saved import Kept
from shuyuan.ledger.expression import Expression, ExpressionError
from shuyuan.ledger.expression.grammar import KEYWORDS
from shuyuan.ledger.flow import reads_all
from shuyuan.ledger.ledger import UnknownLedger, ledger
from shuyuan.ledger.record import User

NAME = re.compile(r"[^\W\d_]\w*(\.[^\W\d_]\w*)+")
LONGEST = {"name": 60, "title": 60, "unit": 12, "shown_in": 12, "note": 200, "over": 4}
MOST_FIGURES, MOST_BYTES = 1000, 2**20
FORM = {"shuyuan": "figures", "form": 1}  # how a file says what it is
YEARS = range(1900, 2200)


class Refused(ValueError):
    """What was not written, and why; `problems` holds one sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def readable(wanted: Figure, user: Any) -> bool:
    """A number counted from confidential records is no secret, but its page leads to them: the section's only."""
    books = [ledger(slug) for slug in ledgers_of(wanted)]
    return all_powerful(user) or all(not book.confidential or book.function in functions_of(user) for book in books)


def may_save(user: Any) -> bool:
    """The bureau's sections and its office; leaders and schools read."""
    return may(user, Right.FIGURES)


def keep(data: Mapping[str, Any], user: User, *, year: int | None = None, replacing: str = "") -> Figure:
    """Save a figure, or put it in the place of the one called `replacing`. Raises Refused."""
    return _keep([(dict(data), year)], user, replacing=replacing)[0]


def remove(name: str, user: User) -> None:
    """Remove a saved figure that nothing uses. Raises Refused."""
    found = saved.saved().get(name)
    row = SavedFigure.objects.filter(name=name).first()
    if row is None or (found and not readable(found.figure, user)):
        raise Refused([_t("没有自存指标『%(name)s』") % {"name": name}])
    if problems := list(_used(name)):
        raise Refused(problems)
    row.delete()
    saved.renew()


def suggested_name(slug: str) -> str:
    """A name that nobody has: saved.debt_1, saved.debt_2…"""
    taken = set(SavedFigure.objects.values_list("name", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if f"saved.{slug}_{n}" not in taken)
    return f"saved.{slug}_{number}"


# --- files ---


def exported(user: User) -> str:
    """Every saved figure that this person may read, as a file that people can read, too."""
    kept = saved.saved()
    rows = [row for row in SavedFigure.objects.order_by("name") if row.name in kept]
    tables = [
        row.data | ({"year": row.year} if row.year else {}) for row in rows if readable(kept[row.name].figure, user)
    ]
    return json.dumps(FORM | {"figures": tables}, ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Imported:
    """How many figures of a file were new, changed, and there already."""

    new: int
    changed: int
    same: int

    def __str__(self) -> str:
        told = _t("新增 %(new)s 个指标，修改 %(changed)s 个，%(same)s 个没有变化")
        return told % {"new": self.new, "changed": self.changed, "same": self.same}


def imported(content: bytes, user: User) -> Imported:
    """Bring in a file of figures, all of them or none. Raises Refused, which names every wrong entry."""
    tables = _tables(content)
    here = {row.name: row for row in SavedFigure.objects.all()}
    new, changed, problems = [], [], []
    names = [str(table.get("name", "—")) for table in tables]
    often = Counter(names)
    for number, (name, table) in enumerate(zip(names, tables, strict=True), start=1):
        year = table.pop("year", None)
        place = _t("第 %(number)s 个（%(name)s）：") % {"number": number, "name": name}
        if often[name] > 1:
            problems.append(place + _t("这个名称在文件里出现不止一次"))
        elif year is not None and (isinstance(year, bool) or not isinstance(year, int) or year not in YEARS):
            problems.append(place + _t("year 应当是年份"))
        elif (row := here.get(name)) is None:
            new.append((table, year))
        elif (row.data, row.year) != (table, year):
            changed.append((table, year))
    if problems:
        raise Refused(problems)
    _keep(new + changed, user)
    return Imported(len(new), len(changed), len(tables) - len(new) - len(changed))


def _tables(content: bytes) -> list[dict[str, Any]]:
    if len(content) > MOST_BYTES:
        raise Refused([_t("文件超过 1 MB，不是指标文件")])
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused([_t("文件读不懂：应当是「导出」得到的 JSON 文件")]) from None
    if not isinstance(data, dict) or {key: data.get(key) for key in FORM} != FORM:
        raise Refused([_t("这不是指标文件：应当是「导出」得到的 JSON 文件")])
    tables = data.get("figures")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Refused([_t("文件里的 figures 应当是一组指标")])
    if len(tables) > MOST_FIGURES:
        raise Refused([_t("文件里有 %(n)s 个指标，最多 %(most)s 个") % {"n": len(tables), "most": MOST_FIGURES}])
    return tables


# --- trying, then writing ---


def _keep(wanted: list[tuple[dict[str, Any], int | None]], user: User, *, replacing: str = "") -> list[Figure]:
    """All of these figures, or none. Raises Refused."""
    alone = len(wanted) == 1
    tried: dict[str, Kept] = {}
    problems: list[str] = []
    places: dict[str, str] = {}
    for data, year in wanted:
        name = str(data.get("name", "—"))
        places[name] = "" if alone else f"{name}: "
        faults = list(_misshapen(data))
        if not faults:
            try:
                tried[name] = Kept(year, from_data(data))
            except Wrong as wrong:
                faults.append(str(wrong))
        problems += [places[name] + fault for fault in faults]
    if not problems:
        problems = list(_senseless(tried, places, user, replacing))
    if problems:
        raise Refused(problems)
    try:
        with transaction.atomic():
            for data, year in wanted:
                _write(data, year, user, replacing)
    except IntegrityError:  # somebody else saved that name in this very moment
        raise Refused([_t("名称已被占用，请换一个")]) from None
    saved.renew()
    return [kept.figure for kept in tried.values()]


def _write(data: dict[str, Any], year: int | None, user: User, replacing: str) -> None:
    name = data["name"]
    row = SavedFigure.objects.filter(name=replacing or name).first() or SavedFigure(organisation=home_of(user))
    specification = {key: value for key, value in data.items() if key != "name"}
    row.name, row.year, row.specification = name, year, json.loads(json.dumps(specification, default=str))
    row.save()


def home_of(user: User) -> Organisation:
    """The bureau whose figures these are."""
    posted = [post.organisation.parent or post.organisation for post in posts_of(user)]
    found = posted[0] if posted else Organisation.objects.filter(kind=Organisation.Kind.BUREAU).order_by("pk").first()
    if found is None:
        raise Refused([_t("还没有登记教育局；请先登记机构")])
    return found


def _misshapen(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a figure's own words, before its meaning is asked for."""
    name, title = data.get("name"), data.get("title")
    if not isinstance(name, str) or not NAME.fullmatch(name) or KEYWORDS & set(name.split(".")):
        yield _t("名称『%(name)s』不合适：由点号隔开的两段或几段，每段以字母或汉字开头，如 saved.debt") % {"name": name}
    if not isinstance(title, str) or not title.strip():
        yield _t("请写标题")
    for key, most in LONGEST.items():
        text = data.get(key, "")
        if isinstance(text, str) and (len(text) > most or not text.isprintable()):
            told = _t("「%(key)s」太长或有看不见的字符，最多 %(most)s 个字")
            yield told % {"key": key, "most": most}


def _senseless(tried: dict[str, Kept], places: Mapping[str, str], user: User, replacing: str) -> Iterator[str]:
    """What is wrong with these figures among all others, were they saved."""
    there = dict(saved.saved())
    if replacing and replacing not in there and not SavedFigure.objects.filter(name=replacing).exists():
        yield _t("没有自存指标『%(name)s』") % {"name": replacing}
        return
    if replacing and replacing not in tried:
        yield from _used(replacing)
        there.pop(replacing, None)
    others = {name: kept for name, kept in there.items() if any(registry.reaches(name, one) for one in tried)}
    hidden = {name for name, kept in there.items() if name in tried and not readable(kept.figure, user)}
    known = [*there, *(figure.name for figure in registry.all_figures())]
    with saved.given(there | tried):
        for name, (_year, figure) in tried.items():
            if name in hidden or not open_to(figure, user):  # before anything is told of what it is made of
                faults = [_t("您不能读它所用的台账，也就不能存这个指标")]
            else:
                faults = [*_clashing(name, known, free=replacing or name in there), *figure.check()]
            yield from (places[name] + fault for fault in faults)
        for name, (_year, figure) in others.items():
            if name not in tried:
                for fault in figure.check():
                    yield _t("指标「%(title)s」用到它，会因此不成立：%(fault)s") % {"title": figure, "fault": fault}


def open_to(figure: Figure, user: Any) -> bool:
    """Whether this person may read all that a figure which may yet make no sense is made of, as far as it is there."""
    if isinstance(figure, Measure):
        try:
            return readable(figure, user) and not _asks_by_hidden(figure, user)
        except UnknownLedger:  # told by the figure's own check
            return True
    known = [part for part in figure.parts() if registry.is_known(part)]
    return all(open_to(registry.figure(part), user) for part in known if not registry.reaches(part, figure.name))


def _asks_by_hidden(figure: Measure, user: Any) -> bool:
    """Whether its rule reads what this person sees masked: a count by birth date tells a birth date."""
    book = ledger(figure.ledger)
    try:
        return bool(figure.where and Expression.parse(figure.where, book.model).sensitive()) and not reads_all(
            user, book
        )
    except ExpressionError:  # told by the figure's own check
        return False


def _clashing(name: str, known: list[str], *, free: object) -> Iterator[str]:
    """In a template a.b and a.b.c cannot both be there, and no two figures share a name."""
    if registry.is_declared(name) or saved.is_of_others(name) or (name in known and not free):
        yield _t("名称『%(name)s』已被占用，请换一个") % {"name": name}
    elif clash := next((other for other in known if other.startswith(f"{name}.") or name.startswith(f"{other}.")), ""):
        yield _t("名称『%(name)s』和『%(other)s』一个套着一个，请换一个") % {"name": name, "other": clash}


def _used(name: str) -> Iterator[str]:
    for place in registry.uses(name):
        yield _t("%(place)s 用到这个指标；请先改那里") % {"place": place}
