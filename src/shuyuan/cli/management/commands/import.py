"""`shuyuan import LEDGER FILE.xlsx`: a workbook into a ledger, all rows or none; `--all FOLDER`: each by itself."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.ledger import intake, sheets
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.intake import Intake, Outcome, Rights
from shuyuan.ledger.ledger import UnknownLedger, ledger
from shuyuan.ledger.marked import marked


class Command(BaseCommand):
    help = "把工作簿导入台账 · import a workbook into a ledger"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ledger", nargs="?", default="")
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--all", type=Path, metavar="FOLDER", help=_t("导入文件夹里的所有工作簿，台账和学校自动识别")
        )
        parser.add_argument("--marked", type=Path, metavar="FOLDER", help=_t("把有问题的工作簿标好红，存到这个文件夹"))
        parser.add_argument("--accept", action="store_true", help=_t("直接记为已通过，否则为已报送"))
        parser.add_argument("--by", default="system", help=_t("以哪个账号的名义"))
        parser.add_argument("--reason", default="", help=_t("写入历史的原因"))
        parser.add_argument("--adjust", default="", metavar=_t("理由"), help=_t("更正已关账的期间"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            self._every_one(options)
        elif options["ledger"] and options["file"]:
            self._one(options)
        else:
            raise CommandError(_t("请写明台账和文件，或用 --all 写明文件夹"))

    def _one(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        content = b""
        try:
            book = ledger(options["ledger"])
            reason = options["adjust"] or options["reason"] or _t("导入工作簿 %(name)s") % {"name": file.name}
            content = file.read_bytes()
            with acting(actor(options["by"]), reason, adjusting=bool(options["adjust"])):
                reading = sheets.read(book, content)
                sheets.load(reading, accept=options["accept"])
        except (UnknownLedger, OSError) as error:
            raise CommandError(str(error)) from None
        except sheets.Unreadable as refused:
            self._mark(options["marked"], file.name, content, refused.problems)
            told = _t("%(file)s 没有导入，共 %(n)s 处问题：") % {"file": file.name, "n": len(refused.problems)}
            raise CommandError(f"{told}\n{refused}") from None
        except BooksClosed as closed:
            raise CommandError(_t("%(told)s（--adjust）") % {"told": closed.messages[0]}) from None
        self.stdout.write("\n".join(sheets.told(reading)))

    def _every_one(self, options: dict[str, Any]) -> None:
        """Each workbook all or nothing by itself; the exit status says whether something was left."""
        folder: Path = options["all"]
        files = sorted(file for file in folder.rglob("*.xlsx") if not file.name.startswith(("~$", ".")))
        if not files:
            raise CommandError(_t("%(folder)s 里没有 .xlsx 工作簿") % {"folder": folder})
        rights = Rights(actor(options["by"]), accept=options["accept"], everything=True)
        left = 0
        for file in files:
            came = intake.receive(rights.user, file.name, file.read_bytes())
            intake.take(came, rights, adjustment=options["adjust"], reason=options["reason"])
            left += came.outcome in {Outcome.REFUSED, Outcome.ASKING}
            self._tell(file.relative_to(folder), came)
            if came.can_be_marked:
                self._mark(options["marked"], file.name, came.content(), came.faults)
        self.stdout.write(_t("共 %(n)s 个工作簿，%(left)s 个没有导入。") % {"n": len(files), "left": left})
        if left:
            raise CommandError(_t("请改好上面列出的工作簿后再导入；已导入的不会重复"))

    def _tell(self, file: Path, came: Intake) -> None:
        whose = _t("、").join(came.schools) or str(came.organisation or "—")
        line = (str(file), came.get_outcome_display(), str(came.book or "—"), whose, str(came.rows))
        self.stdout.write("\t".join(line))
        for said in (*came.told[1:], *came.faults[:10]):
            self.stdout.write(f"    {said}")

    def _mark(self, folder: Path | None, name: str, content: bytes, problems: list[sheets.Problem]) -> None:
        if folder is None or not any(problem.row for problem in problems):
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(marked(content, problems))
