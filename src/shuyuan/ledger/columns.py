"""Columns: how one field is headed, read from a cell, shown, and written to a workbook. List, form, workbook and API
use the same objects, so they cannot disagree."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from shuyuan.core.sensitive import Sensitivity, masked, search_key_of, sensitivity_of
from shuyuan.core.units import unit_words
from shuyuan.ledger.cells import as_text, halfwidth, plain, tidied
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.lookup import Lookup, Refused

if TYPE_CHECKING:
    from shuyuan.ledger.ledger import Ledger

WRITTEN = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|[+-]?\.[0-9]+")
YEARS = range(1900, 2101)  # a date outside is a slip of the hand


class Masked(str):
    """A masked value that came back as it was handed out: whoever typed it means the value that stands."""

    __slots__ = ()


@dataclass(frozen=True)
class Shown:
    """One sensitive value of a record: where it stands, what kind it is, and how it reads with and without its mask."""

    name: str
    label: str
    sensitivity: Sensitivity
    text: str

    @property
    def masked(self) -> str:
        return masked(self.sensitivity, self.text)


@dataclass(frozen=True)
class Column:
    """A field of text; the other kinds say how they differ.

    What is sensitive leaves `text`, `cells` and `plain` masked. `full_cells` gives it whole, and is asked only by
    what has written down who wants it and what for (see unmasking.py).
    """

    ledger: Ledger[Any]
    field: models.Field[Any, Any]
    kind = "text"

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        """The heading: the field's label with its unit."""
        unit = unit_words(self.field.unit) if isinstance(self.field, Measured) else ""
        label = str(self.field.verbose_name)
        return _t("%(label)s（%(unit)s）") % {"label": label, "unit": unit} if unit else label

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the cells this column takes in a workbook."""
        return (self.label,)

    @property
    def accepted(self) -> tuple[tuple[str, ...], ...]:
        """For each cell every heading it is taken under: in any language we speak, the reader's own first; aliases."""
        spoken = [self.headings]
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                spoken.append(self.headings)
        first, *more = (tuple(dict.fromkeys(headings)) for headings in zip(*spoken, strict=True))
        return ((*first, *self.aliases), *more)

    @property
    def names(self) -> tuple[str, ...]:
        """What the same cells are called in a form and in the API."""
        return (self.name,)

    @property
    def aliases(self) -> tuple[str, ...]:
        return self.ledger.aliases.get(self.name, ())

    @property
    def required(self) -> bool:
        return not self.field.blank and not self.field.has_default()

    @property
    def stored(self) -> str | None:
        """The database's column that tells whether two rows say the same; None where nothing does."""
        return self.field.attname

    @property
    def sensitivity(self) -> Sensitivity | None:
        return sensitivity_of(self.field)

    @property
    def sensitive(self) -> tuple[Sensitivity, ...]:
        """The kinds of sensitive information in this column."""
        return (self.sensitivity,) if self.sensitivity else ()

    @property
    def numeric(self) -> bool:
        return isinstance(self.field, Measured)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Code and label of what may be chosen; empty when anything may be written."""
        return [(str(code), str(label)) for code, label in self.field.flatchoices if code not in (None, "")]

    def read(self, cells: Sequence[object], lookup: Lookup, row: dict[str, Any]) -> Any:
        """The value of this column's cells; `row` has what was read before it. Raises Refused with the cure."""
        cell = plain(cells[0])
        if cell in (None, ""):
            if self.required:
                raise Refused(_t("必填，不能空"))
            return self._empty()
        if self.sensitivity and isinstance(cell, str) and "*" in cell:
            return Masked(cell)
        return self.parse(cell, lookup, row)

    def _empty(self) -> Any:
        if self.field.has_default():
            return self.field.get_default()
        return None if self.field.null else ""

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Any:
        text = tidied(self.field, as_text(cell))
        if self.field.max_length and len(text) > self.field.max_length:
            raise Refused(_t("共 %(n)s 个字，最多 %(most)s 个字") % {"n": len(text), "most": self.field.max_length})
        return text

    def text(self, record: models.Model) -> str:
        """As people read it: masked where it is sensitive."""
        text = self.full_text(record)
        return masked(self.sensitivity, text) if self.sensitivity else text

    def full_text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return "" if value is None else str(value)

    def cells(self, record: models.Model) -> tuple[object, ...]:
        """As a workbook holds it, one value for each heading."""
        return (self.text(record),) if self.sensitivity else self.full_cells(record)

    def full_cells(self, record: models.Model) -> tuple[object, ...]:
        return (self.full_text(record),)

    def plain(self, record: models.Model) -> tuple[object, ...]:
        """As the API gives it, one value for each of `names`."""
        return (self.text(record),)

    def shown(self, record: models.Model) -> tuple[Shown, ...]:
        """The sensitive values of this column that a record has."""
        if self.sensitivity is None or not (text := self.full_text(record)):
            return ()
        return (Shown(self.name, self.label, self.sensitivity, text),)

    def unmasked(self, value: object, before: models.Model | None) -> Any:
        """What a masked value stands for: the one that the record has. Raises Refused."""
        if not isinstance(value, Masked):
            return value
        if before is None or self.text(before) != value:
            raise Refused(_t("这是掩码，不是原值；不修改的保持原样，要填写的请写完整"))
        return getattr(before, self.name)


@dataclass(frozen=True)
class SealedColumn(Column):
    """A text that the database holds as ciphertext: it has no order, and is found whole or not at all."""

    kind = "sealed"

    @property
    def stored(self) -> str | None:
        beside = search_key_of(self.field)
        return beside.attname if beside else None


@dataclass(frozen=True)
class NumberColumn(Column):
    kind = "number"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Any:
        if isinstance(cell, bool | date):
            raise Refused(_t("不是数字：『%(cell)s』；请只填阿拉伯数字") % {"cell": cell})
        if isinstance(cell, float) and math.isfinite(cell):
            as_text(cell)  # refuses what the spreadsheet has damaged already
            return self._fit(Decimal(repr(cell)))
        text = halfwidth(as_text(cell))
        if not WRITTEN.fullmatch(text):
            raise Refused(_t("不是数字：『%(cell)s』；请只填阿拉伯数字，单位不要写进格子") % {"cell": cell})
        return self._fit(Decimal(text.replace(",", "")))

    @property
    def _most(self) -> int:
        """The largest number that either database keeps in this field."""
        if isinstance(self.field, models.DecimalField):
            return int(10 ** (self.field.max_digits - self.field.decimal_places)) - 1
        small = isinstance(self.field, models.SmallIntegerField | models.PositiveSmallIntegerField)
        return 2**15 - 1 if small else 2**31 - 1

    def _fit(self, number: Decimal) -> Any:
        if abs(number) > self._most:
            raise Refused(_t("数字太大：『%(number)s』，最多 %(most)s") % {"number": number, "most": f"{self._most:,}"})
        if not isinstance(self.field, models.DecimalField):
            if number != number.to_integral_value():
                raise Refused(_t("应为整数，不是『%(number)s』") % {"number": number})
            return int(number)
        rounded = number.quantize(Decimal(1).scaleb(-self.field.decimal_places))
        if abs(number - rounded) > Decimal("1e-9"):  # what a spreadsheet's own arithmetic leaves behind is forgiven
            raise Refused(
                _t("最多 %(places)s 位小数：『%(number)s』；请先四舍五入")
                % {"places": self.field.decimal_places, "number": number.normalize()}
            )
        return rounded

    def full_text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        if value is None:
            return ""
        shown = f"{value:,}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown

    def full_cells(self, record: models.Model) -> tuple[object, ...]:
        return (getattr(record, self.name),)

    def plain(self, record: models.Model) -> tuple[object, ...]:
        value = getattr(record, self.name)
        return (str(value) if isinstance(value, Decimal) else value,)


@dataclass(frozen=True)
class DateColumn(Column):
    kind = "date"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> date:
        if isinstance(cell, date):
            return cell.date() if isinstance(cell, datetime) else cell
        text = halfwidth(as_text(cell))
        found = re.fullmatch(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?", text) or re.fullmatch(
            r"(\d{4})(\d{2})(\d{2})", text
        )
        try:
            if found and int(found[1]) in YEARS:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        raise Refused(_t("不是日期：『%(text)s』；请写成 2012-05-31 的样子") % {"text": text})

    def full_text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return date_format(value, "Y-m-d") if value else ""

    def full_cells(self, record: models.Model) -> tuple[object, ...]:
        return (getattr(record, self.name),)


@dataclass(frozen=True)
class BooleanColumn(Column):
    kind = "boolean"

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [("1", _t("是")), ("0", _t("否"))]

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> bool:
        known = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
        text = as_text(cell).lower()
        if text not in known:
            raise Refused(_t("请填「是」或「否」，不是『%(text)s』") % {"text": text})
        return known[text]

    def full_text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return "" if value is None else _t("是") if value else _t("否")

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return (self.text(record),) if self.sensitivity else (getattr(record, self.name),)


@dataclass(frozen=True)
class ChoiceColumn(Column):
    kind = "choice"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> str:
        text = as_text(cell)
        code = lookup.codes(self.field).get(text)
        if code is not None:
            return code
        labels = [label for _code, label in self.choices]
        shown = _t("、").join(labels[:12]) + ("…" if len(labels) > 12 else "")
        raise Refused(_t("没有『%(text)s』这一项；可填：%(labels)s") % {"text": text, "labels": shown})

    def full_text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return str(dict(self.field.flatchoices).get(value, value)) if value not in (None, "") else ""

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return (self.text(record),) if self.sensitivity else (getattr(record, self.name),)
