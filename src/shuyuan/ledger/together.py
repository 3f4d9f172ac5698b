"""Together: what records that are about to be saved would break with one another and with what is stored.

Only hard checks, and only what these records bring about: where the books were wrong before, mending one row of many
must not be refused because the others are still to come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import Record, StandingRecord
from shuyuan.ledger.tallying import Broken, homes
from shuyuan.ledger.whole import examine


def broken_by(book: Ledger[Any], records: Sequence[Any]) -> list[Broken]:
    """The hard checks on filings that hold without these records and would not hold with them."""
    if not issubclass(book.model, Record) or not any(map(_asked, book.checks)):
        return []
    home = homes()
    found = []
    for period, some in _by_period(book, records).items():
        schools = {record.organisation.pk: record.organisation for record in some}
        keys = {home.get(key, key) for key in schools}
        places = [school for key, school in schools.items() if key in keys]
        places += Organisation.objects.filter(pk__in=keys - schools.keys())
        after = examine(book, period, places, chosen=_asked, instead=some)
        if not after:
            continue
        before = {(one.number, one.organisation, one.key) for one in examine(book, period, places, chosen=_asked)}
        found += [one for one in after if (one.number, one.organisation, one.key) not in before]
    return found


def sentence(one: Broken) -> str:
    """What is wrong, with the numbers that show it."""
    values = _t("；").join(_t("%(name)s %(value)s") % {"name": name, "value": value} for name, value in one.values)
    return _t("%(message)s（%(values)s）") % {"message": one.told(), "values": values}


def _asked(check: Check) -> bool:
    return isinstance(check, FilingCheck) and check.hard


def _by_period(book: Ledger[Any], records: Sequence[Any]) -> dict[Period, list[Any]]:
    """Events by their period; of what goes on, all that is in being at the end of the latest."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    if not issubclass(book.model, StandingRecord):
        for record in records:
            grouped[Period.code_for(_day(record.date), book.period_kind)].append(record)
        return {_period(code): some for code, some in grouped.items()}
    if not records:
        return {}
    period = _period(Period.code_for(max(_day(record.date) for record in records), book.period_kind))
    return {period: [one for one in records if one.until is None or _day(one.until) > period.ends]}


def _period(code: str) -> Period:
    return Period(code=code, kind=code[4:], year=int(code[:4]))


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
