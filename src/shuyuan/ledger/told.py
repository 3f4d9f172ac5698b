"""Told: what a broken check says of itself wherever it stands: the place, the rule in words, the numbers, the cure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.tallying import Broken
from shuyuan.ledger.workbooks import related

SHOWN = 5
"""Records of one key that are named; the list has them all."""


@dataclass(frozen=True)
class Told:
    """One broken check in the reader's language."""

    broken: Broken
    organisation: Organisation
    records: tuple[Any, ...]
    key: str

    @property
    def place(self) -> str:
        """The record, the key that some records share, or the whole filing."""
        if self.broken.of_record:
            return str(self.records[0])
        return self.key or _t("整份报送")

    @property
    def message(self) -> str:
        return self.broken.told()

    @property
    def rule(self) -> str:
        return self.broken.check.words(self.broken.book.model)

    @property
    def values(self) -> str:
        return _t("；").join(_t("%(name)s %(value)s") % {"name": n, "value": v} for n, v in self.broken.values)

    @property
    def cure(self) -> str:
        """What to do about it."""
        if not self.broken.check.hard:
            return _t("核对原始资料；有误的改正，属实的写明原因。")
        return _t("强制性校验：改正后才能报送。")

    @property
    def url(self) -> str:
        if self.broken.of_record:
            return str(self.records[0].get_absolute_url())
        address = {"period": self.broken.period, "organisation": self.organisation.pk}
        return f"{self.broken.book.url}?{urlencode(address)}"


def told(found: Iterable[Broken]) -> list[Told]:
    """Broken checks with their schools and records, looked up together."""
    wanted = list(found)
    places = Organisation.objects.in_bulk({one.organisation for one in wanted})
    by_book: dict[str, tuple[Ledger[Any], set[int]]] = {}
    for one in wanted:
        _book, keys = by_book.setdefault(one.book.slug, (one.book, set()))
        keys.update(row for row in one.rows[:SHOWN] if isinstance(row, int))
    records: dict[str, dict[int, Any]] = defaultdict(dict)
    for slug, (book, keys) in by_book.items():
        records[slug] = related(book, book.objects()).in_bulk(list(keys))
    made = []
    for one in wanted:
        rows = [records[one.book.slug].get(row) if isinstance(row, int) else row for row in one.rows[:SHOWN]]
        there = tuple(row for row in rows if row is not None)
        made.append(Told(one, places[one.organisation], there, key_of(one, there)))
    return made


def key_of(one: Broken, records: Sequence[Any]) -> str:
    """The key in words, read off a record that has it: 「凭证号」2012-17."""
    by = getattr(one.check, "by", ())
    if not by or not records:
        return ""
    columns = [one.book.column(name) for name in by]
    pairs = [{"label": column.label, "text": column.text(records[0])} for column in columns]
    return _t("，").join(_t("「%(label)s」%(text)s") % pair for pair in pairs)
