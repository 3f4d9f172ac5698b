"""Days: working days of a year at random, for what the facts do not date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random


def working_days(random: Random, year: int, first: int = 2, last: int = 12) -> Iterator[date]:
    """Endless days from Monday to Friday between two months of `year`."""
    begin, end = date(year, first, 1), date(year, last, 28)
    while True:
        day = begin + timedelta(days=random.randrange((end - begin).days))
        if day.weekday() < 5:
            yield day
