"""The API of figures: the same rows as `shuyuan figures --format json`."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from shuyuan.figures.keeping import readable
from shuyuan.figures.listing import by_organisation, listing
from shuyuan.figures.registry import UnknownFigure, figure, figures
from shuyuan.figures.views import scope
from shuyuan.web.api import ERRORS, Refusal

router = Router(tags=["figures"])
Year = Annotated[int, Query(ge=1900, le=2100, title="年份 · year", examples=[2012])]


@router.get("/", response={200: list[dict[str, Any]]} | ERRORS, summary="一年的指标 · every figure of a year")
def figure_index(request: HttpRequest, year: Year) -> list[dict[str, Any]]:
    chosen = [one for one in figures(year) if readable(one, request.user)]
    return listing(year, chosen, scope(request))


@router.get("/{name}/", response={200: dict[str, Any]} | ERRORS, summary="一个指标，分单位 · one figure")
def figure_detail(request: HttpRequest, name: str, year: Year) -> dict[str, Any]:
    try:
        wanted = figure(name)
    except UnknownFigure as error:
        raise Refusal(404, str(error)) from None
    if not readable(wanted, request.user):
        raise Refusal(404, name)
    within = scope(request)
    return listing(year, [wanted], within)[0] | {"organisations": by_organisation(year, wanted, within)}
