"""Who may open the book of accounts, and what stands between a person and the rest of the site."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core.organisations import Organisation
from shuyuan.core.people import Post, every_post_of, may, scope_of
from shuyuan.core.roles import Right, all_powerful
from shuyuan.site.accounts.account import Account

SYSTEM = "system"  # acts for commands; nobody signs in as it
MANAGING = (Right.ACCOUNTS, Right.ROLES)
Viewer = AbstractBaseUser | AnonymousUser


def may_manage_accounts(user: Viewer) -> bool:
    """Make accounts, reset, unlock, disable: where the administrators are separated 三员分立, the system's alone."""
    return may(user, Right.ACCOUNTS)


def may_give_posts(user: Viewer) -> bool:
    """Give and end posts: where the three administrators are separated, the security administrator's alone."""
    return may(user, Right.ROLES)


def opens_accounts(user: Viewer) -> bool:
    return may_manage_accounts(user) or may_give_posts(user)


def places_of(user: Viewer) -> QuerySet[Organisation]:
    """The organisations whose accounts or posts somebody manages."""
    return Organisation.objects.filter(scope_of(user, "", *MANAGING))


def managed_by(user: Viewer) -> QuerySet[User]:
    """The accounts somebody manages: those of their organisations, and those of nobody.

    A superuser's is managed by superusers only: to reset its password would be to become one.
    """
    if not opens_accounts(user):
        return User.objects.none()
    found = User.objects.exclude(username=SYSTEM)
    if all_powerful(user):
        return found
    inside = scope_of(user, "organisation__", *MANAGING)
    ours = Q(pk__in=Post.objects.filter(inside).values("user_id")) | Q(posts__isnull=True, account__isnull=True)
    ours |= Q(posts__isnull=True, account__in=Account.objects.filter(inside))
    return found.filter(ours, is_superuser=False).distinct()


class Owed(Enum):
    """What a person must do before anything else opens."""

    PASSWORD = "password"  # noqa: S105  (a word, not a secret)
    SECOND_FACTOR = "second factor"

    @property
    def told(self) -> str:
        if self is Owed.PASSWORD:
            return _t("请先修改密码：登录网站，按提示设一个新密码，再继续。")
        return _t("您的岗位须用双重验证登录：请登录网站，在「账号与安全」里启用，再继续。")


def owed(user: Viewer) -> Owed | None:
    """What this person still owes; None for most people at most times. Two queries, kept on the request's user."""
    if not user.is_authenticated:
        return None
    kept = vars(user)  # a note on the request's own object
    if "_owed" not in kept:
        kept["_owed"] = _owed(user)
    found: Owed | None = kept["_owed"]
    return found


def _owed(user: AbstractBaseUser) -> Owed | None:
    account = Account.objects.filter(user_id=user.pk or 0).only("password_due", "password_since").first()
    if account and (account.password_due or _grown_old(account)):
        return Owed.PASSWORD
    return Owed.SECOND_FACTOR if needs_second_factor(user) and not has_second_factor(user) else None


def _grown_old(account: Account) -> bool:
    days, since = settings.PASSWORD_DAYS, account.password_since
    return bool(days and since and since < timezone.now() - timedelta(days=days))


def needs_second_factor(user: Viewer) -> bool:
    roles = {"superuser"} if getattr(user, "is_superuser", False) else set()
    return bool(settings.SECOND_FACTOR_FOR) and not (roles | {post.role for post in every_post_of(user)}).isdisjoint(
        settings.SECOND_FACTOR_FOR
    )


def has_second_factor(user: Viewer) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists())
