"""Arranging: parts and chapters of a report added, named, moved and taken out, by the office."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import current_act
from shuyuan.report import rights
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Report

MOST_PARTS = 300


def add(report: Report, chapter: str, heading: str) -> Part:
    """A new part at the end of its chapter; a chapter that is not there yet comes last."""
    with transaction.atomic():
        now, chapters = _chapters(report)
        chapter, heading = _title(chapter), heading.strip()
        if not chapter:
            raise Refused(_t("请写明属于哪一章。"))
        if _braces(heading):
            raise Refused(_t("标题里不能有花括号。"))
        if sum(map(len, chapters.values())) >= MOST_PARTS:
            raise Refused(_t("一份报告最多 %(n)s 段。") % {"n": MOST_PARTS})
        part = Part(report=now, chapter=chapter, heading=heading[:60], order=0)
        part.code = _free_code(now, [*chapters, chapter].index(chapter) + 1)
        chapters.setdefault(chapter, []).append(part)
        _number(chapters)
        return part


def rename(report: Report, chapter: str, title: str) -> None:
    """Another title for a chapter."""
    with transaction.atomic():
        _now, chapters = _chapters(report)
        title = _title(title)
        if chapter not in chapters or not title:
            raise Refused(_t("没有这一章，或新标题是空的。"))
        if title != chapter and title in chapters:
            raise Refused(_t("已有一章叫「%(title)s」。") % {"title": title})
        for part in chapters[chapter]:
            if part.chapter != title:
                part.chapter = title
                part.save()


def entitle(part: Part, heading: str) -> None:
    """Another heading for a part; empty for none."""
    with transaction.atomic():
        _now, chapters = _chapters(part.report)
        found = next((one for parts in chapters.values() for one in parts if one.pk == part.pk), None)
        if found is None:
            raise Refused(_t("这一段已删去。"))
        if _braces(heading):
            raise Refused(_t("标题里不能有花括号。"))
        if found.heading != heading.strip()[:60]:
            found.heading = heading.strip()[:60]
            found.save()


def remove(part: Part) -> None:
    """Take a part out of the report; its text and history are kept, and it can be put back."""
    _set_removed(part, removed=True)


def restore(part: Part) -> None:
    """Put a part that was taken out back, at the end of its chapter."""
    _set_removed(part, removed=False)


def _set_removed(part: Part, *, removed: bool) -> None:
    with transaction.atomic():
        now, chapters = _chapters(part.report)
        found = Part.objects.select_for_update().get(pk=part.pk, report=now)
        if found.removed == removed:
            return
        found.removed = removed
        if removed:
            found.save()
            return
        chapters.setdefault(found.chapter, []).append(found)
        found.order = 0
        _number(chapters)


def shift(part: Part, *, up: bool) -> None:
    """Move a part one place; from the edge of its chapter it goes over into the neighbouring one."""
    with transaction.atomic():
        _now, chapters = _chapters(part.report)
        flat = [one for parts in chapters.values() for one in parts]
        at = next((at for at, one in enumerate(flat) if one.pk == part.pk), None)
        if at is None:
            raise Refused(_t("这一段已删去。"))
        moving, to = flat[at], at - 1 if up else at + 1
        if not 0 <= to < len(flat):
            return
        if flat[to].chapter == moving.chapter:
            flat[at], flat[to] = flat[to], moving
        else:
            moving.chapter, moving.order = flat[to].chapter, 0
        _number({title: list(parts) for title, parts in groupby(flat, key=attrgetter("chapter"))})


def shift_chapter(report: Report, chapter: str, *, up: bool) -> None:
    """Move a whole chapter one place."""
    with transaction.atomic():
        _now, chapters = _chapters(report)
        titles = list(chapters)
        if chapter not in titles:
            raise Refused(_t("没有这一章，或新标题是空的。"))
        at = titles.index(chapter)
        to = at - 1 if up else at + 1
        if 0 <= to < len(titles):
            titles[at], titles[to] = titles[to], titles[at]
            _number({title: chapters[title] for title in titles})


def _chapters(report: Report) -> tuple[Report, dict[str, list[Part]]]:
    """The report, locked, and its parts by chapter, for the office only."""
    now = Report.objects.select_for_update().get(pk=report.pk)
    if not rights.runs(current_act().actor, now.organisation):
        raise PermissionDenied
    if now.state != Report.State.DRAFTING:
        raise Refused(_t("报告已定稿，不再改动。"))
    chapters: dict[str, list[Part]] = {}
    for part in now.parts():
        chapters.setdefault(part.chapter, []).append(part)
    return now, chapters


def _number(chapters: dict[str, list[Part]]) -> None:
    """Write down the order; only what has moved is saved."""
    for order, part in enumerate([part for parts in chapters.values() for part in parts], start=1):
        if part.order != order or part.pk is None:
            part.order = order
            part.save()


def _free_code(report: Report, number: int) -> str:
    """The next code of a chapter; codes of parts that were taken out are never given again."""
    taken = set(Part.objects.filter(report=report).values_list("code", flat=True))
    return next(code for count in range(1, len(taken) + 2) if (code := f"{number}.{count}") not in taken)


def _title(text: str) -> str:
    if _braces(text):
        raise Refused(_t("标题里不能有花括号。"))
    return " ".join(text.split())[:60]


def _braces(text: str) -> bool:
    """A heading is printed as it is: what looks like a placeholder there would be one."""
    return any(mark in text for mark in "{}｛｝")


def entitle_report(report: Report, title: str, issuer: str) -> None:
    """Another title, whose lines are broken where it reads well, and another issuer."""
    with transaction.atomic():
        now, _parts = _chapters(report)
        lines = "\n".join(line.strip() for line in title.splitlines() if line.strip())
        if not lines or not issuer.strip():
            raise Refused(_t("标题和署名都要写。"))
        if _braces(lines + issuer):
            raise Refused(_t("标题里不能有花括号。"))
        now.title, now.issuer = lines[:200], issuer.strip()[:60]
        now.save()
