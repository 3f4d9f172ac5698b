"""The API: every room's router under one description; by access token, or by the session of a signed-in browser."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Invalid
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer, django_auth

from shuyuan.core import tokens
from shuyuan.figures.api import router as figures
from shuyuan.ledger.api import router as ledgers
from shuyuan.ledger.round_api import notices, rounds, tasks
from shuyuan.web.api import Refusal

SAFE = {"GET", "HEAD", "OPTIONS"}


class Readable(BaseRenderer):
    """JSON with Chinese as Chinese, not as escapes."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)


class Token(HttpBearer):
    """`Authorization: Bearer shuyuan_…`: the request is that of the token's owner, whoever else is signed in."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = tokens.found(token)
        if found is None:
            raise HttpError(401, _t("访问令牌无效、已过期或已吊销；请在「访问令牌」页重新生成。"))
        if request.method not in SAFE and not found.writes:
            raise HttpError(403, _t("这个访问令牌只能读取；要写入，请另生成一个可以写入的。"))
        request.user = found.user
        return found.user


DESCRIPTION = """数源的接口，与网页用同一套权限、校验和历史。
用「访问令牌」页生成的令牌调用：`Authorization: Bearer shuyuan_…`。
写入都要写明原因（reason），修改要带上所看到的版本（revision）。见 docs/api.md。

The same permissions, checks and history as the pages.
Every write says why; a change names the revision that was seen."""

api = NinjaAPI(
    title="数源 Shuyuan",
    version="1",
    description=DESCRIPTION,
    auth=[Token(), django_auth],
    renderer=Readable(),
    docs_url=None,
)
api.add_router("/ledgers/", ledgers)
api.add_router("/figures/", figures)
api.add_router("/rounds/", rounds)
api.add_router("/tasks/", tasks)
api.add_router("/notices/", notices)

addresses = api.urls
for pattern in addresses[0]:
    pattern.callback.login_required = False  # type: ignore[union-attr]  # who asks is told by us, in JSON, and not sent to the login page


def _answer(request: HttpRequest, status: int, detail: str, problems: Any = (), **more: Any) -> HttpResponse:
    return api.create_response(request, {"detail": detail, "problems": list(problems), **more}, status=status)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    return api.create_response(request, error.body, status=error.status)


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, error.status_code, str(error))


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _answer(request, 401, _t("请先登录，或带上访问令牌（Authorization: Bearer …）。"))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not fit the description: where it stands in the request, and what is expected."""
    problems = [
        {"row": None, "field": ".".join(str(part) for part in one["loc"][1:]), "message": str(one["msg"])}
        for one in error.errors
    ]
    detail = "\n".join(f"{one['field']}: {one['message']}" for one in problems)
    return _answer(request, 422, detail, problems)


@api.exception_handler(Invalid)
def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    return _answer(request, 422, "\n".join(error.messages))


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _answer(request, 403, str(error) or _t("您没有这项权限。"))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _answer(request, 404, _t("没有这一项，或者您看不到它。"))
