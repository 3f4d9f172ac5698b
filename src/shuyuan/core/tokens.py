"""Access tokens 访问令牌: a program acts for the person who made its token, with that person's posts and no more.

A token is 256 bits of chance and is shown once; kept is its SHA-256, from which nobody finds it. One that is revoked
or has expired stays on the list: whose it was and when it was last used can still be told.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

BEGINS = "shuyuan_"  # so that a scanner of leaked secrets knows one
DAYS, MOST_DAYS, MOST_TOKENS = 90, 366, 20
NOTED = timedelta(minutes=1)  # uses within this are not written down one by one


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def valid(self) -> Self:
        return self.filter(revoked=None, expires__gt=timezone.now(), user__is_active=True)


class AccessToken(models.Model):
    """`writes` is whether it may do more than read; `begins` tells one from another without giving it away."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("账号"), related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    begins = models.CharField(_("开头"), max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    writes = models.BooleanField(_("可以写入"), default=False)
    made = models.DateTimeField(_("生成时间"), default=timezone.now)
    expires = models.DateTimeField(_("到期时间"))
    used = models.DateTimeField(_("最近使用"), null=True, blank=True)
    revoked = models.DateTimeField(_("吊销时间"), null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("访问令牌")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def valid(self) -> bool:
        return self.revoked is None and self.expires > timezone.now()

    def revoke(self) -> None:
        AccessToken.objects.filter(pk=self.pk, revoked=None).update(revoked=timezone.now())
        self.refresh_from_db()


def make(user: User, name: str, *, days: int = DAYS, writes: bool = False) -> tuple[AccessToken, str]:
    """A new token, and the only time its text is known. Raises ValidationError."""
    if not name.strip():
        raise ValidationError(_t("请写明令牌的用途，例如：学籍系统每晚同步。"))
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_t("有效期须在 1 到 %(most)s 天之间。") % {"most": MOST_DAYS})
    if AccessToken.objects.valid().filter(user=user).count() >= MOST_TOKENS:
        raise ValidationError(_t("有效的令牌已有 %(most)s 个；请先吊销不用的。") % {"most": MOST_TOKENS})
    text = BEGINS + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=user,
        name=name.strip()[:60],
        begins=text[: len(BEGINS) + 4],
        digest=_digest(text),
        writes=writes,
        expires=timezone.now() + timedelta(days=days),
    )
    return token, text


def found(text: str) -> AccessToken | None:
    """The valid token of this text, its use noted; None for any other."""
    token: AccessToken | None = AccessToken.objects.valid().select_related("user").filter(digest=_digest(text)).first()
    now = timezone.now()
    if token is not None and (token.used is None or abs(now - token.used) > NOTED):
        AccessToken.objects.filter(pk=token.pk).update(used=now)
    return token


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
