"""Units in words: how a unit stands beside its number in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _t
from django.utils.translation import npgettext

NO_WORD = "-"  # how a catalogue translates a measure word that its language does without: 3台, 3
CLOSE = {"", "%"}  # units that stand at their number without a space in any language


def unit_words(unit: str, number: Decimal | int | float | None = None) -> str:
    """The unit as it is said of so many (several where nothing is said): 人 is one person and two people."""
    words = npgettext("unit", unit, unit, 1 if number == 1 else 2) if unit else ""
    return "" if words == NO_WORD else words


def with_unit(text: str, unit: str, number: Decimal | int | float | None = None) -> str:
    """A number, already written as `text`, with its unit: 12人, 12 people, 95%."""
    words = unit_words(unit, number)
    return f"{text}{words}" if words in CLOSE else _t("%(number)s%(unit)s") % {"number": text, "unit": words}
