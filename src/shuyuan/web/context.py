"""What every page knows as `frame`: bureau, menu, own (under one's name), year, years, posts, moment."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from shuyuan.core.organisations import Organisation
from shuyuan.core.past import moment
from shuyuan.core.people import Post, every_post_of
from shuyuan.core.periods import Period
from shuyuan.web import menu
from shuyuan.web.menu import Item

SESSION_KEY = "year"


def years() -> list[int]:
    """The calendar years on file, the newest first; this year where there is none yet."""
    on_file = Period.objects.filter(kind=Period.Kind.CALENDAR).order_by("-year").values_list("year", flat=True)
    return list(on_file) or [timezone.localdate().year]


def year_of(request: HttpRequest) -> int:
    """The year somebody works in: ?year= if it says one on file, else the one chosen last, else the newest."""
    known = years()
    asked = request.GET.get("year", "")
    if asked.isdecimal() and int(asked) in known:
        if request.session.get(SESSION_KEY) != int(asked):
            request.session[SESSION_KEY] = int(asked)
        return int(asked)
    kept = request.session.get(SESSION_KEY)
    return kept if isinstance(kept, int) and kept in known else known[0]


class Frame:
    """What surrounds a page; each part is looked up when the template first uses it, so a fragment costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def bureau(self) -> str:
        """The name of the bureau this site is run by."""
        bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU)
        return bureaus.values_list("name", flat=True).first() or ""

    @cached_property
    def menu(self) -> list[menu.Group]:
        return menu.tree(self._request)

    @cached_property
    def own(self) -> list[Item]:
        return menu.of_oneself(self._request)

    @cached_property
    def year(self) -> int:
        return year_of(self._request)

    @property
    def moment(self) -> datetime | None:
        """The past moment whose books are being read; None in the present."""
        return moment()

    @property
    def today(self) -> str:
        return timezone.localdate().isoformat()

    @cached_property
    def years(self) -> list[int]:
        return years()

    @cached_property
    def posts(self) -> list[Post]:
        return every_post_of(self._request.user)


def page(request: HttpRequest) -> dict[str, Frame]:
    """Context processor."""
    return {"frame": Frame(request)}
