"""Keeping collections: how each stands, leaving a column out, asking again, putting away."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.collections.asked import columns_of
from shuyuan.collections.figures import name_of
from shuyuan.collections.models import Answer, Collection
from shuyuan.figures import registry
from shuyuan.ledger import filing
from shuyuan.ledger.ledger import UnknownLedger, ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Round, Task


class Stage(models.TextChoices):
    """Where a collection is; read off its rounds."""

    DRAWN = "drawn", _("设计中")
    OPEN = "open", _("填报中")
    CLOSED = "closed", _("已结束")
    ARCHIVED = "archived", _("已归档")

    @property
    def explained(self) -> str:
        return str(EXPLAINED[self])


EXPLAINED = {
    Stage.DRAWN: _("还没有发出，学校看不到；先看看有没有别处已经在收的数。"),
    Stage.OPEN: _("学校正在填报，科室边收边审；有了答复，列只能加不能改。"),
    Stage.CLOSED: _("填报已经结束；可以汇总、导出，或明年再问。"),
    Stage.ARCHIVED: _("不再使用；答复和指标都还在。"),
}


def rounds_of(one: Collection) -> list[Round]:
    """The rounds that ask or asked for it, the newest first."""
    sent = Task.objects.filter(ledger=one.slug).order_by().values("round")
    return list(Round.objects.filter(pk__in=sent).order_by("-year", "-pk"))


def stage_of(one: Collection) -> Stage:
    if one.archived:
        return Stage.ARCHIVED
    states = {found.state for found in rounds_of(one) if found.year == one.day.year}
    if Round.State.OPEN in states:
        return Stage.OPEN
    return Stage.CLOSED if states else Stage.DRAWN


def answered_by(one: Collection) -> int:
    """How many schools have filed answers of its year."""
    rows = Answer.objects.filter(collection=one, period=str(one.day.year)).exclude(state=State.DRAFT)
    return int(rows.order_by().values("organisation").distinct().count())


def leave_out(one: Collection, name: str, slug: str) -> str:
    """Take out a column that a ledger has already, and write down where it is; returns why not."""
    column = next((column for column in columns_of(one) if column.name == name), None)
    try:
        book = ledger(slug)
    except UnknownLedger as error:
        return str(error)
    if column is None:
        return _t("没有这一列。")
    if one.answered():
        return _t("已有答复，不能去掉「%(label)s」；可以改标题注明不用填") % {"label": column.label}
    if len(one.asked) == 1:
        return _t("至少要有一列")
    if places := list(registry.uses(name_of(one.slug, name))):
        return _t("「%(name)s」不能去掉：%(place)s用到它") % {"name": name, "place": places[0]}
    if ruled := next((rule["rule"] for rule in one.rules if name in rule["rule"]), ""):
        return _t("「%(name)s」不能去掉：校验规则 %(rule)s 用到它") % {"name": name, "rule": ruled}
    one.asked = [data for data in one.asked if data["name"] != name]
    one.elsewhere = [*one.elsewhere, {"label": column.label, "ledger": book.slug, "title": str(book)}]
    one.save()
    return ""


def ask_again(one: Collection) -> str:
    """Move its day on by a year; last year's answers stay last year's. Returns why not."""
    if stage_of(one) == Stage.OPEN:
        return _t("这一年的填报还没有结束。")
    month, day = one.day.month, one.day.day
    one.day = date(one.day.year + 1, month, 28 if (month, day) == (2, 29) else day)
    one.archived = False
    one.save()
    return ""


def archive(one: Collection, *, away: bool) -> None:
    """Put it away, ending the rounds that ask for nothing else; or take it out. Raises ValidationError."""
    if away:
        for running in rounds_of(one):
            if running.state == Round.State.OPEN and running.ledgers == [one.slug]:
                filing.close(running)
    one.archived = away
    one.save()
