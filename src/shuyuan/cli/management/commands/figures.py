"""`shuyuan figures`: every figure of a year, with its definition, last year's value and how many records it counts."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import as_json, as_lines
from shuyuan.figures.listing import by_organisation, listing
from shuyuan.figures.registry import UnknownFigure, figure


class Command(BaseCommand):
    help = "列出一年的全部指标 · list every figure of a year"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help=_t("只列这些指标；不写则全列"))
        parser.add_argument("--year", type=int, help=_t("年份；有 --until 时可不写"))
        parser.add_argument("--until", type=date.fromisoformat, help=_t("截至这一天（含），如 2012-06-30"))
        parser.add_argument("--by-organisation", action="store_true", help=_t("每个单位各一个数"))
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
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
