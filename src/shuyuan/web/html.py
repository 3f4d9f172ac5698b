"""Values as they stand in a page: numbers, dates, nothing, and the badge of a state. Everything is escaped here."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from shuyuan.web.parts import Text, Tone

NOTHING = "—"


def number(value: object) -> str:
    """A number with its thousands apart, digits after the point as given; nothing is a dash, text stays text."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def shown(value: object, *, numeric: bool = False) -> str:
    """A value of any kind as text, or as it is where it is already safe HTML."""
    if isinstance(value, SafeString):
        return value
    if value is None or value == "" or value == []:
        return format_html('<span class="nothing">{}</span>', NOTHING)
    if isinstance(value, bool):
        return _t("是") if value else _t("否")
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, list | tuple):
        return format_html_join(_t("、"), "{}", ((shown(one),) for one in value))
    return number(value) if numeric else str(value)


def badge(text: Text, tone: Tone | str = Tone.NEUTRAL) -> SafeString:
    """The state of something: a word with a dot of its tone."""
    return format_html('<span class="state state-{}">{}</span>', Tone(tone).value, text)
