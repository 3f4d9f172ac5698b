"""To do: what waits for this person on the home page, each line opening exactly what it is about."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.people import posts_of
from shuyuan.core.roles import Right, rights_of
from shuyuan.ledger import review
from shuyuan.ledger.flow import in_bureau
from shuyuan.ledger.ledger import Ledger, all_ledgers
from shuyuan.ledger.notices import unseen
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.rounds import Round, tasks_open
from shuyuan.ledger.standing import Standing, Status, statuses
from shuyuan.web.context import year_of
from shuyuan.web.slots import Piece

SHOWN = 3
"""Returned records whose reasons stand on the home page; the filing's own page has them all."""


def own_statuses(request: HttpRequest, right: Right) -> list[Status]:
    """How the running tasks stand of the schools this person holds one of these posts in."""
    held = [post.organisation_id for post in posts_of(request.user) if right in rights_of(post.role)]
    mine = tasks_open().visible_to(request.user).filter(organisation__in=held)  # type: ignore[attr-defined]
    return statuses(mine) if held else []


def digest(request: HttpRequest) -> Piece | None:
    """The notices this person has not put away yet."""
    found = unseen(request.user) if request.user.is_authenticated else []
    return Piece("ledger/notices.html", {"notices": found}) if found else None


def tasks(request: HttpRequest) -> Piece | None:
    """For whoever files: what came back, what is late, what is due, each with its reason and its day."""
    mine = own_statuses(request, Right.FILE)
    order = [Standing.RETURNED, Standing.LATE, Standing.TODO]
    owed = sorted((one for one in mine if one.owed), key=lambda one: (order.index(one.standing), one.task.due))
    if not mine:
        return None
    lines = [(one, _reasons(one)) for one in owed]
    return Piece("ledger/tasks.html", {"owed": lines, "done": len(mine) - len(owed), "all": len(mine)})


def _reasons(one: Status) -> list[str]:
    """Why it came back: the filing as a whole, and the first records."""
    found = [one.task.returned_why] if one.task.returned_why else []
    if one.records[State.RETURNED]:
        book = one.task.book
        records = one.task.records().filter(state=State.RETURNED).order_by("pk")[:SHOWN]
        remarks = review.remarks(book, [record.pk for record in records])
        for record in records:
            if record.pk in remarks:
                why = review.told(book, remarks[record.pk])
                found.append(_t("「%(record)s」：%(message)s") % {"record": record, "message": why})
    return found


def to_sign(request: HttpRequest) -> Piece | None:
    """For a headteacher: what was filed and waits for the signature."""
    mine = own_statuses(request, Right.SIGN)
    found = [one for one in mine if one.task.signed and one.standing == Standing.FILED]
    return Piece("ledger/to_sign.html", {"tasks": found}) if found else None


def progress(request: HttpRequest) -> Piece | None:
    """For the bureau: how far the running rounds are."""
    if not in_bureau(request.user):
        return None
    rounds = []
    for one in Round.objects.visible_to(request.user).filter(state=Round.State.OPEN):
        found = Counter(status.standing for status in statuses(tasks_open().filter(round=one)))
        rounds.append((one, found.total() - found[Standing.TODO] - found[Standing.LATE], found.total(), found))
    return Piece("ledger/progress.html", {"rounds": rounds, "Standing": Standing}) if rounds else None


def waiting(request: HttpRequest) -> Piece | None:
    """For a section: what was filed and waits for review. For a school: what came back outside any round."""
    lines: list[tuple[Any, str, str, int]] = []
    asked = {(one.task.ledger, one.task.period_id) for one in own_statuses(request, Right.FILE)}
    for ledger in all_ledgers():
        if not issubclass(ledger.model, Record):
            continue
        if not ledger.visible_to(request.user) or not ledger.may_write(request.user):
            continue
        if ledger.may_accept(request.user):
            count = review.queue(ledger).visible_to(request.user).count()
            if count:
                lines.append((ledger, reverse("review", args=[ledger.slug]), _t("待审核"), count))
            continue
        returned = ledger.objects().visible_to(request.user).filter(state=State.RETURNED)
        count = returned.exclude(period__in=[period for slug, period in asked if slug == ledger.slug]).count()
        if count:
            address = f"{ledger.url}?{urlencode({'state': State.RETURNED.value})}"
            lines.append((ledger, address, _t("被退回"), count))
    return Piece("ledger/waiting.html", {"lines": lines}) if lines else None


def own_ledgers(request: HttpRequest) -> Piece | None:
    """For a school: what it has filed this year, ledger by ledger, and the way to file more.

    Ledgers that it has never filed in stand apart.
    """
    year = year_of(request)
    lines: list[tuple[Ledger[Any], str, int]] = []
    others: list[tuple[Ledger[Any], str, int]] = []
    for ledger in all_ledgers():
        if not ledger.has("period") or not ledger.visible_to(request.user):
            continue
        if ledger.may_accept(request.user) or not ledger.may_write(request.user):
            continue
        period = f"{year}{ledger.period_kind}"
        records = ledger.objects().visible_to(request.user)
        count = records.filter(period_id=period).count()
        line = (ledger, f"{ledger.url}?{urlencode({'period': period})}", count)
        (lines if count or records.exists() else others).append(line)
    return Piece("ledger/own.html", {"lines": lines, "others": others, "year": year}) if lines or others else None
