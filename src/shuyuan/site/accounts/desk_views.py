"""The office's book of accounts: the list, one account, the roster coming in, the slips going out. HTTP only."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from shuyuan.ledger.marked import marked
from shuyuan.ledger.unpacking import SHOWN, Problem, Unreadable
from shuyuan.site.accounts import acts, locks, roster, slips
from shuyuan.site.accounts.forms import AccountFilter, AccountForm, PostForm, RosterForm
from shuyuan.site.accounts.rights import (
    has_second_factor,
    managed_by,
    may_give_posts,
    may_manage_accounts,
    opens_accounts,
    places_of,
)
from shuyuan.web import html
from shuyuan.web.filters import Filters
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb, Event, Fact, Tone
from shuyuan.web.tables import Column, Row, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 50
NEVER_CAME: dict[str, Any] = {"last_login__isnull": True, "is_active": True, "account__password_due": True}


def _managed(request: HttpRequest, may: Callable[[Any], bool] = may_manage_accounts) -> QuerySet[User]:
    """The accounts this person manages. Whoever may not do this with any is refused."""
    if not may(request.user):
        raise PermissionDenied
    return managed_by(request.user)


def _one(request: HttpRequest, pk: int, may: Callable[[Any], bool] = may_manage_accounts) -> User:
    found = _managed(request, may).filter(pk=pk).select_related("account").first()
    if found is None:
        raise Http404
    return found


def _places(request: HttpRequest) -> QuerySet[Organisation]:
    return places_of(request.user)


def book(request: HttpRequest) -> HttpResponse:
    """Every account, found by name, unit, post and how it stands."""
    found = _managed(request, opens_accounts)
    form = AccountFilter(request.GET, organisations=_places(request))
    form.is_valid()
    found = _chosen(found, form.cleaned_data).order_by("username")
    held = Post.objects.standing(timezone.localdate()).select_related("organisation")
    found = found.select_related("account").prefetch_related(Prefetch("posts", held, to_attr="held"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shut = locks.locked(*(user.username for user in page))
    rows = [
        Row(
            [user.username, user.get_full_name(), [str(post) for post in user.held], user.last_login,  # type: ignore[attr-defined]
             _state(user, user.username in shut)],
            url=reverse("account", args=[user.pk]),
        )
        for user in page
    ]  # fmt: skip
    columns = [Column(_t("账号")), Column(_t("姓名")), Column(_t("岗位"), wrap=True), Column(_t("上次登录"))]
    context = {
        "title": _t("账号"),
        "table": Table([*columns, Column(_t("状态"))], rows, caption=_t("账号")),
        "page_obj": page,
        "filters": Filters(request, form),
        "search_hint": _t("账号、姓名"),
        "empty_text": _t("可以从 Excel 一次建好全部账号，也可以逐个新增。"),
        "never": managed_by(request.user).filter(**NEVER_CAME).count(),
        "may_manage": may_manage_accounts(request.user),
    }
    return show(request, "site/accounts/book.html", context, region="web/rows.html")


def _chosen(found: QuerySet[User], wanted: dict[str, Any]) -> QuerySet[User]:
    today = timezone.localdate()
    if text := wanted.get("q"):
        found = found.filter(Q(username__icontains=text) | Q(first_name__icontains=text))
    held = Post.objects.standing(today)
    if wanted.get("unit"):
        found = found.filter(
            pk__in=held.filter(organisation__in=Organisation.objects.below(wanted["unit"])).values("user_id")
        )
    if wanted.get("role"):
        found = found.filter(pk__in=held.filter(role=wanted["role"]).values("user_id"))
    standing = {
        "never": Q(last_login__isnull=True),
        "due": Q(account__password_due=True),
        "locked": Q(username__in=locks.locked() if wanted.get("standing") == "locked" else []),
        "disabled": Q(is_active=False),
        "postless": ~Q(pk__in=held.values("user_id")),
    }
    return found.filter(standing.get(wanted.get("standing", ""), Q()))


def _state(user: User, shut: bool) -> Any:
    if not user.is_active:
        return html.badge(_t("已停用"))
    if shut:
        return html.badge(_t("已锁定"), Tone.BAD)
    if user.last_login is None:
        return html.badge(_t("从未登录"), Tone.WARNING)
    if getattr(user, "account", None) and user.account.password_due:
        return html.badge(_t("须改密码"), Tone.WARNING)
    return html.badge(_t("正常"), Tone.GOOD)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, its posts, what was done to it."""
    return _page(request, _one(request, pk, opens_accounts))


def _page(request: HttpRequest, user: User, *, password: str = "", form: PostForm | None = None) -> HttpResponse:
    account, until = acts.account_of(user), locks.locked_until(user.username)
    events = [
        Event(str(version.get_act_display()), version.written_by.get_full_name() or version.written_by.username,
              version.written_at, version.written_why)
        for version in (account.history().select_related("written_by") if account.pk else [])
    ]  # fmt: skip
    context = {
        "person": user,
        "title": user.get_full_name() or user.username,
        "crumbs": [Crumb(_t("账号"), reverse("accounts"))],
        "state": _state(user, until is not None),
        "facts": [
            Fact(_t("账号"), user.username),
            Fact(_t("上次登录"), user.last_login),
            Fact(_t("密码设定时间"), account.password_since),
            Fact(_t("双重验证"), has_second_factor(user)),
            Fact(_t("手机"), account.masked_phone),
            Fact(_t("邮箱"), user.email),
        ],
        "second_factor": has_second_factor(user),
        "locked": locks.told(until) if until else "",
        "posts": Post.objects.filter(user=user).select_related("organisation").order_by("until", "since"),
        "today": timezone.localdate(),
        "form": form or PostForm(organisations=_places(request)),
        "may_manage": may_manage_accounts(request.user),
        "may_give_posts": may_give_posts(request.user),
        "events": events,
        "password": password,
        "mine": user.pk == request.user.pk,
    }
    response = render(request, "site/accounts/account.html", context)
    if password:
        response["Cache-Control"] = "no-store"  # shown once, and not by the browser's back button again
    return response


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act on one account; what it is and why is kept."""
    user, wanted = _one(request, pk), request.POST.get("act", "")
    why = request.POST.get("reason", "").strip()[:200]
    done = {
        "reset": _t("重置密码"), "unlock": _t("解除锁定"), "factor": _t("解除双重验证"),
        "disable": _t("停用账号"), "enable": _t("启用账号"),
    }.get(wanted)  # fmt: skip
    if done is None:
        raise Http404
    if user.pk == request.user.pk and wanted != "unlock":
        messages.error(request, _t("不能这样处理自己的账号；请在「账号与安全」里修改。"))
        return redirect("account", pk)
    with acting(request.user, _t("%(act)s：%(why)s") % {"act": done, "why": why} if why else done):  # type: ignore[arg-type]
        if wanted == "reset":
            return _page(request, user, password=acts.reset_password(user))
        if wanted == "unlock":
            acts.unlock(user)
        elif wanted == "factor":
            acts.remove_second_factor(user)
        else:
            acts.set_active(user, wanted == "enable")
    messages.success(request, _t("已%(act)s。") % {"act": done})
    return redirect("account", pk)


@require_POST
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    user = _one(request, pk, may_give_posts)
    form = PostForm(request.POST, organisations=_places(request))
    if not form.is_valid():
        return _page(request, user, form=form)
    given = form.cleaned_data
    try:
        with acting(request.user, _t("任命岗位")):  # type: ignore[arg-type]
            acts.give_post(user, given["organisation"], given["role"], given["since"])
    except ValidationError as refused:
        form.add_error("role", refused.messages[0])
        return _page(request, user, form=form)
    messages.success(request, _t("已增加岗位。"))
    return redirect("account", pk)


@require_POST
def end_post(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """The post ends today; what was done in it stays."""
    user = _one(request, pk, may_give_posts)
    held = Post.objects.filter(organisation__in=_places(request), pk=post, user=user, until__isnull=True).first()
    if held is None:
        raise Http404
    with acting(request.user, _t("离任")):  # type: ignore[arg-type]
        acts.end_post(held, max(timezone.localdate(), held.since))
    messages.success(request, _t("岗位已结束。"))
    return redirect("account", pk)


def add(request: HttpRequest) -> HttpResponse:
    """One new account with its first post; its first password is shown on the next page, once."""
    _managed(request)
    gives = may_give_posts(request.user)
    form = AccountForm(request.POST or None, organisations=_places(request), gives_posts=gives)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with acting(request.user, _t("新增账号")):  # type: ignore[arg-type]
            place = given["organisation"]
            user, password = acts.create(given["username"], given["name"], given["email"], place, phone=given["phone"])
            if gives:
                acts.give_post(user, place, given["role"])
        return _page(request, user, password=password)
    context = {
        "title": _t("新增账号"), "form": form, "back": reverse("accounts"),
        "crumbs": [Crumb(_t("账号"), reverse("accounts"))],
    }  # fmt: skip
    return render(request, "web/form_page.html", context)


def take_in(request: HttpRequest) -> HttpResponse:
    """A roster: looked through first if asked, else taken, and the slips come back as the answer."""
    managed = _managed(request)
    form = RosterForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "title": _t("从 Excel 建立账号"), "form": form, "crumbs": [Crumb(_t("账号"), reverse("accounts"))],
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            reading = roster.read(content, list(_places(request)), managed)
            if "look" not in request.POST:
                with acting(request.user, _t("从工作簿建立账号")):  # type: ignore[arg-type]
                    return _handed_out(request, roster.take(reading, posts=may_give_posts(request.user)))
            context["reading"] = reading
        except Unreadable as refused:
            context |= _refused(content, refused.problems)
    return render(request, "site/accounts/import.html", context, status=422 if context.get("problems") else 200)


def _refused(content: bytes, problems: list[Problem]) -> dict[str, Any]:
    """What is wrong, and the very workbook with its bad cells red; it is not kept, so the page itself carries it."""
    try:
        copy = base64.b64encode(marked(content, problems)).decode()
    except Unreadable:
        copy = ""
    more = max(0, len(problems) - SHOWN)
    return {"problems": problems[:SHOWN], "count": len(problems), "more": more, "marked": copy}


def _handed_out(request: HttpRequest, made: list[roster.Slip]) -> HttpResponse:
    if not made:
        messages.success(request, _t("没有新的账号；岗位和标识已登记。"))
        return redirect("accounts")
    answer = HttpResponse(slips.sheet(made), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="first-passwords.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


def template(request: HttpRequest) -> HttpResponse:
    _managed(request)
    answer = HttpResponse(roster.template(list(_places(request))), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="accounts.xlsx"'
    return answer


@require_POST
def slips_again(request: HttpRequest) -> HttpResponse:
    """New first passwords for everybody who was given one and never came: their slips got lost."""
    waiting = _managed(request).filter(**NEVER_CAME)
    made = []
    with acting(request.user, _t("重发初始密码")):  # type: ignore[arg-type]
        for user in waiting.select_related("account__organisation"):
            place = str(user.account.organisation or "")
            made.append(roster.Slip(user.username, user.get_full_name(), place, acts.reset_password(user)))
    return _handed_out(request, made)
