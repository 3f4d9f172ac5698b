"""`shuyuan token make ACCOUNT PURPOSE`, `token list`, `token revoke KEY`: access tokens for programs."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor
from shuyuan.core import tokens
from shuyuan.core.tokens import AccessToken


class Command(BaseCommand):
    help = "访问令牌：生成、列出、吊销 · access tokens"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help=_t("生成；令牌只显示这一次"))
        make.add_argument("account")
        make.add_argument("purpose")
        make.add_argument("--days", type=int, default=tokens.DAYS)
        make.add_argument("--write", action="store_true", help=_t("可以写入，否则只能读取"))
        acts.add_parser("list", help=_t("列出"))
        revoke = acts.add_parser("revoke", help=_t("吊销"))
        revoke.add_argument("key", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['act']}")(options)

    def _make(self, options: dict[str, Any]) -> None:
        try:
            user = actor(options["account"])
            _token, text = tokens.make(user, options["purpose"], days=options["days"], writes=options["write"])
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        self.stdout.write(text)

    def _list(self, options: dict[str, Any]) -> None:
        for one in AccessToken.objects.select_related("user"):
            used = timezone.localtime(one.used).strftime("%Y-%m-%d %H:%M") if one.used else "—"
            state = _t("有效") if one.valid else _t("已吊销") if one.revoked else _t("已到期")
            rights = _t("读取和写入") if one.writes else _t("只能读取")
            expires = timezone.localtime(one.expires).date().isoformat()
            self.stdout.write("\t".join([str(one.pk), one.user.username, str(one), rights, expires, used, state]))

    def _revoke(self, options: dict[str, Any]) -> None:
        token = AccessToken.objects.filter(pk=options["key"]).first()
        if token is None:
            raise CommandError(_t("没有编号为 %(key)s 的令牌；用 shuyuan token list 查看") % {"key": options["key"]})
        token.revoke()
        self.stdout.write(_t("已吊销「%(name)s」，立即生效。") % {"name": token})
