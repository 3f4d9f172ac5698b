"""`shuyuan import LEDGER FILE.xlsx`: a workbook into a ledger, all rows or none."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.ledger import sheets
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.ledger import UnknownLedger, ledger


class Command(BaseCommand):
    help = "把工作簿导入台账 · import a workbook into a ledger"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ledger")
        parser.add_argument("file", type=Path)
        parser.add_argument("--accept", action="store_true", help=_t("直接记为已通过，否则为已报送"))
        parser.add_argument("--by", default="system", help=_t("以哪个账号的名义"))
        parser.add_argument("--reason", default="", help=_t("写入历史的原因"))
        parser.add_argument("--adjust", default="", metavar=_t("理由"), help=_t("更正已关账的期间"))

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            book = ledger(options["ledger"])
            reason = options["adjust"] or options["reason"] or _t("导入工作簿 %(name)s") % {"name": file.name}
            with acting(actor(options["by"]), reason, adjusting=bool(options["adjust"])):
                done = sheets.load(sheets.read(book, file), accept=options["accept"])
        except (UnknownLedger, OSError) as error:
            raise CommandError(str(error)) from None
        except sheets.Unreadable as refused:
            told = _t("%(file)s 没有导入，共 %(n)s 处问题：") % {"file": file.name, "n": len(refused.problems)}
            raise CommandError(f"{told}\n{refused}") from None
        except BooksClosed as closed:
            raise CommandError(_t("%(told)s（--adjust）") % {"told": closed.messages[0]}) from None
        self.stdout.write(sheets.summary(done))
