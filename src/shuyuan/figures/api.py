"""The API of figures: the same rows as `shuyuan figures --format json`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from shuyuan.figures.keeping import readable
from shuyuan.figures.listing import by_organisation, listing
from shuyuan.figures.registry import UnknownFigure, figure, figures
from shuyuan.figures.views import scope

router = Router(tags=["figures"])


@router.get("/", response=list[dict[str, Any]], summary="Every figure of a year")
def figure_index(request: HttpRequest, year: int) -> list[dict[str, Any]]:
    chosen = [one for one in figures(year) if readable(one, request.user)]
    return listing(year, chosen, scope(request))


@router.get("/{name}/", response=dict[str, Any], summary="One figure, and the same by organisation")
def figure_detail(request: HttpRequest, name: str, year: int) -> dict[str, Any]:
    try:
        wanted = figure(name)
    except UnknownFigure as error:
        raise HttpError(404, str(error)) from None
    if not readable(wanted, request.user):
        raise HttpError(404, name)
    within = scope(request)
    return listing(year, [wanted], within)[0] | {"organisations": by_organisation(year, wanted, within)}
