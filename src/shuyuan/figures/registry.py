"""Registry: every figure by name. Enduring ones stand in the files of their ledgers, citations in a year's outline."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable
from functools import cache

from django.utils.translation import gettext as _t

from shuyuan.figures import organisations
from shuyuan.figures.figure import Figure, Wrong
from shuyuan.ledger.ledger import ledgers

# Filled at start-up by rooms above: each gives the figures it keeps as data, all years together.
sources: list[Callable[[], Iterable[tuple[int, Figure]]]] = []


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


def enduring() -> list[Figure]:
    return list(_enduring().values())


def figures(year: int) -> list[Figure]:
    """The enduring figures and the citations of that year's report, in the order of their declaration."""
    return [*enduring(), *(figure for cited, figure in _cited().values() if cited == year)]


def all_figures() -> list[Figure]:
    """Every figure of every year."""
    return [*enduring(), *(figure for _year, figure in _cited().values())]


def figure(name: str) -> Figure:
    if name in _enduring():
        return _enduring()[name]
    if name in _cited():
        return _cited()[name][1]
    near = difflib.get_close_matches(name, [*_enduring(), *_cited()], n=3, cutoff=0.5)
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


def is_citation(name: str) -> bool:
    return name in _cited()
