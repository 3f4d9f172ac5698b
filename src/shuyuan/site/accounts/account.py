"""Account: what the office keeps of a user beside Django's own row. Every act on an account is one version of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.organisations import Organisation
from shuyuan.site.accounts.sealed import digest, seal, unseal


@keep_versions
class Account(Versioned):
    """Made by the first act on an account; an account without one (the example's, the first superuser's) owes nothing.

    The versions are the log of acts: who reset a password, unlocked, disabled, and why.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("账号"), related_name="account"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), null=True, related_name="+")
    active = models.BooleanField(_("启用"), default=True)
    password_due = models.BooleanField(_("须改密码"), default=False)
    password_since = models.DateTimeField(_("密码设定时间"), null=True, blank=True)
    phone_sealed = models.TextField(_("手机"), blank=True, editable=False)

    objects = VersionedQuerySet["Account"].as_manager()

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.user.get_username()

    def chain_owner(self) -> int:
        """The chain of the unit the account was made for; one chain for those of no unit."""
        return self.organisation_id or 0

    @property
    def phone(self) -> str:
        return unseal(self.phone_sealed) if self.phone_sealed else ""

    @phone.setter
    def phone(self, number: str) -> None:
        self.phone_sealed = seal(number) if number else ""

    @property
    def masked_phone(self) -> str:
        """As pages show it: enough to ask "is it still the one that ends in 5678?"."""
        number = self.phone
        return number[:3] + "*" * max(len(number) - 7, 0) + number[-4:] if len(number) > 7 else "*" * len(number)


@keep_versions
class Identity(Versioned):
    """Somebody's identity at an outside service that the office has told us: it may sign in as this account, once met.

    Only a keyed digest is kept: whoever reads the database learns no identity from it.
    """

    class Provider(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")
        OIDC = "oidc", _("统一身份认证")

    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("账号"), related_name="identities")
    provider = models.CharField(_("登录方式"), max_length=10, choices=Provider)
    mark = models.CharField(_("标识"), max_length=64)

    objects = VersionedQuerySet["Identity"].as_manager()
    scope: ClassVar[str] = "account__organisation__"

    class Meta:
        verbose_name = _("登录标识")
        constraints = [models.UniqueConstraint(fields=["provider", "mark"], name="identity_of_one_account")]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_provider_display()}"

    def chain_owner(self) -> int:
        return self.account.chain_owner()


def service(provider: str) -> str:
    """What people call an outside service; of OIDC, what this site's setting calls it."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if provider == Identity.Provider.OIDC and apps and apps[0]["name"]:
        return str(apps[0]["name"])
    return str(Identity.Provider(provider).label)


def account_meant(provider: str, uid: str) -> Account | None:
    """The account that the office has told this outside identity belongs to."""
    found = Identity.objects.filter(provider=provider, mark=digest(provider, uid)).select_related("account__user")
    return identity.account if (identity := found.first()) else None
