"""What a collection asks: columns and rules as data, what is wrong with them, and the fields they become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.ledger import held
from shuyuan.ledger.expression.grammar import KEYWORDS
from shuyuan.ledger.headings import bare
from shuyuan.ledger.ledger import ledgers
from shuyuan.ledger.revisions import STAMP_HEADINGS

if TYPE_CHECKING:
    from shuyuan.collections.models import Collection

MOST_COLUMNS, MOST_CHOICES, MOST_RULES = 300, 100, 50
LONGEST = {"label": 60, "unit": 8, "note": 200, "name": 40}
LONGEST_TEXT, LONGEST_CHOICE = 500, 60
SLUG = re.compile(r"[a-z][a-z0-9_]{1,19}")
TAKEN = {"reason", "revision", "records", "schools", "true", "false", "id", "pk"} | KEYWORDS


class Kind(models.TextChoices):
    """What may be written under a column."""

    TEXT = "text", _("文字")
    NUMBER = "number", _("数字")
    MONEY = "money", _("金额（元）")
    PEOPLE = "people", _("人数")
    DATE = "date", _("日期")
    CHOICE = "choice", _("选项")
    YES_NO = "yes_no", _("是否")


NUMBERS = {Kind.NUMBER, Kind.MONEY, Kind.PEOPLE}


@dataclass(frozen=True)
class Asked:
    """One column. `name` is what rules and figures call it; `total` is how a county's figure is made of it."""

    name: str
    label: str
    kind: str = Kind.TEXT
    unit: str = ""
    required: bool = False
    least: str = ""
    most: str = ""
    places: int = 0
    choices: tuple[str, ...] = ()
    note: str = ""
    total: str = "sum"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Asked:
        known = {item.name for item in fields(cls)}
        said: dict[str, Any] = {key: value for key, value in data.items() if key in known}
        return cls(**said | {"choices": tuple(said.get("choices", ()))})

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"choices": list(self.choices)}

    @property
    def numeric(self) -> bool:
        return self.kind in NUMBERS

    @property
    def unit_told(self) -> str:
        return {Kind.MONEY: "元", Kind.PEOPLE: "人"}.get(Kind(self.kind), self.unit)

    def field(self) -> Any:
        """The field it becomes."""
        options: dict[str, Any] = {"blank": not self.required, "help_text": self.note}
        if self.kind == Kind.TEXT:
            return held.HeldText(self.label, max_length=LONGEST_TEXT, **options)
        if self.kind == Kind.CHOICE:
            choices = [(text, text) for text in self.choices]
            return held.HeldText(self.label, max_length=LONGEST_CHOICE, choices=choices, **options)
        options["null"] = True
        if self.kind == Kind.DATE:
            return held.HeldDate(self.label, **options)
        if self.kind == Kind.YES_NO:
            return held.HeldYesNo(self.label, **options)
        bounds = [
            *([MinValueValidator(Decimal(self.least))] if self.least else []),
            *([MaxValueValidator(Decimal(self.most))] if self.most else []),
        ]
        if self.kind == Kind.MONEY:
            return held.HeldMoney(self.label, validators=[MinValueValidator(0), *bounds], **options)
        if self.kind == Kind.PEOPLE:
            return held.HeldCount(self.label, unit="人", validators=[MinValueValidator(0), *bounds], **options)
        if self.places:
            decimals = {"max_digits": 15, "decimal_places": self.places}
            return held.HeldDecimal(self.label, unit=self.unit, validators=bounds, **decimals, **options)
        return held.HeldNumber(self.label, unit=self.unit, validators=bounds, **options)


@dataclass(frozen=True)
class Rule:
    """A check in the expression language; `hard` blocks, else it wants an explanation."""

    rule: str
    message: str
    hard: bool = True

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rule:
        return cls(str(data.get("rule", "")), str(data.get("message", "")), bool(data.get("hard", True)))


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which column (from 0; None: with the whole)."""

    message: str
    column: int | None = None

    def __str__(self) -> str:
        if self.column is None:
            return self.message
        return _t("第 %(n)s 列：%(message)s") % {"n": self.column + 1, "message": self.message}


def columns_of(collection: Collection) -> list[Asked]:
    return [Asked.from_data(data) for data in collection.asked]


def rules_of(collection: Collection) -> list[Rule]:
    return [Rule.from_data(data) for data in collection.rules]


def name_for(label: str, taken: Iterable[str] = ()) -> str:
    """A name made of a heading: 在校生数（人） is 在校生数; what cannot begin a name is put behind a letter."""
    text = re.sub(r"[（(\[【].*?[）)\]】]", "", label)
    name = "_".join(re.findall(r"[^\W_]+", text))[:30] or "x"
    name = name if held.NAME.fullmatch(name) else f"x{name}"
    known, number = set(taken), 2
    found = name
    while found in known or found.lower() in TAKEN or _is_ours(found):
        found, number = f"{name}{number}", number + 1
    return found


def _is_ours(name: str) -> bool:
    from shuyuan.collections.models import Answer

    return hasattr(Answer, name)


def faults(collection: Collection) -> list[Fault]:
    """Everything that is wrong with what it asks; the rules are tried only when the columns are right."""
    columns = columns_of(collection)
    found = [*_of_the_whole(collection, columns)]
    for number, column in enumerate(columns):
        found += [Fault(told, number) for told in _of_a_column(column)]
    found += _alike(columns)
    return found or list(_of_rules(collection))


def _of_the_whole(collection: Collection, columns: list[Asked]) -> Iterator[Fault]:
    if not SLUG.fullmatch(collection.slug):
        yield Fault(_t("代号由小写字母、数字和下划线组成，以字母开头，2 到 20 个字符"))
    elif collection.slug in {book.slug for book in ledgers()}:
        yield Fault(_t("代号『%(slug)s』已是一本台账，请换一个") % {"slug": collection.slug})
    if not columns:
        yield Fault(_t("至少要有一列"))
    if len(columns) > MOST_COLUMNS:
        yield Fault(_t("一次最多问 %(most)s 列，现有 %(n)s 列") % {"most": MOST_COLUMNS, "n": len(columns)})


def _of_a_column(column: Asked) -> Iterator[str]:
    if not column.label.strip():
        yield _t("请写标题")
        return
    for name, most in LONGEST.items():
        text = str(getattr(column, name))
        if len(text) > most or not text.isprintable():
            yield _t("『%(text)s』太长或有看不见的字符，最多 %(most)s 个字") % {"text": text[:20], "most": most}
    if not held.NAME.fullmatch(column.name) or column.name.lower() in TAKEN or _is_ours(column.name):
        told = _t("列名『%(name)s』不能用：以字母或汉字开头，不含空格和标点，也不是系统用的词")
        yield told % {"name": column.name[:40]}
    if column.kind not in Kind.values:
        yield _t("没有『%(kind)s』这种类型") % {"kind": column.kind}
        return
    if column.unit and column.kind != Kind.NUMBER:
        yield _t("只有数字可以另写单位")
    if not 0 <= column.places <= 4:
        yield _t("小数最多 4 位")
    if column.total not in {"sum", "mean"}:
        yield _t("汇总方式只有合计和平均")
    yield from _of_bounds(column)
    yield from _of_choices(column)


def _of_bounds(column: Asked) -> Iterator[str]:
    bounds = []
    for text in filter(None, (column.least, column.most)):
        try:
            bounds.append(Decimal(text))
        except InvalidOperation:
            bounds.append(Decimal("NaN"))
    if bounds and column.kind not in NUMBERS:
        yield _t("只有数字有最小和最大")
    elif not all(bound.is_finite() for bound in bounds):
        yield _t("最小和最大须是数字")
    elif len(bounds) == 2 and bounds[0] > bounds[1]:
        yield _t("最小大于最大")


def _of_choices(column: Asked) -> Iterator[str]:
    if column.kind != Kind.CHOICE:
        if column.choices:
            yield _t("只有「选项」类型可以列选项")
        return
    if not 2 <= len(column.choices) <= MOST_CHOICES:
        yield _t("选项要有 2 到 %(most)s 个") % {"most": MOST_CHOICES}
    if len(set(column.choices)) != len(column.choices):
        yield _t("选项有重复")
    if any(not text.strip() or len(text) > LONGEST_CHOICE or not text.isprintable() for text in column.choices):
        yield _t("选项不能空，每项最多 %(most)s 个字") % {"most": LONGEST_CHOICE}


def _alike(columns: list[Asked]) -> Iterator[Fault]:
    from shuyuan.collections.book import own_headings

    ours = {bare(text) for text in (*STAMP_HEADINGS, *own_headings())}
    names: set[str] = set()
    labels: set[str] = set()
    for number, column in enumerate(columns):
        label = bare(column.label)
        if label in ours:
            yield Fault(_t("「%(label)s」不用问，系统知道") % {"label": column.label}, number)
        if label in labels or column.name.lower() in names:
            yield Fault(_t("「%(label)s」和前面的列重复") % {"label": column.label}, number)
        labels.add(label)
        names.add(column.name.lower())


def _of_rules(collection: Collection) -> Iterator[Fault]:
    from shuyuan.collections.book import made
    from shuyuan.ledger.expression import Expression, ExpressionError
    from shuyuan.ledger.expression import Kind as Sort

    rules = rules_of(collection)
    if len(rules) > MOST_RULES:
        yield Fault(_t("最多 %(most)s 条校验规则") % {"most": MOST_RULES})
        return
    model = made(collection).model
    for number, rule in enumerate(rules, start=1):
        place = _t("第 %(n)s 条规则：") % {"n": number}
        try:
            if Expression.parse(rule.rule, model).kind is not Sort.BOOLEAN:
                yield Fault(place + _t("这是一个值，不是条件"))
        except ExpressionError as error:
            yield Fault(place + str(error))
        if not rule.message.strip() or len(rule.message) > 200:
            yield Fault(place + _t("请写明不符合时怎样提示，最多 200 个字"))


def faults_of_change(before: list[Asked], after: list[Asked]) -> Iterator[Fault]:
    """What may not change once somebody has answered: an answer must go on meaning what it meant.

    Headings, notes, bounds, order, rules and further choices may; new columns may come, optional ones.
    """
    kept = {column.name: (number, column) for number, column in enumerate(after)}
    for old in before:
        if old.name not in kept:
            yield Fault(_t("已有答复，不能去掉「%(label)s」；可以改标题注明不用填") % {"label": old.label})
            continue
        number, new = kept[old.name]
        cure = _t("已有答复，「%(label)s」不能改%(what)s；请另加一列")
        for name, what in (
            ("kind", _t("类型")),
            ("unit", _t("单位")),
            ("places", _t("小数位数")),
            ("total", _t("汇总方式")),
        ):
            if getattr(old, name) != getattr(new, name):
                yield Fault(cure % {"label": old.label, "what": what}, number)
        if set(old.choices) - set(new.choices):
            yield Fault(cure % {"label": old.label, "what": _t("已有的选项")}, number)
        if new.required and not old.required:
            yield Fault(_t("已有答复，「%(label)s」不能改成必填") % {"label": old.label}, number)
    known = {column.name for column in before}
    for number, new in enumerate(after):
        if new.name not in known and new.required:
            yield Fault(_t("已有答复，新加的「%(label)s」不能是必填") % {"label": new.label}, number)
