"""Units and measure words: what they measure, and how much of the base one of them is (data/units.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from shuyuan.proofread import tables
from shuyuan.proofread.numerals import SCALES


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit without the 万 or 亿 that may stand before it."""

    name: str
    kind: str
    base: str
    size: Decimal


@tables.derived
def units() -> dict[str, Unit]:
    found = {}
    for row in tables.rows("units", "unit"):
        for name, size in row["names"]:
            found[name] = Unit(name, row["kind"], row["base"], Decimal(str(size)))
    return found


@tables.derived
def pattern() -> str:
    """An alternation of all units, the longest first."""
    return "|".join(re.escape(name) for name in sorted(units(), key=len, reverse=True))


@tables.derived
def measures() -> str:
    """Those in which more than one word cannot be meant: no noun begins with them."""
    kinds = {"money", "area"}
    return "|".join(re.escape(n) for n, unit in sorted(units().items(), key=lambda i: -len(i[0])) if unit.kind in kinds)


_SCALED = re.compile(r"(万亿|百万|千万|[十百千万亿])?(.*)")


@tables.derived
def split(unit: str) -> tuple[int, str]:
    """万平方米 is (10000, 平方米); 万 alone is (10000, "")."""
    if unit in units():
        return 1, unit
    found = _SCALED.fullmatch(unit)
    return (SCALES[found[1]] if found and found[1] else 1), (found[2] if found else unit)


@tables.derived
def base(unit: str) -> str:
    """What is added to what: 万元 and 元 alike are 元; a unit that the table lacks stands for itself."""
    name = split(unit)[1]
    return units()[name].base if name in units() else name


@tables.derived
def factor(unit: str) -> Decimal:
    """How many of the base unit one of it is: 10000 for 万元."""
    scale, name = split(unit)
    return Decimal(scale) * (units()[name].size if name in units() else 1)


@tables.derived
def kind(unit: str) -> str:
    name = split(unit)[1]
    return units()[name].kind if name in units() else "count"
