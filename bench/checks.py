"""Checks: 1,000 rules on the filings of 300 schools, and 5,000 rows of a workbook with the address of each fault."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from python_calamine import CalamineWorkbook

from bench.county import FIRST, LAST, County, fill, settled
from bench.measure import Results, Size, repeated
from bench.workbook import written
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import sheets
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.marked import marked
from shuyuan.ledger.whole import examine

ROWS_EACH = 10
"""Rows that a school files a year."""
KINDS = ("grant", "boarding", "travel", "loan", "donation")
SOURCES = ("central", "provincial", "municipal", "county", "surcharge", "town", "school", "social")
SHARES = ("0.05", "0.1", "0.2", "0.5", "0.9")
Cells = dict[tuple[str, str], tuple[int, int, Decimal]]
Plain = Callable[[Cells, Cells], bool]


def run(county: County, size: Size, results: Results) -> None:
    book, year = ledger("aid"), Period.of(LAST)
    with acting(county.user, "测速"):
        schools = Organisation.objects.bulk_create(
            [
                Organisation(name=f"校验第{n:03d}小学", parent=county.bureau, school_type="211")
                for n in range(size.schools)
            ]
        )
    fill(replace(county, schools=schools), book, size.schools * ROWS_EACH * (LAST - FIRST + 1))
    settled()
    rules, plain = _rules(size.rules)
    floor = repeated(lambda: _floor(book, schools, plain), size.few)
    with _declared(book, rules):
        found = len(examine(book, year, schools))
        took = repeated(lambda: examine(book, year, schools), size.few)
    assert _floor(book, schools, plain) == found, "the plain rules find what ours find"
    rows = book.objects().filter(period=year, organisation__in=schools).count()
    results.add(
        "checks",
        f"{len(rules):,} rules, {size.schools} schools, {rows:,} rows",
        took.median,
        best=took.best,
        cpu=took.cpu,
        goal=1.0,
        beside="the rows read once, the rules as plain Python",
        beside_seconds=floor.median,
        note=f"{found:,} violations, each with its numbers",
    )
    _workbook(county, size, results)


def _rules(count: int) -> tuple[list[Check], list[Plain]]:
    """So many rules about filings of student aid, of four shapes, and each as somebody would write it by hand."""
    made: list[tuple[Check, Plain]] = []
    for share, kind, source in product(SHARES, KINDS, SOURCES):
        where, key, part = f'kind == "{kind}" and source == "{source}"', (kind, source), Decimal(share)
        made += [
            (_rule(f"sum(amount, {where}) <= sum(amount) * {share}"), _share(key, part)),
            (_rule(f"sum(times, {where}) <= count({where}) * {int(part * 1000)}"), _mean(key, int(part * 1000))),
            (_rule(f"count({where}) <= {int(part * 40)}"), _count(key, int(part * 40))),
            (_rule(f"sum(amount, {where}) <= last(sum(amount, {where})) * {1 + part}"), _last(key, 1 + part)),
            (_rule(f"count({where}) + {share} <= count() * 2"), _twice(key, part)),
        ]
    return [rule for rule, _plain in made[:count]], [plain for _rule, plain in made[:count]]


def _rule(source: str) -> Check:
    return FilingCheck(source, "超出", hard=False)


ALL = ("", "")
NOTHING = (0, 0, Decimal(0))


def _share(key: tuple[str, str], part: Decimal) -> Plain:
    return lambda now, last: key not in now or now[key][2] <= now[ALL][2] * part


def _mean(key: tuple[str, str], most: int) -> Plain:
    return lambda now, last: key not in now or now[key][1] <= now[key][0] * most


def _count(key: tuple[str, str], most: int) -> Plain:
    return lambda now, last: now.get(key, NOTHING)[0] <= most


def _last(key: tuple[str, str], times: Decimal) -> Plain:
    return lambda now, last: key not in now or key not in last or now[key][2] <= last[key][2] * times


def _twice(key: tuple[str, str], part: Decimal) -> Plain:
    return lambda now, last: now.get(key, NOTHING)[0] + part <= now[ALL][0] * 2


def _floor(book: Ledger[Any], schools: list[Organisation], plain: list[Plain]) -> int:
    """The same rows read once and added up by hand, and the same rules as functions that know their keys."""
    keys = [school.pk for school in schools]
    years: list[dict[int, Cells]] = []
    for year, counted in ((LAST, {}), (LAST - 1, {"state": "accepted"})):
        rows = book.objects().filter(period_id=str(year), organisation__in=keys, **counted).order_by()
        found: dict[int, Cells] = defaultdict(dict)
        for owner, kind, source, times, amount in rows.values_list(
            "organisation_id", "kind", "source", "times", "amount"
        ):
            for key in ((kind, source), ALL):
                n, people, money = found[owner].get(key, NOTHING)
                found[owner][key] = (n + 1, people + times, money + amount)
        years.append(found)
    now, last = years
    return sum(not rule(cells, last.get(owner, {})) for owner, cells in now.items() for rule in plain)


@contextmanager
def _declared(book: Ledger[Any], rules: list[Check]) -> Iterator[None]:
    """The ledger with these checks in the place of its own."""
    declaration = type(book)
    own, declaration.checks = declaration.checks, tuple(rules)
    yield
    declaration.checks = own


def _workbook(county: County, size: Size, results: Results) -> None:
    """A workbook in which every tenth row repeats the one before it or has no number: read, refused and marked."""
    book = ledger("publicity")
    rows: list[dict[str, Any]] = []
    for n in range(size.rows):
        day = date(LAST, 1, 1) + timedelta(days=n % 300)
        title = f"第{n - (n % 10 == 9)}篇报道"
        row = {"title": title, "kind": "刊用稿件", "medium": "县报", "level": "县级", "date": day}
        if n % 10 == 9:
            row["date"] = rows[-1]["date"]
            row["level"] = "省级"
        row["organisation"] = county.schools[n // 10 % len(county.schools)].name
        rows.append(row)
    names = [name for column in book.sheet for name in column.names]
    data = written(book, [[row.get(name) for name in names] for row in rows])
    plain = repeated(
        lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(), size.few
    )
    told: list[sheets.Problem] = []

    def refused() -> None:
        try:
            sheets.read(book, data)
        except sheets.Unreadable as why:
            told[:] = why.problems

    took = repeated(refused, size.few)
    assert len(told) == size.rows // 10 * 2, "both rows of each pair are told"
    results.add(
        "checks",
        f"{size.rows:,} rows of a workbook, {len(told):,} faults with addresses",
        took.median,
        best=took.best,
        cpu=took.cpu,
        goal=5.0,
        beside="calamine reading the same file",
        beside_seconds=plain.median,
        note=f"the marked copy takes {repeated(lambda: marked(data, told), 1, warm=False).median:.2f} s more",
    )
