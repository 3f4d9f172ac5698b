"""`shuyuan figures`: every figure of a year, with its definition, last year's value and how many records it counts."""

from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor, add_as_of, as_asked, as_json, as_lines
from shuyuan.core.history import acting
from shuyuan.figures.keeping import Refused, exported, imported
from shuyuan.figures.listing import by_organisation, listing
from shuyuan.figures.registry import UnknownFigure, figure


class Command(BaseCommand):
    help = "列出一年的全部指标 · list every figure of a year"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help=_t("只列这些指标；不写则全列"))
        parser.add_argument("--year", type=int, help=_t("年份；有 --until 时可不写"))
        parser.add_argument("--until", type=date.fromisoformat, help=_t("截至这一天（含），如 2012-06-30"))
        parser.add_argument("--by-organisation", action="store_true", help=_t("每个单位各一个数"))
        parser.add_argument("--export", type=Path, metavar="FILE", help=_t("把自存指标写入文件"))
        parser.add_argument(
            "--import", type=Path, metavar="FILE", dest="file", help=_t("从文件读入自存指标，全部或一个也不")
        )
        parser.add_argument("--by", default="system", help=_t("以哪个账号读入"))
        add_as_of(parser)
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"] or options["file"]:
            return self._exchange(options["export"], options["file"], actor(options["by"]))
        with as_asked(options):
            return self._list(options)

    def _exchange(self, export: Path | None, file: Path | None, user: User) -> None:
        """Saved figures into a file, or out of one; whoever sits at the machine itself reads all of them."""
        user.is_superuser = user.is_superuser or user.username == "system"
        try:
            if file:
                with acting(user, _t("导入指标 %(name)s") % {"name": file.name}):
                    self.stdout.write(str(imported(file.read_bytes(), user)))
            if export:
                export.write_text(exported(user), encoding="utf-8")
                self.stdout.write(f"  {export}")
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from None

    def _list(self, options: dict[str, Any]) -> None:
        try:
            wanted = [figure(name) for name in options["names"]] or None
        except UnknownFigure as error:
            raise CommandError(str(error)) from None
        until: date | None = options["until"]
        year = options["year"] or (until.year if until else None)
        if year is None:
            raise CommandError(_t("请写 --year 年份，或 --until 截至日期"))
        try:
            rows = listing(year, wanted, until=until)
            if options["by_organisation"]:
                for row in rows:
                    row["organisations"] = by_organisation(year, figure(row["name"]), until=until)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if options["format"] == "json":
            self.stdout.write(as_json(rows))
        else:
            for row in rows:
                row["display"] = row["display"] if not row["reason"] else f"— ({row['reason']})"
            self.stdout.write(as_lines(rows, ["title", "display", "records", "name"]))
            self.stdout.write(_t("共 %(n)s 个指标") % {"n": len(rows)})
