"""Fields that know their unit: what is measured in 元 is never added to what is measured in 万元."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


class Measured:
    """A number with a unit. The unit belongs to the label and to figures, not to the database column."""

    unit: str = ""


class MoneyField(Measured, models.DecimalField):  # type: ignore[type-arg]
    """Money in 元 with 分; workbooks, forms and figures all say so."""

    unit = "元"

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("max_digits", 16)
        options.setdefault("decimal_places", 2)
        options.setdefault("validators", [MinValueValidator(0)])
        super().__init__(verbose_name, **options)


class AreaField(MoneyField):
    """An area in 平方米, to two places."""

    unit = "平方米"


class ScoreField(Measured, models.DecimalField):  # type: ignore[type-arg]
    """A score or a percentage that somebody else gave us, to the places they gave it with (at most three)."""

    unit = "分"

    def __init__(self, verbose_name: Any = None, *, unit: str = "分", **options: Any) -> None:
        options.setdefault("max_digits", 9)
        options.setdefault("decimal_places", 3)
        super().__init__(verbose_name, **options)
        self.unit = unit


class QuantityField(Measured, models.PositiveIntegerField):  # type: ignore[type-arg]
    """A whole number of something: 人, 台, 期, 人次…"""

    def __init__(self, verbose_name: Any = None, *, unit: str = "", **options: Any) -> None:
        super().__init__(verbose_name, **options)
        self.unit = unit
