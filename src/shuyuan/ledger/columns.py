"""Columns: how one field is headed, read from a cell, shown, and written to a workbook. List, form, workbook and API
use the same objects, so they cannot disagree."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Person, Place
from shuyuan.core.units import unit_words
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.lookup import Lookup, Refused, Waiting

if TYPE_CHECKING:
    from shuyuan.ledger.ledger import Ledger

EXCEL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"}
EXCEL_DIGITS = 15  # more digits than this in a number cell are already lost
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
WRITTEN = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|[+-]?\.[0-9]+")
YEARS = range(1900, 2101)  # a date outside is a slip of the hand


@dataclass(frozen=True)
class Column:
    """A field of text; the other kinds say how they differ."""

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
        return self.parse(cell, lookup, row)

    def _empty(self) -> Any:
        if self.field.has_default():
            return self.field.get_default()
        return None if self.field.null else ""

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Any:
        text = as_text(cell)
        if self.field.max_length and len(text) > self.field.max_length:
            raise Refused(_t("共 %(n)s 个字，最多 %(most)s 个字") % {"n": len(text), "most": self.field.max_length})
        return text

    def text(self, record: models.Model) -> str:
        """As people read it."""
        value = getattr(record, self.name)
        return "" if value is None else str(value)

    def cells(self, record: models.Model) -> tuple[object, ...]:
        """As a workbook holds it, one value for each heading."""
        return (self.text(record),)

    def plain(self, record: models.Model) -> tuple[object, ...]:
        """As the API gives it, one value for each of `names`."""
        return (self.text(record),)


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

    def text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        if value is None:
            return ""
        shown = f"{value:,}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown

    def cells(self, record: models.Model) -> tuple[object, ...]:
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

    def text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return date_format(value, "Y-m-d") if value else ""

    def cells(self, record: models.Model) -> tuple[object, ...]:
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

    def text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return "" if value is None else _t("是") if value else _t("否")

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return (getattr(record, self.name),)


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

    def text(self, record: models.Model) -> str:
        value = getattr(record, self.name)
        return str(dict(self.field.flatchoices).get(value, value)) if value not in (None, "") else ""

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return (getattr(record, self.name),)


@dataclass(frozen=True)
class OrganisationColumn(Column):
    kind = "organisation"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Organisation:
        return lookup.organisation(as_text(cell))


@dataclass(frozen=True)
class PersonColumn(Column):
    """A person takes two cells: the name that people know, and the number that tells two of one name apart."""

    kind = "person"

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.label, _t("人员编号") if self.name == "person" else _t("%(label)s编号") % {"label": self.label})

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_number")

    def read(self, cells: Sequence[object], lookup: Lookup, row: dict[str, Any]) -> Person | None:
        name, number = (as_text(plain(cell)) for cell in (cells[0], cells[1] if len(cells) > 1 else None))
        if not name and not number:
            if self.required:
                raise Refused(_t("必填，不能空"))
            return None
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到人"))
        make = self.ledger.registers if self.name == "person" else None
        return lookup.person(row["organisation"], name, number, make)

    def cells(self, record: models.Model) -> tuple[object, ...]:
        person = getattr(record, self.name)
        return (person.name, person.number) if person else ("", "")

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return self.cells(record)


@dataclass(frozen=True)
class PlaceColumn(Column):
    """A place of the record's organisation, by name; the field's name says of which kind (room, ground, building…)."""

    kind = "place"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Place:
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到场所"))
        return lookup.place(row["organisation"], Place.Kind(self.name), super().parse(cell, lookup, row))


@dataclass(frozen=True)
class ReferenceColumn(Column):
    """A record of another ledger of the same room."""

    kind = "reference"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Any:
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到所指的记录"))
        return lookup.reference(
            cast("type[models.Model]", self.field.related_model), row["organisation"], as_text(cell)
        )


def column_for(ledger: Ledger[Any], name: str) -> Column:
    """The column of a field. Raises FieldDoesNotExist naming the ledger, and TypeError for a kind we cannot read."""
    try:
        field = ledger.model._meta.get_field(name)
    except FieldDoesNotExist:
        known = ", ".join(field.name for field in ledger.model._meta.concrete_fields)
        raise FieldDoesNotExist(f"{type(ledger).__name__}.columns names {name!r}. Fields: {known}") from None
    return _kind_of(field)(ledger, field)


def _kind_of(field: Any) -> type[Column]:
    if isinstance(field, models.ForeignKey):
        special: dict[Any, type[Column]] = {Organisation: OrganisationColumn, Person: PersonColumn, Place: PlaceColumn}
        return special.get(field.remote_field.model, ReferenceColumn)
    if field.choices:
        return ChoiceColumn
    if isinstance(field, models.BooleanField):
        return BooleanColumn
    if isinstance(field, models.DateField):
        return DateColumn
    if isinstance(field, models.IntegerField | models.DecimalField):
        return NumberColumn
    if isinstance(field, models.CharField | models.TextField):
        return Column
    raise TypeError(f"{field} is a {type(field).__name__}, which no column reads")


def plain(cell: object) -> object:
    """The cell without the spaces around it; a formula's error is refused here, before it can pass for text."""
    if isinstance(cell, str):
        cell = cell.strip().strip("　")
        if cell in EXCEL_ERRORS:
            raise Refused(_t("公式出错：%(cell)s；请改成数值后再传") % {"cell": cell})
        if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in cell):
            raise Refused(_t("有看不见的控制字符；请清空这一格，重新输入"))
    return cell


def halfwidth(text: str) -> str:
    """Full-width digits, letters, brackets and commas as people type them in a Chinese input method, narrow."""
    return text.translate(NARROW)


def as_text(cell: object) -> str:
    """A cell as text. Workbooks give 320482.0 for a code typed as a number; beyond 15 digits it is already damaged."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= 10**EXCEL_DIGITS:
            raise Refused(_t("数字超过 15 位，表格软件已丢失末尾几位；请把这一列设为文本格式后重新填写"))
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)
