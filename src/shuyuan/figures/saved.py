"""Saved figures among the others: read anew for every book and every request, so that all processes see the same.

A figure that means nothing any more (its ledger or its field is gone) must not take the whole book down: it is left
out, and the page of saved figures says why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import gettext as _t

from shuyuan.core.past import moment
from shuyuan.figures.figure import Figure, Wrong

# Filled at start-up by rooms above: what the names of their figures begin with, and the figures they keep as data.
others: dict[str, Callable[[], Iterable[Figure]]] = {}


class Kept(NamedTuple):
    """A saved figure and the year whose report it is for; None: for every year."""

    year: int | None
    figure: Figure


class _Read(NamedTuple):
    """What was read, and of which moment (see core.past); `fixed` figures are given, not read."""

    figures: Mapping[str, Kept]
    moment: datetime | None = None
    fixed: bool = False


_read: ContextVar[_Read | None] = ContextVar("saved_figures", default=None)


def saved() -> Mapping[str, Kept]:
    """The saved figures that mean something, by name; inside `as_of` those of that moment."""
    found = _read.get()
    if found is None or not (found.fixed or found.moment == moment()):
        found = _Read(sound()[0], moment())
        _read.set(found)
    return found.figures


def is_of_others(name: str) -> bool:
    """Whether a name is of those that another room gives its figures."""
    return name.partition(".")[0] in others


def renew() -> None:
    """Look into the database again at the next use: at the beginning of a book and of a request."""
    found = _read.get()
    if found and not found.fixed:
        _read.set(None)


@contextmanager
def given(figures: Mapping[str, Kept]) -> Iterator[None]:
    """Inside, these are the saved figures, whatever the database has: to try a change before it is written."""
    token = _read.set(_Read(figures, fixed=True))
    try:
        yield
    finally:
        _read.reset(token)


def sound() -> tuple[dict[str, Kept], dict[str, str]]:
    """The saved figures that mean something, and of the others what is wrong with them."""
    from shuyuan.figures.models import SavedFigure

    waiting: dict[str, Kept] = {}
    faults: dict[str, str] = {}
    for row in SavedFigure.objects.order_by("name"):
        try:
            waiting[row.name] = Kept(row.year, _made(json.dumps(row.data, sort_keys=True)))
        except Wrong as wrong:
            faults[row.name] = str(wrong)
    return _standing(waiting, faults), faults


def _standing(waiting: dict[str, Kept], faults: dict[str, str]) -> dict[str, Kept]:
    """Those that stand on declared figures, then those that stand on these: whatever is left stands on nothing."""
    from shuyuan.figures.registry import is_declared

    found = {figure.name: Kept(None, figure) for source in others.values() for figure in source()}
    for name in [name for name in waiting if is_declared(name) or is_of_others(name)]:
        del waiting[name]
        faults[name] = _t("名称『%(name)s』已被系统的指标占用") % {"name": name}
    while True:
        with given(found):
            told = {name: " ".join(kept.figure.check()) for name, kept in waiting.items()}
        ready = [name for name, fault in told.items() if not fault]
        if not ready:
            faults |= told
            return found
        found |= {name: waiting.pop(name) for name in ready}


@lru_cache(maxsize=4096)
def _made(data: str) -> Figure:
    from shuyuan.figures.kinds import from_data

    facts: dict[str, Any] = json.loads(data)
    return from_data(facts)
