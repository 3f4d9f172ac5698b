"""Lineage: a figure as a tree, from its formula in words down to the records, as one reader may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.figures.books import Books, Branch, Lineage
from shuyuan.figures.figure import Value
from shuyuan.figures.measures import FieldMeasure
from shuyuan.ledger.evidence import Evidence
from shuyuan.ledger.record import Record, User
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.workbooks import related

MOST_SHOWN = 8  # records told one by one; the list has them all


@dataclass(frozen=True)
class Line:
    """One record behind a measure: what it adds, how often it was written, how many files prove it."""

    text: str
    url: str
    adds: str
    versions: int
    evidence: int


@dataclass(frozen=True)
class Rows:
    """The records behind a measure, for one reader."""

    lineage: Lineage
    measure: Any
    user: User | None

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.lineage.ledger, self.lineage.parameters, self.user)

    @property
    def words(self) -> str:
        chips = [_t("%(label)s：%(text)s") % {"label": chip.label, "text": chip.text} for chip in self.selection.chips]
        return " · ".join(chips)

    @cached_property
    def count(self) -> int:
        found: int = self.selection.rows.count()
        return found

    @property
    def more(self) -> int:
        return max(self.count - MOST_SHOWN, 0)

    @cached_property
    def lines(self) -> list[Line]:
        """The first records, those that add most before the others."""
        ledger = self.lineage.ledger
        field = self.measure.field if isinstance(self.measure, FieldMeasure) else ""
        order = [f"-{field}", "-pk"] if isinstance(self.measure, FieldMeasure) and self.measure.numeric else ["-pk"]
        records = list(related(ledger, self.selection.rows).order_by(*order)[:MOST_SHOWN])
        keys = [record.pk for record in records]
        versions = _numbers(ledger.model.versions._default_manager.filter(record_id__in=keys), "record_id")
        is_record = issubclass(ledger.model, Record)
        evidence = _numbers(Evidence.objects.filter(ledger=ledger.slug, record__in=keys), "record") if is_record else {}
        return [
            Line(
                f"{record} · {record.organisation}"
                if is_record and str(record.organisation) not in str(record)
                else str(record),
                reverse("record", args=[ledger.slug, record.pk]),
                ledger.column(field).text(record) if field in ledger.names else "",
                versions.get(record.pk, 0),
                evidence.get(record.pk, 0),
            )
            for record in records
        ]


@dataclass(frozen=True)
class Node:
    """One figure of the tree: a measure has rows, a composed one the figures it is made of."""

    value: Value
    year: int
    url: str
    rows: Rows | None
    parts: tuple[Node, ...]

    @property
    def words(self) -> str:
        return self.value.figure.definition

    def lines(self) -> Iterator[Lineage]:
        """Every selection of records below, from left to right."""
        if self.rows:
            yield self.rows.lineage
        for part in self.parts:
            yield from part.lines()


def branch(books: Books, name: str, user: User | None) -> Node:
    """The tree of a figure, as this reader may see it; None, the command line, sees all."""
    return _node(books.branch(name), books, user)


def _node(found: Branch, books: Books, user: User | None) -> Node:
    figure, year = found.value.figure, books.year - found.back
    until = books.ends(found.back)
    query = f"?year={year}" + (f"&until={until.isoformat()}" if until else "")
    return Node(
        found.value,
        year,
        reverse("figure", args=[figure.name]) + query,
        Rows(found.line, figure, user) if found.line else None,
        tuple(_node(part, books, user) for part in found.parts),
    )


def _told(record: Any) -> str:
    """What the record is called, and whose it is where its own name does not say so."""
    if not isinstance(record, Record) or str(record.organisation) in str(record):
        return str(record)
    return f"{record} · {record.organisation}"


def _numbers(rows: Any, key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))
