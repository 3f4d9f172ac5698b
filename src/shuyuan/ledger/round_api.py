"""The API of rounds, of the tasks in them, and of notices: what is asked, how it stands, filing and signing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from shuyuan.core.history import acting
from shuyuan.ledger import filing
from shuyuan.ledger.api import Reason
from shuyuan.ledger.flow import hands, in_bureau, may_review
from shuyuan.ledger.notices import Notice, unseen
from shuyuan.ledger.record import Hand
from shuyuan.ledger.rounds import Round, Task
from shuyuan.ledger.standing import Status, statuses
from shuyuan.web.api import BIGGEST, ERRORS, Key, PageOut, Slice, page_of

rounds, tasks, notices = Router(tags=["rounds"]), Router(tags=["tasks"]), Router(tags=["notices"])


class RoundOut(Schema):
    id: int
    title: str = Field(title="名称 · title", examples=["2012年底补报"])
    year: int
    state: str = Field(title="状态 · state", examples=["open"])
    ledgers: list[str] = Field(title="台账 · ledgers")
    opens: date
    due: date = Field(title="截止日期 · due")
    signed: bool = Field(title="须校长签报 · signature asked")


class BoardOut(RoundOut):
    """How far a round is: how many tasks stand how, and how many were filed late."""

    tasks: int = Field(title="任务数 · tasks")
    standing: dict[str, int] = Field(title="各状态几项 · how many stand how", examples=[{"filed": 3, "todo": 1}])
    owing: int = Field(title="未报 · still owing")
    late: int = Field(title="逾期报送 · filed late")


class RemindedOut(Schema):
    owing: int = Field(title="未报几项 · tasks owing")
    told: int = Field(title="提醒了几人 · people told now")


class TaskOut(Schema):
    id: int
    round: int
    ledger: str
    organisation: str
    period: str
    due: date
    standing: str = Field(title="状态 · how it stands", examples=["todo"])
    records: dict[str, int] = Field(title="各状态的记录数 · records by state")
    filed_at: datetime | None
    signed_at: datetime | None
    returned_why: str = Field(title="退回原因 · why it came back")


class HardOut(Schema):
    record: int
    message: str


class SoftOut(Schema):
    name: str = Field(title="说明时用的名字 · name to explain it under", examples=["why-12-0"])
    record: int
    message: str
    explained: bool


class CheckedOut(TaskOut):
    """A task with what the checks say of the records that are not in the book yet."""

    hard: list[HardOut] = Field(title="强制性校验 · these keep it from being filed")
    soft: list[SoftOut] = Field(title="核实性校验 · these want an explanation")


class ExplainedIn(Schema):
    reason: Reason = Field("报送", title="原因 · why")
    explanations: dict[str, str] = Field(
        default_factory=dict, title="核实性校验的说明 · explanations by name", examples=[{"why-12-0": "当年新建校舍"}]
    )


class ActIn(Schema):
    reason: Reason = Field(title="原因 · why", examples=["缺第三页"])


class SignIn(Schema):
    reason: Reason = Field("校长签报", title="原因 · why")


class NothingIn(Schema):
    reason: Reason = Field("零报告", title="原因 · why")


class Wanted(Slice):
    round: int | None = Field(None, ge=1, le=BIGGEST, title="填报编号 · round")
    ledger: str = Field("", title="台账 · ledger")
    standing: str = Field("", title="状态 · how it stands", examples=["late"])


class NoticeOut(Schema):
    kind: str
    told: str = Field(title="内容 · what it says")
    round: int
    day: date


class SeenOut(Schema):
    seen: int = Field(title="收起了几条 · how many were put away")


@rounds.get("/", response={200: list[RoundOut]} | ERRORS, summary="填报 · rounds")
def round_index(request: HttpRequest) -> list[dict[str, Any]]:
    _bureau(request)
    return [_round(one) for one in Round.objects.visible_to(request.user)]


@rounds.get("/{pk}/", response={200: BoardOut} | ERRORS, summary="一次填报的完成情况 · how far a round is")
def round_detail(request: HttpRequest, pk: Key) -> dict[str, Any]:
    one = _seen_round(request, pk)
    found = statuses(one.tasks.select_related("round", "organisation"))
    return _round(one) | {
        "tasks": len(found),
        "standing": dict(Counter(str(status.standing.value) for status in found)),
        "owing": sum(status.owed for status in found),
        "late": sum(status.task.late() for status in found),
    }


@rounds.post("/{pk}/remind/", response={200: RemindedOut} | ERRORS, summary="催报 · remind who has not filed")
def round_remind(request: HttpRequest, pk: Key) -> dict[str, int]:
    one = _seen_round(request, pk)
    if one.state != Round.State.OPEN or not may_review(request.user):
        raise PermissionDenied
    with acting(request.user, "催报"):  # type: ignore[arg-type]
        owing, told = filing.remind(one)
    return {"owing": owing, "told": told}


@tasks.get("/", response={200: PageOut} | ERRORS, summary="填报任务及其状态 · tasks and how they stand")
def task_index(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    found = Task.objects.visible_to(request.user).select_related("round", "organisation", "period")
    if wanted.round:
        found = found.filter(round=wanted.round)
    if wanted.ledger:
        found = found.filter(ledger=wanted.ledger)
    if not in_bureau(request.user):
        found = found.exclude(round__state=Round.State.PREPARED)
    shown = [one for one in found.order_by("due", "pk") if one.book.visible_to(request.user)]
    rows = statuses(shown[wanted.offset : wanted.offset + wanted.limit] if not wanted.standing else shown)
    if wanted.standing:
        rows = [status for status in rows if status.standing == wanted.standing]
        part = rows[wanted.offset : wanted.offset + wanted.limit]
        return page_of(request, [_task(status) for status in part], len(rows), wanted)
    return page_of(request, [_task(status) for status in rows], len(shown), wanted)


@tasks.get("/{pk}/", response={200: CheckedOut} | ERRORS, summary="一项任务和校验结果 · one task and what checks say")
def task_detail(request: HttpRequest, pk: Key) -> dict[str, Any]:
    return _checked(_seen_task(request, pk))


@tasks.post("/{pk}/file/", response={200: CheckedOut} | ERRORS, summary="报送 · file all of a task")
def task_file(request: HttpRequest, pk: Key, data: ExplainedIn) -> dict[str, Any]:
    def act(one: Task) -> None:
        filing.explain_all(one, data.explanations)
        filing.file(one)

    return _done(request, pk, data.reason, act, Hand.SCHOOL)


@tasks.post("/{pk}/nothing/", response={200: CheckedOut} | ERRORS, summary="零报告 · nothing to report")
def task_nothing(request: HttpRequest, pk: Key, data: NothingIn) -> dict[str, Any]:
    return _done(request, pk, data.reason, filing.report_nothing, Hand.SCHOOL)


@tasks.post("/{pk}/sign/", response={200: CheckedOut} | ERRORS, summary="签报 · the headteacher signs")
def task_sign(request: HttpRequest, pk: Key, data: SignIn) -> dict[str, Any]:
    return _done(request, pk, data.reason, filing.sign, Hand.HEAD)


@tasks.post("/{pk}/return/", response={200: CheckedOut} | ERRORS, summary="整份退回 · send a filing back")
def task_return(request: HttpRequest, pk: Key, data: ActIn) -> dict[str, Any]:
    return _done(request, pk, data.reason, lambda one: filing.send_back(one, data.reason), Hand.HEAD, Hand.SECTION)


@notices.get("/", response={200: list[NoticeOut]} | ERRORS, summary="我的通知 · my notices")
def notice_index(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"kind": one.kind, "told": one.told, "round": one.round_id, "day": one.day} for one in unseen(request.user)]


@notices.post("/seen/", response={200: SeenOut} | ERRORS, summary="收起通知 · put my notices away")
def notices_seen(request: HttpRequest) -> dict[str, int]:
    return {"seen": Notice.objects.filter(user_id=request.user.pk or 0, seen=False).update(seen=True)}


def _round(one: Round) -> dict[str, Any]:
    names = ("title", "year", "state", "ledgers", "opens", "due", "signed")
    return {"id": one.pk} | {name: getattr(one, name) for name in names}


def _task(status: Status) -> dict[str, Any]:
    one = status.task
    names = ("ledger", "due", "filed_at", "signed_at", "returned_why")
    return {
        "id": one.pk,
        "round": one.round_id,
        "organisation": str(one.organisation),
        "period": one.period_id,
        "standing": status.standing.value,
        "records": {state: number for state, number in status.records.items() if number},
    } | {name: getattr(one, name) for name in names}


def _checked(one: Task) -> dict[str, Any]:
    checked = filing.said(one)
    return _task(statuses([one])[0]) | {
        "hard": [{"record": record.pk, "message": message} for record, message in checked.hard],
        "soft": [
            {"name": v.name, "record": v.record.pk, "message": v.check.told(), "explained": v.explained}
            for v in checked.soft
        ],
    }


def _done(request: HttpRequest, pk: int, reason: str, act: Callable[[Task], object], *wanted: Hand) -> dict[str, Any]:
    one = _seen_task(request, pk)
    if not set(wanted) & hands(request.user, one.book, one.organisation):
        raise PermissionDenied
    with acting(request.user, reason):  # type: ignore[arg-type]
        act(one)
    return _checked(_seen_task(request, pk))


def _bureau(request: HttpRequest) -> None:
    if not in_bureau(request.user):
        raise PermissionDenied


def _seen_round(request: HttpRequest, pk: int) -> Round:
    found = Round.objects.visible_to(request.user).select_related("organisation", "within").filter(pk=pk).first()
    if found is None or not in_bureau(request.user):
        raise Http404
    return found


def _seen_task(request: HttpRequest, pk: int) -> Task:
    found = Task.objects.visible_to(request.user).select_related("round__organisation", "organisation", "period")
    one = found.filter(pk=pk).first()
    if one is None or not one.book.visible_to(request.user):
        raise Http404
    return one
