"""The API: every room's router under one description."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from ninja.security import django_auth

from shuyuan.figures.api import router as figures
from shuyuan.ledger.api import router as ledgers


class Readable(BaseRenderer):
    """JSON with Chinese as Chinese, not as escapes."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, ensure_ascii=False, default=str)


api = NinjaAPI(title="数源 Shuyuan", version="1", auth=django_auth, renderer=Readable(), docs_url=None)
api.add_router("/ledgers/", ledgers)
api.add_router("/figures/", figures)
