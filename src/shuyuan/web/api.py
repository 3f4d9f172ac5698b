"""What every part of the API answers alike: errors with what is wrong and where, conflicts, pages with their links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Schema

MOST = 1000
BIGGEST = 2**63 - 1
Key = Annotated[int, Path(ge=1, le=BIGGEST, title="编号 · key")]


class ProblemOut(Schema):
    """One thing that is wrong: in which row of those sent (from 1), in which column, and how to mend it."""

    row: int | None = Field(None, title="行 · row", examples=[3])
    field: str = Field("", title="列 · column", examples=["amount"])
    message: str = Field(title="问题和改法 · what is wrong", examples=["不是数字：『壹千』；请只填阿拉伯数字"])


class ErrorOut(Schema):
    """Why it was not done. Nothing of it has been written."""

    detail: str = Field(title="说明 · for people", examples=["amount: 不是数字：『壹千』"])
    problems: list[ProblemOut] = Field(default_factory=list, title="逐处问题 · one by one")


class DifferenceOut(Schema):
    field: str = Field(title="列 · column", examples=["amount"])
    label: str = Field(title="列名 · heading", examples=["金额（元）"])
    seen: str = Field(title="您看到的 · as you saw it")
    now: str = Field(title="现在的 · as it is now")


class ConflictOut(ErrorOut):
    """Somebody else was first: what they made of it. Look at it, then send again with the newest revision."""

    revision: int | None = Field(None, title="现在的版本 · newest revision")
    who: str = Field("", title="谁改的 · by whom")
    when: datetime | None = Field(None, title="何时 · when")
    differences: list[DifferenceOut] = Field(default_factory=list, title="不同之处 · differences")


class PageOut(Schema):
    """A part of a list, and the addresses of the parts beside it."""

    count: int = Field(title="总数 · how many in all", examples=[1234])
    next: str | None = Field(None, title="下一页 · next page")
    previous: str | None = Field(None, title="上一页 · page before")
    rows: list[dict[str, Any]] = Field(title="记录 · rows")


class Slice(Schema):
    limit: int = Field(100, ge=1, le=MOST, title="每页条数 · rows a page")
    offset: int = Field(0, ge=0, le=2**31, title="跳过条数 · rows passed over")


ERRORS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 409, 422, 503, 507}): ErrorOut}
CONFLICTS: dict[Any, Any] = {frozenset({400, 401, 403, 404, 422, 503, 507}): ErrorOut, 409: ConflictOut}


class Refusal(Exception):
    """An answer other than what was asked for; whatever is being written is undone."""

    def __init__(self, status: int, detail: str, problems: Iterable[dict[str, Any]] = (), **more: Any) -> None:
        super().__init__(detail)
        self.status, self.body = status, {"detail": detail, "problems": list(problems), **more}


def page_of(request: HttpRequest, rows: Sequence[Any], count: int, part: Slice) -> dict[str, Any]:
    """A page of rows with its links."""

    def at(offset: int) -> str:
        query = request.GET.copy()
        query["offset"], query["limit"] = str(offset), str(part.limit)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    after = part.offset + part.limit
    before = max(part.offset - part.limit, 0)
    return {
        "count": count,
        "next": at(after) if after < count else None,
        "previous": at(before) if part.offset else None,
        "rows": list(rows),
    }
