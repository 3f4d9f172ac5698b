"""企业微信 as allauth's registry finds it."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from shuyuan.site.accounts.wecom.views import WeComAdapter


class WeComAccount(ProviderAccount):  # type: ignore[misc]
    def to_str(self) -> str:
        return str(self.account.uid)


class WeComProvider(OAuth2Provider):  # type: ignore[misc]
    id = "wecom"
    name = "企业微信"
    account_class = WeComAccount
    oauth2_adapter_class = WeComAdapter

    def get_auth_params(self) -> dict[str, Any]:
        return {**super().get_auth_params(), "agentid": self.app.settings.get("agent", "")}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The member's 账号 in the corporation, which the office knows; the same whatever its case."""
        return str(data["userid"]).lower()

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"username": data["userid"]}


provider_classes = [WeComProvider]
