"""Quality tests on few numbers: which of them cannot well be right. Plain numbers in, findings out.

A z-score cannot do this on annual data: with the tested value in the sample it never exceeds (n - 1)/√n (`largest_z`),
so a limit of 3 is out of reach before the eleventh year. Here the tested value is always left out of what it is held
against, spread is measured by the median absolute deviation (MAD), and that has a floor: where four years were equal
to the last child, one child more is no finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

YEARS, RATIO, PEERS, SLIP = "years", "ratio", "peers", "slip"
SLIPS = (Decimal(10), Decimal(100), Decimal("0.1"), Decimal("0.01"))
TO_SD = Decimal("1.4826")  # MAD to the standard deviation of a normal sample: Rousseeuw and Croux 1993, section 1


@dataclass(frozen=True)
class Limits:
    """When a number is conspicuous. Dated and sourced in quality.toml."""

    years: int
    known: int
    peers: int
    mads: Decimal
    floor: Decimal
    fold: Decimal
    near: Decimal
    smallest: Decimal


@dataclass(frozen=True)
class Finding:
    """One number that is conspicuous: by which test, beside what, and out of how many others that was worked out.

    For YEARS and SLIP `usual` is the median of the earlier years, for RATIO the value that last year's would have come
    to at the others' rate, for PEERS the median of the peers for each pupil; `value` is in the same measure, and
    `times` is how many times the usual it is.
    """

    test: str
    value: Decimal
    usual: Decimal
    out_of: int

    @property
    def times(self) -> Decimal:
        return self.value / self.usual


def largest_z(n: int, *, sample: bool = True) -> float:
    """What no z-score of n values exceeds, with the sample or the population standard deviation."""
    return float((n - 1) / n**0.5 if sample else (n - 1) ** 0.5)


def far(value: Decimal, others: Sequence[Decimal], limits: Limits) -> Decimal | None:
    """The median of the others where the value lies too many deviations from it; None where it does not."""
    middle = Decimal(median(others))
    deviation = TO_SD * Decimal(median(abs(other - middle) for other in others))
    return middle if abs(value - middle) > limits.mads * max(deviation, limits.floor * middle) else None


def slipped(value: Decimal, usual: Decimal, limits: Limits) -> bool:
    """Whether it is ten or a hundred times what is usual, or that part of it: a digit too many or too few."""
    return usual > 0 and any(abs(value / slip - usual) <= limits.near * usual for slip in SLIPS)


def judge(
    now: Mapping[int, Decimal],
    earlier: Mapping[int, Sequence[Decimal]],
    limits: Limits,
    *,
    size: Mapping[int, Decimal] | None = None,
    kind: Mapping[int, str] | None = None,
) -> dict[int, Finding]:
    """The conspicuous ones of many schools' numbers, each with its strongest finding.

    `earlier` are the years before, the latest first, without those that are not known; `size` is by what a number is
    divided before it is held against those of the same `kind` (pupils, school type). No number is negative.
    """
    found = {}
    last = {key: years[0] for key, years in earlier.items() if years and key in now}
    totals = sum((now[key] for key in last), Decimal(0)), sum(last.values(), Decimal(0))
    peers = _peers(now, size or {}, kind or {})
    for key, value in now.items():
        finding = _beside_years(value, earlier.get(key, ()), limits)
        if finding is None and 0 < len(earlier.get(key, ())) < limits.known:
            finding = _beside_others(
                value, last[key], (totals[0] - value, totals[1] - last[key]), len(last) - 1, limits
            )
        if finding is None and key in (size or {}):
            finding = _beside_peers(key, value, peers.get((kind or {}).get(key, ""), {}), limits)
        if finding is not None:
            found[key] = finding
    return found


def _beside_years(value: Decimal, years: Sequence[Decimal], limits: Limits) -> Finding | None:
    """Its own earlier years: a slip of a digit, or too far from all of them."""
    if not years:
        return None
    usual = Decimal(median(years))
    if max(value, usual) < limits.smallest:
        return None
    if slipped(value, usual, limits):
        return Finding(SLIP, value, usual, len(years))
    if len(years) >= limits.known and (middle := far(value, years, limits)):
        return Finding(YEARS, value, middle, len(years))
    return None


def _beside_others(
    value: Decimal, last: Decimal, others: tuple[Decimal, Decimal], count: int, limits: Limits
) -> Finding | None:
    """Last year's value at the rate at which all others together went: their sums are those without this school."""
    now, then = others
    expected = last * now / then if count > 0 and then > 0 and now > 0 else last
    if max(value, expected) < limits.smallest or expected <= 0:
        return None
    apart = value > limits.fold * expected or value * limits.fold < expected
    return Finding(RATIO, value, expected, count) if apart else None


def _beside_peers(key: int, value: Decimal, peers: Mapping[int, Decimal], limits: Limits) -> Finding | None:
    """The others of its kind, for each pupil: too far from them, and by a multiple."""
    others = [one for other, one in peers.items() if other != key]
    if key not in peers or len(others) < limits.peers or value < limits.smallest:
        return None
    middle = far(peers[key], others, limits)
    if not middle:
        return None
    apart = peers[key] > limits.fold * middle or peers[key] * limits.fold < middle
    return Finding(PEERS, peers[key], middle, len(others)) if apart else None


def _peers(
    now: Mapping[int, Decimal], size: Mapping[int, Decimal], kind: Mapping[int, str]
) -> dict[str, dict[int, Decimal]]:
    """For each kind the numbers of its schools, divided by their size; a school without a size or a kind has none."""
    grouped: dict[str, dict[int, Decimal]] = {}
    for key, value in now.items():
        if kind.get(key) and size.get(key, 0) > 0:
            grouped.setdefault(kind[key], {})[key] = value / size[key]
    return grouped
