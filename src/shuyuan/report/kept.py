"""Figures as a frozen report keeps them: all that prints, opened again without the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from shuyuan.report.phrases import Item, Printed


@dataclass(frozen=True)
class Kept:
    """One figure's value, in the words in which it prints."""

    name: str
    title: str
    unit: str
    display: str
    number: str
    exact: Decimal | None
    url: str
    note: str
    listed: bool = False
    items: tuple[Item, ...] = ()
    earlier: Kept | None = None
    parts: Mapping[str, Kept] = field(default_factory=dict)
    """Those organisations' parts that the template prints, by name."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What else is kept of it, as `shuyuan figures --format json` tells it."""

    def at(self, organisation: str) -> Kept | None:
        return self.parts.get(organisation)


class Asked(Mapping[str, Printed]):
    """Figures that remember which of them, and whose parts of them, a template asked for."""

    def __init__(self, figures: Mapping[str, Printed]) -> None:
        self._figures = figures
        self.parts: dict[str, set[str]] = {}

    def __getitem__(self, name: str) -> Printed:
        return _Asking(self._figures[name], self.parts.setdefault(name, set()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)


class _Asking:
    def __init__(self, figure: Printed, parts: set[str]) -> None:
        self._figure, self._parts = figure, parts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._figure, name)

    def at(self, organisation: str) -> Printed | None:
        self._parts.add(organisation)
        return self._figure.at(organisation)


def keep(figure: Printed, parts: Iterable[str] = (), about: Mapping[str, Any] | None = None) -> Kept:
    """All of a figure that prints, with these organisations' parts of it and last year's value."""
    own = {place: keep(part) for place in sorted(parts) if (part := figure.at(place)) is not None}
    return Kept(
        name=figure.name,
        title=figure.title,
        unit=figure.unit,
        display=figure.display,
        number=figure.number,
        exact=figure.exact,
        url=figure.url,
        note=figure.note,
        listed=figure.listed,
        items=figure.items,
        earlier=keep(figure.earlier) if figure.earlier is not None else None,
        parts=own,
        about=about or {},
    )


def to_json(figures: Iterable[Kept]) -> str:
    """The figures as text; the same figures give the same text."""
    return json.dumps([_told(one) for one in figures], ensure_ascii=False, indent=1)


def from_json(text: str) -> dict[str, Kept]:
    """The figures by name. Raises ValueError for a text that is none of ours."""
    try:
        return {one["name"]: _opened(one) for one in json.loads(text)}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"figures.json: {error!r}") from error


def _told(one: Kept) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": one.name,
        "title": one.title,
        "unit": one.unit,
        "display": one.display,
        "number": one.number,
        "exact": None if one.exact is None else str(one.exact),
        "url": one.url,
        "note": one.note,
    }
    if one.listed:
        facts["items"] = [[item.name, item.beside] for item in one.items]
    if one.earlier is not None:
        facts["earlier"] = _told(one.earlier)
    if one.parts:
        facts["parts"] = {place: _told(part) for place, part in one.parts.items()}
    if one.about:
        facts["about"] = dict(one.about)
    return facts


def _opened(facts: Mapping[str, Any]) -> Kept:
    return Kept(
        **{name: str(facts[name]) for name in ("name", "title", "unit", "display", "number", "url", "note")},
        exact=None if facts["exact"] is None else Decimal(facts["exact"]),
        listed="items" in facts,
        items=tuple(Item(name, beside) for name, beside in facts.get("items", ())),
        earlier=_opened(facts["earlier"]) if "earlier" in facts else None,
        parts={place: _opened(part) for place, part in facts.get("parts", {}).items()},
        about=facts.get("about", {}),
    )
