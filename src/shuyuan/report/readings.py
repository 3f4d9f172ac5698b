"""Readings: three readings and three proofs 三审三校, in their order, by name; a changed text takes them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import current_act
from shuyuan.report import rights
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Reading, Report

STAGES = list(Reading.Stage)


@dataclass(frozen=True)
class Done:
    """A reading, and whether what was read is still what would be printed."""

    reading: Reading
    standing: bool


def readings(report: Report) -> list[Done]:
    """Every reading there was, in the order they were made."""
    seal = report.seal()
    made = Reading.objects.filter(report=report).select_related("by").order_by("pk")
    return [Done(reading, reading.seal == seal) for reading in made]


def standing(report: Report) -> Mapping[str, Reading]:
    """The readings that count, by stage."""
    return {done.reading.stage: done.reading for done in readings(report) if done.standing}


def following(report: Report) -> Reading.Stage | None:
    """The stage that comes next; None when all six are done."""
    done = standing(report)
    return next((stage for stage in STAGES if stage not in done), None)


def read(report: Report, stage: str, remark: str = "", seen: str = "") -> Reading:
    """Record that whoever is acting has read the whole report as it stands; `seen` is the seal it had when they did.

    Raises Refused, PermissionDenied.
    """
    with transaction.atomic():
        now = Report.objects.select_for_update().get(pk=report.pk)
        actor = current_act().actor
        if not rights.belongs(actor, now.organisation):
            raise PermissionDenied
        if now.state != Report.State.DRAFTING:
            raise Refused(_t("报告已定稿，不再改动。"))
        if seen and seen != now.seal():
            raise Refused(_t("报告在您打开之后改过；请再通读一遍改动的地方。"))
        wanted, done = Reading.Stage(stage), standing(now)
        waiting = now.parts().exclude(state=Part.State.ADOPTED).count()
        if waiting:
            raise Refused(_t("还有 %(n)s 段没有采用；全部采用后才能审校。") % {"n": waiting})
        if wanted in done:
            told = _t("%(stage)s已由%(who)s完成。")
            raise Refused(told % {"stage": wanted.label, "who": name_of(done[wanted])})
        before = [one for one in STAGES[: STAGES.index(wanted)] if one not in done]
        if before:
            told = _t("%(stage)s之前须先完成%(before)s。")
            raise Refused(told % {"stage": wanted.label, "before": _t("、").join(str(one.label) for one in before)})
        same = next((one for one in done.values() if one.by_id == actor.pk and not one.proof), None)
        if same and not wanted.startswith("p"):
            told = _t("三审须由三个人完成：%(stage)s已由您完成。")
            raise Refused(told % {"stage": same.get_stage_display()})
        reading = Reading(report=now, stage=wanted, by=actor, remark=remark.strip(), seal=now.seal())
        reading.save()
        return reading


def name_of(reading: Reading) -> str:
    return reading.by.get_full_name() or reading.by.get_username()
