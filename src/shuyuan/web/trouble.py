"""A full disk or a busy store, told to people in words and to programs as JSON, never as an error of the system."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shuyuan.core.trouble import told_of

logger = logging.getLogger(__name__)


class TellsOfTrouble:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        told = told_of(error)
        if told is None:
            return None
        status, text = told
        logger.error("%s %s: %s", request.method, request.path, error)
        if request.path.startswith("/api/"):
            return JsonResponse(
                {"detail": text, "problems": []}, status=status, json_dumps_params={"ensure_ascii": False}
            )
        return render(request, "web/trouble.html", {"told": text}, status=status)
