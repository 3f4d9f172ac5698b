"""The models of the site: what is kept of accounts beside Django's own."""

from shuyuan.site.accounts.account import Account, Identity

__all__ = ["Account", "Identity"]
