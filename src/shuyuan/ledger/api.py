"""The API of every ledger: the same selection, columns and checks as the pages, as JSON with an OpenAPI description."""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import StringConstraints

from shuyuan.core.history import acting
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import Ledger, UnknownLedger, ledger, ledgers
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.pointing import ready
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.workbooks import related

router = Router(tags=["ledgers"])
MOST = 1000


class ColumnOut(Schema):
    name: str
    label: str
    kind: str
    required: bool
    choices: list[tuple[str, str]]


class LedgerOut(Schema):
    slug: str
    title: str
    group: str
    columns: list[ColumnOut]


class Page(Schema):
    count: int
    rows: list[dict[str, Any]]


class RecordIn(Schema):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    values: dict[str, Any]


def as_row(book: Ledger[Any], record: Any) -> dict[str, Any]:
    """One record as plain values: its key, subject, state and every column by name."""
    row: dict[str, Any] = {"id": record.pk, "ledger": book.slug, "subject": str(record)}
    for column in book.sheet:
        row |= zip(column.names, column.plain(record), strict=True)
    if book.has("state"):
        row |= {"period": record.period_id, "state": record.state}
    return row


@router.get("/", response=list[LedgerOut], summary="Every ledger this account may see")
def ledger_index(request: HttpRequest) -> list[dict[str, Any]]:
    return [_declared(book) for book in ledgers() if book.visible_to(request.user)]


@router.get("/{slug}/", response=Page, summary="Records, selected by the same parameters as the list page")
def record_index(request: HttpRequest, slug: str, limit: int = 100, offset: int = 0) -> dict[str, Any]:
    book = _visible(request, slug)
    parameters = {name: value for name, value in request.GET.items() if name not in {"limit", "offset"}}
    selection = Selection(book, {name: str(value) for name, value in parameters.items()}, request.user)
    if selection.errors:
        raise HttpError(422, "\n".join(selection.errors))
    first, size = max(offset, 0), min(max(limit, 1), MOST)
    rows = ready(book, related(book, selection.ordered)[first : first + size])
    return {"count": selection.rows.count(), "rows": [as_row(book, record) for record in rows]}


@router.get("/{slug}/{pk}/", response=dict[str, Any], summary="One record")
def record_detail(request: HttpRequest, slug: str, pk: int) -> dict[str, Any]:
    book = _visible(request, slug)
    record = related(book, book.objects().visible_to(request.user)).filter(pk=pk).first()
    if record is None:
        raise HttpError(404, _t("没有这条记录"))
    return as_row(book, record)


@router.post("/{slug}/", response={201: dict[str, Any]}, summary="File one record")
def record_create(request: HttpRequest, slug: str, data: RecordIn) -> Status[dict[str, Any]]:
    """The values are given by column name, as a workbook's cells would hold them; a person also by `…_number`."""
    from shuyuan.core.models import Organisation

    book = _visible(request, slug)
    if not book.may_write(request.user) or not book.has("state"):
        raise PermissionDenied
    lookup = Lookup(Organisation.objects.visible_to(request.user))
    if unknown := data.values.keys() - {name for column in book.sheet for name in column.names}:
        raise HttpError(422, _t("没有这些列：%(names)s") % {"names": _t("、").join(sorted(unknown))})
    row: dict[str, Any] = {}
    problems = []
    for column in book.sheet:
        try:
            value = column.read([data.values.get(name) for name in column.names], lookup, row)
            row[column.name] = column.unmasked(value, None)
        except Refused as refused:
            problems.append(f"{column.name}: {refused}")
    record = book.model(**row) if not problems else None
    if record is not None:
        problems = [f"{name or slug}: {message}" for message, name in sheets.faults(book, record)]
    if problems or record is None:
        raise HttpError(422, "\n".join(problems))
    people = list(lookup.changed_people.values())
    reading = sheets.Reading(book, [record], lookup.new_people, people, lookup.new_places)
    with acting(request.user, data.reason):  # type: ignore[arg-type]
        sheets.load(reading)
    return Status(201, as_row(book, record))


def _declared(book: Ledger[Any]) -> dict[str, Any]:
    columns = [
        {"name": c.name, "label": c.label, "kind": c.kind, "required": c.required, "choices": c.choices}
        for c in book.sheet
    ]
    return {"slug": book.slug, "title": str(book), "group": book.group, "columns": columns}


def _visible(request: HttpRequest, slug: str) -> Ledger[Any]:
    try:
        book = ledger(slug)
    except UnknownLedger as error:
        raise HttpError(404, str(error)) from None
    if not book.visible_to(request.user):
        raise HttpError(404, _t("没有这本台账"))
    return book
