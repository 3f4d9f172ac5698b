"""The API of every ledger: the same selection, columns, checks and steps as the pages, as JSON with a description."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import StringConstraints

from shuyuan.core.history import acting
from shuyuan.ledger import review, revisions, saving, upserting
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.ledger import Ledger, UnknownLedger, all_ledgers, ledger
from shuyuan.ledger.once import once
from shuyuan.ledger.pointing import ready
from shuyuan.ledger.record import Record
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.unpacking import Problem, Unreadable
from shuyuan.ledger.workbooks import related
from shuyuan.web.api import BIGGEST, CONFLICTS, ERRORS, Key, PageOut, Refusal, Slice, page_of

router = Router(tags=["ledgers"])

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Cell = str | int | float | bool | None
Number = Annotated[int, Field(ge=1, le=BIGGEST)]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]
REASON = Field(title="修改原因，记入历史 · why", examples=["学籍系统每晚同步"])
VALUES = Field(
    title="按列名给值，与工作簿的格子相同 · values by column",
    examples=[{"organisation": "河头小学", "item": "课桌", "amount": 500, "date": "2012-03-12"}],
)
SEEN = Field(title="所看到的版本 · revision seen", examples=[1])
ONCE: Any = Header(  # type: ignore[type-arg]
    None,
    alias="Idempotency-Key",
    max_length=100,
    title="重发不重做的键，每个请求一个 · a key of this request's own",
)


class ColumnOut(Schema):
    name: str = Field(title="列名 · name", examples=["amount"])
    label: str = Field(title="标题 · heading", examples=["金额（元）"])
    kind: str = Field(title="类型 · kind", examples=["number"])
    required: bool = Field(title="必填 · required")
    choices: list[tuple[str, str]] = Field(title="可填的代码和名称 · codes and labels")


class LedgerOut(Schema):
    slug: str = Field(title="台账 · ledger", examples=["procurement"])
    title: str = Field(title="名称 · title", examples=["采购投入"])
    group: str = Field(title="业务 · subject")
    columns: list[ColumnOut] = Field(title="列 · columns")
    key: list[str] = Field(title="自然键 · natural key of a line", examples=[["person"]])


class RecordIn(Schema):
    reason: Reason = REASON
    values: dict[str, Cell] = VALUES


class ChangeIn(RecordIn):
    revision: Revision = SEEN


class MoveIn(Schema):
    to: Literal["filed", "signed", "accepted", "returned"] = Field(title="改为 · to", examples=["returned"])
    reason: str = Field("", max_length=200, title="原因 · why", examples=["缺发票"])
    cells: dict[str, str] = Field(
        default_factory=dict, title="逐格的退回原因 · reasons by column", examples=[{"amount": "与发票不符"}]
    )
    revision: Revision | None = Field(None, title="所看到的版本 · revision seen")


class SeenIn(Schema):
    id: Number = Field(title="编号 · key")
    revision: Revision = SEEN


class AcceptIn(Schema):
    records: list[SeenIn] = Field(min_length=1, max_length=1000, title="要通过的记录 · records")
    reason: Reason = Field("审核通过", title="原因 · why")


class LeftOut(Schema):
    id: int
    why: str = Field(title="为什么没有通过 · why not")


class AcceptedOut(Schema):
    accepted: int = Field(title="通过了几条 · how many")
    left: list[LeftOut] = Field(title="没有通过的 · what was left")


class RowsIn(Schema):
    reason: Reason = REASON
    rows: list[dict[str, Cell]] = Field(
        min_length=1, max_length=upserting.MOST, title="各行；改已有的记录可写 id 和 revision · rows",
        examples=[[{"organisation": "河头小学", "item": "课桌", "amount": 500, "date": "2012-03-12"}]],
    )  # fmt: skip
    adjust: bool = Field(False, title="更正已关账的期间 · adjust closed books")


class WrittenOut(Schema):
    row: int = Field(title="行 · row")
    id: int = Field(title="编号 · key")


class RowsOut(Schema):
    created: int = Field(title="新增 · created")
    changed: int = Field(title="修改 · changed")
    unchanged: int = Field(title="无变化 · unchanged")
    written: list[WrittenOut] = Field(title="写入的行 · rows written")


class Chosen(Slice):
    """What the list page takes; any column of a closed list by its name besides."""

    q: str = Field("", title="搜索 · text")
    period: str = Field("", title="期间 · period", examples=["2012"])
    organisation: str = Field("", title="单位编号，含下属 · key of an organisation")
    state: str = Field("", title="状态 · state", examples=["accepted"])
    where: str = Field("", title="条件表达式 · rule", examples=["amount > 1000"])
    sort: str = Field("", title="排序，- 为降序 · sort", examples=["-date"])


def as_row(book: Ledger[Any], record: Any, revision: int | None = None) -> dict[str, Any]:
    """One record as plain values: its key, subject, state, revision and every column by name."""
    row: dict[str, Any] = {"id": record.pk, "ledger": book.slug, "subject": str(record)}
    for column in book.sheet:
        row |= zip(column.names, column.plain(record), strict=True)
    if book.has("state"):
        row |= {"period": record.period_id, "state": record.state}
    if revision is not None:
        row |= {"revision": revision}
    return row


@router.get("/", response={200: list[LedgerOut]} | ERRORS, summary="我能看到的台账 · every ledger I may see")
def ledger_index(request: HttpRequest) -> list[dict[str, Any]]:
    return [_declared(book) for book in all_ledgers() if book.visible_to(request.user)]


@router.get("/{slug}/", response={200: PageOut} | ERRORS, summary="记录，条件同列表页 · records, selected as in lists")
def record_index(request: HttpRequest, slug: str, chosen: Query[Chosen]) -> dict[str, Any]:
    book = _visible(request, slug)
    parameters = {name: str(value) for name, value in request.GET.items() if name not in {"limit", "offset"}}
    selection = Selection(book, parameters, request.user)
    if selection.errors:
        raise Refusal(422, "\n".join(selection.errors))
    found = ready(book, related(book, selection.ordered)[chosen.offset : chosen.offset + chosen.limit])
    newest = revisions.revisions(book.model, [record.pk for record in found])
    rows = [as_row(book, record, newest.get(record.pk)) for record in found]
    return page_of(request, rows, selection.rows.count(), chosen)


@router.post("/{slug}/accept/", response={200: AcceptedOut} | ERRORS, summary="成批通过 · accept many")
def records_accept(request: HttpRequest, slug: str, data: AcceptIn) -> dict[str, Any]:
    """As they were seen: what somebody has changed or moved meanwhile is left, and told."""
    book = _visible(request, slug)
    if not book.may_accept(request.user) or not issubclass(book.model, Record):
        raise PermissionDenied
    seen = {one.id: one.revision for one in data.records}
    visible = set(book.objects().visible_to(request.user).filter(pk__in=seen).values_list("pk", flat=True))
    with acting(request.user, data.reason):  # type: ignore[arg-type]
        done = review.accept(book, {key: seen[key] for key in visible}, bulk=True)
    left = [{"id": record.pk, "why": why} for record, why in done.left]
    left += [{"id": key, "why": _t("没有这条记录")} for key in seen.keys() - visible]
    return {"accepted": done.accepted, "left": left}


@router.put("/{slug}/rows/", response={200: RowsOut} | ERRORS, summary="成批新增和修改 · many rows, new or changed")
def rows_upsert(request: HttpRequest, slug: str, data: RowsIn, once_only: str | None = ONCE) -> dict[str, Any]:
    """All of them or none. A line is known by its id and revision, by the ledger's natural key, or by being the very
    same; sent again it changes nothing. Problems name the row (from 1) and the column, in the words of workbooks."""
    book = _writable(request, slug)

    def act() -> dict[str, Any]:
        done = _told(lambda: upserting.upsert(request.user, book, data.rows, data.reason, adjust=data.adjust))
        written = [{"row": row, "id": key} for row, key in done.written]
        return {
            "created": done.created, "changed": done.changed, "unchanged": done.unchanged, "written": written,
        }  # fmt: skip

    return once(request, act)


@router.get("/{slug}/{pk}/", response={200: dict[str, Any]} | ERRORS, summary="一条记录 · one record")
def record_detail(request: HttpRequest, slug: str, pk: Key) -> dict[str, Any]:
    book = _visible(request, slug)
    return _shown(book, _record(request, book, pk))


@router.post("/{slug}/", response={201: dict[str, Any]} | ERRORS, summary="报送一条记录 · file one record")
def record_create(request: HttpRequest, slug: str, data: RecordIn, once_only: str | None = ONCE) -> Status[Any]:
    """The values are given by column name, as a workbook's cells would hold them; a person also by `…_number`."""
    book = _writable(request, slug)

    def act() -> dict[str, Any]:
        return {"id": _told(lambda: saving.create(request.user, book, data.values, data.reason)).pk}

    return Status(201, _shown(book, _record(request, book, once(request, act)["id"])))


@router.patch("/{slug}/{pk}/", response={200: dict[str, Any]} | CONFLICTS, summary="修改一条记录 · change a record")
def record_change(request: HttpRequest, slug: str, pk: Key, data: ChangeIn) -> dict[str, Any]:
    """Only the columns that are named. Where somebody else was first: 409, with what they made of it."""
    book = _visible(request, slug)
    record = _record(request, book, pk)
    if not book.may_write(request.user):
        raise PermissionDenied
    try:
        _told(lambda: saving.change(request.user, book, record, data.values, data.revision, data.reason))
    except saving.Overtaken as overtaken:
        raise _conflict(overtaken) from None
    return _shown(book, _record(request, book, pk))


@router.post(
    "/{slug}/{pk}/move/",
    response={200: dict[str, Any]} | ERRORS,
    summary="报送、签报、通过或退回 · file, sign, accept, return",
)
def record_move(request: HttpRequest, slug: str, pk: Key, data: MoveIn) -> dict[str, Any]:
    book = _visible(request, slug)
    record = _record(request, book, pk)
    saving.move(request.user, book, record, data.to, data.reason.strip(), cells=data.cells, seen=data.revision)
    return _shown(book, _record(request, book, pk))


def _told(act: Any) -> Any:
    """What it returns; what keeps it from being done becomes the API's own refusal, naming rows and columns."""
    try:
        return act()
    except Unreadable as refused:
        lines = [_line(problem) for problem in refused.problems]
        problems = [{"row": p.row, "field": p.heading, "message": p.message} for p in refused.problems]
        raise Refusal(422, "\n".join(lines[:100]), problems) from None
    except BooksClosed as closed:
        raise Refusal(422, closed.messages[0]) from None


def _line(problem: Problem) -> str:
    said = f"{problem.heading}: {problem.message}" if problem.heading else problem.message
    return _t("第 %(row)s 行 %(said)s") % {"row": problem.row, "said": said} if problem.row else said


def _conflict(overtaken: saving.Overtaken) -> Refusal:
    differences = [
        {"field": one.column.name, "label": one.column.label, "seen": one.mine, "now": one.theirs}
        for one in overtaken.differences
    ]
    last = overtaken.differences[0] if overtaken.differences else None
    who, when = (last.who, timezone.localtime(last.when).isoformat()) if last else ("", None)
    return Refusal(409, str(overtaken), revision=overtaken.revision, who=who, when=when, differences=differences)


def _declared(book: Ledger[Any]) -> dict[str, Any]:
    columns = [
        {"name": c.name, "label": c.label, "kind": c.kind, "required": c.required, "choices": c.choices}
        for c in book.sheet
    ]
    key = list(book.natural_key)
    return {"slug": book.slug, "title": str(book), "group": book.group, "columns": columns, "key": key}


def _shown(book: Ledger[Any], record: Any) -> dict[str, Any]:
    return as_row(book, record, revisions.revisions(book.model, [record.pk]).get(record.pk))


def _record(request: HttpRequest, book: Ledger[Any], pk: int) -> Any:
    record = related(book, book.objects().visible_to(request.user)).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _writable(request: HttpRequest, slug: str) -> Ledger[Any]:
    book = _visible(request, slug)
    if not book.may_write(request.user) or not book.has("state"):
        raise PermissionDenied
    return book


def _visible(request: HttpRequest, slug: str) -> Ledger[Any]:
    try:
        book = ledger(slug)
    except UnknownLedger as error:
        raise Refusal(404, str(error)) from None
    if not book.visible_to(request.user):
        raise Refusal(404, _t("没有这本台账"))
    return book
