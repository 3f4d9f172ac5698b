"""Overview: how many records the book holds of a year, subject by subject, beside the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _t

from shuyuan.ledger.flow import in_bureau
from shuyuan.ledger.ledger import Ledger, ledgers
from shuyuan.ledger.record import Record
from shuyuan.ledger.selection import Selection, of_year
from shuyuan.web import html
from shuyuan.web.context import year_of
from shuyuan.web.parts import Bar
from shuyuan.web.slots import Piece


@dataclass
class Subject:
    """One subject's ledgers, each a bar that opens its records."""

    title: str
    bars: list[Bar]
    now: int = 0
    before: int = 0

    @property
    def change(self) -> str:
        return (
            _t("比上年 %(n)s") % {"n": f"{self.now - self.before:+,}"} if self.now != self.before else _t("与上年持平")
        )


def subjects(request: HttpRequest) -> Piece | None:
    """For the bureau: accepted records of the year and what is in being at its end."""
    if not in_bureau(request.user):
        return None
    year, found = year_of(request), dict[str, Subject]()
    for book in _kept(request):
        now, before = (_count(book, one, request) for one in (year, year - 1))
        if not now and not before:
            continue
        subject = found.setdefault(book.group, Subject(book.group, []))
        subject.now, subject.before = subject.now + now, subject.before + before
        note = _t("上年 %(value)s") % {"value": html.number(before)}
        address = f"{book.url}?{urlencode(of_year(book, year))}"
        subject.bars.append(Bar(str(book), now, shown=html.number(now), url=address, note=note))
    return Piece("ledger/subjects.html", {"subjects": list(found.values()), "year": year}) if found else None


def _kept(request: HttpRequest) -> Iterator[Ledger[Any]]:
    return (book for book in ledgers() if issubclass(book.model, Record) and book.visible_to(request.user))


def _count(book: Ledger[Any], year: int, request: HttpRequest) -> int:
    return int(Selection(book, of_year(book, year), request.user).rows.count())
