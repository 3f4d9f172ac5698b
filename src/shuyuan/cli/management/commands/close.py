"""`shuyuan close YEAR --by ACCOUNT`: close the books of a year."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.ledger.closing import close_year
from shuyuan.ledger.flow import runs_rounds


class Command(BaseCommand):
    help = "关账：一年的账簿此后只能更正 · close the books of a year"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--by", required=True, help=_t("以哪个账号的名义关账（本局办公室）"))
        parser.add_argument("--reason", default="", help=_t("说明"))

    def handle(self, *args: Any, **options: Any) -> None:
        user, year = actor(options["by"]), options["year"]
        if not runs_rounds(user):
            raise CommandError(_t("账号 %(name)s 不能关账：请用 --by 写本局办公室人员的账号") % {"name": options["by"]})
        try:
            with acting(user, options["reason"] or _t("%(year)s 年关账") % {"year": year}):
                close_year(Organisation.objects.get(kind=Organisation.Kind.BUREAU), year)
        except ValidationError as refused:
            raise CommandError(refused.messages[0]) from None
        self.stdout.write(_t("%(year)s 年及以前的账簿已关账。") % {"year": year})
