"""Answering a browser: the whole page, or only the region that changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_region(request: HttpRequest) -> bool:
    """True if the page is already there and only its rows are asked for."""
    return request.headers.get("HX-Request") == "true"


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, region: str = "", status: int = 200
) -> HttpResponse:
    """The page; or, when HTMX asks and the page has a `region` template, that alone. Caches keep the two apart."""
    chosen = region if region and wants_region(request) else template
    response = render(request, chosen, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
