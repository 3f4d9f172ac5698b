"""`shuyuan digest`: today's e-mails with what people have not seen; run again the same day it sends nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _t

from shuyuan.ledger.digest import send


class Command(BaseCommand):
    help = "发送当天的通知邮件，每人最多一封 · send today's digests"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_t("发出 %(n)s 封。") % {"n": send(now=True)})
