"""The page of one's access tokens: made with a purpose and an end, shown once, revoked. HTTP only."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shuyuan.core import tokens
from shuyuan.core.tokens import AccessToken


class TokenForm(forms.Form):
    """What a new token is for, how long it lasts, and whether it may write."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("例如：学籍系统每晚同步"))
    days = forms.IntegerField(
        label=_("有效天数"), initial=tokens.DAYS, min_value=1, max_value=tokens.MOST_DAYS, help_text=_("最多 366 天")
    )
    writes = forms.BooleanField(label=_("可以写入"), required=False, help_text=_("不选则只能读取"))


@never_cache
def own(request: HttpRequest) -> HttpResponse:
    """One's tokens; a new one's text stands on this one answer and nowhere else."""
    form, text = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, text = tokens.make(request.user, **form.cleaned_data)  # type: ignore[arg-type]
            form = TokenForm()
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "title": _t("访问令牌"),
        "crumbs": [],
        "form": form,
        "text": text,
        "tokens": AccessToken.objects.visible_to(request.user),
    }
    return render(request, "web/tokens.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on it opens nothing."""
    token = get_object_or_404(AccessToken.objects.visible_to(request.user), pk=pk)
    token.revoke()
    messages.success(request, _t("已吊销「%(name)s」，立即生效。") % {"name": token})
    return redirect("tokens")
