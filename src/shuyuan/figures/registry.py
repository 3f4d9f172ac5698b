"""Registry: every figure by name. Enduring ones stand in the files of their ledgers, citations in a year's outline,
and what the bureau saved itself in the database.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import cache

from django.utils.translation import gettext as _t

from shuyuan.figures import organisations
from shuyuan.figures.figure import Figure, Wrong
from shuyuan.figures.saved import given, is_of_others, renew, saved
from shuyuan.ledger.ledger import ledgers

# Filled at start-up by rooms above: each gives the figures it keeps as data, all years together.
sources: list[Callable[[], Iterable[tuple[int, Figure]]]] = []

# Filled at start-up by rooms above: each says where it uses the figure of that name, one phrase for each place.
users: list[Callable[[str], Iterable[str]]] = []


class UnknownFigure(LookupError):
    """A name that no figure has."""


@cache
def _enduring() -> dict[str, Figure]:
    """The `figures` list of every file that declares a ledger; the engine's own registers have theirs in this room."""
    found: dict[str, Figure] = {}
    files = [sys.modules[module] for module in dict.fromkeys(type(ledger).__module__ for ledger in ledgers())]
    for file in [organisations, *files]:
        for figure in getattr(file, "figures", ()):
            if figure.name in found:
                raise Wrong(f"two figures are called {figure.name!r}")
            found[figure.name] = figure
    return found


@cache
def _cited() -> dict[str, tuple[int, Figure]]:
    found: dict[str, tuple[int, Figure]] = {}
    for source in sources:
        for year, figure in source():
            if figure.name in found or figure.name in _enduring():
                raise Wrong(f"two figures are called {figure.name!r}")
            found[figure.name] = (year, figure)
    return found


def forget() -> None:
    """Read the declarations anew (after an outline was edited)."""
    _enduring.cache_clear()
    _cited.cache_clear()
    renew()


def declared_only() -> AbstractContextManager[None]:
    """Inside, saved figures are not looked for: what code and outlines declare must stand without a database."""
    return given({})


def enduring() -> list[Figure]:
    return list(_enduring().values())


def figures(year: int) -> list[Figure]:
    """The enduring figures, the citations of that year's report, and the saved ones of every year and of that one."""
    own = [kept.figure for kept in saved().values() if kept.year in {None, year}]
    return [*enduring(), *(figure for cited, figure in _cited().values() if cited == year), *own]


def all_figures() -> list[Figure]:
    """Every figure that is declared, of every year."""
    return [*enduring(), *(figure for _year, figure in _cited().values())]


def figure(name: str) -> Figure:
    if name in _enduring():
        return _enduring()[name]
    if name in _cited():
        return _cited()[name][1]
    if name in saved():
        return saved()[name].figure
    near = difflib.get_close_matches(name, [*_enduring(), *_cited(), *saved()], n=3, cutoff=0.5)
    cure = _t("是否为：%(near)s？") % {"near": _t("、").join(near)} if near else ""
    raise UnknownFigure(_t("没有指标『%(name)s』；%(cure)s") % {"name": name, "cure": cure})


def in_a_circle() -> list[str]:
    """The names of figures that are made of one another in a circle, the first of them twice; none as a rule."""
    sound: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        known = _enduring().get(name) or (_cited()[name][1] if name in _cited() else None)
        for part in known.parts() if known and name not in sound else ():
            if circle := walk(part, [*way, name]):
                return circle
        sound.add(name)
        return []

    return next((circle for one in all_figures() if (circle := walk(one.name, []))), [])


def reaches(name: str, target: str) -> bool:
    """Whether one figure is another, or is made of it over any number of steps."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one == target:
            return True
        if one not in seen:
            seen.add(one)
            with suppress(UnknownFigure):  # told by that figure's own check
                waiting += figure(one).parts()
    return False


def uses(name: str) -> Iterator[str]:
    """Where a figure is used: in other figures, in outlines and templates."""
    for other in [*all_figures(), *(kept.figure for kept in saved().values())]:
        if name in other.parts() or name == other.target:
            yield _t("指标「%(title)s」（%(name)s）") % {"title": other, "name": other.name}
    for told in users:
        yield from told(name)


def is_declared(name: str) -> bool:
    return name in _enduring() or name in _cited()


def is_known(name: str) -> bool:
    return is_declared(name) or name in saved()


def is_citation(name: str) -> bool:
    return name in _cited() or (is_saved(name) and saved()[name].year is not None)


def is_saved(name: str) -> bool:
    return not is_declared(name) and not is_of_others(name) and name in saved()
