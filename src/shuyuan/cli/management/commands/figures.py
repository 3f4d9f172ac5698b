"""`shuyuan figures`: every figure of a year, with its definition, last year's value and how many records it counts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import as_json, as_lines
from shuyuan.core.past import as_of, moment_from
from shuyuan.figures.listing import by_organisation, listing
from shuyuan.figures.registry import UnknownFigure, figure


class Command(BaseCommand):
    help = "列出一年的全部指标 · list every figure of a year"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help=_t("只列这些指标；不写则全列"))
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--by-organisation", action="store_true", help=_t("每个单位各一个数"))
        parser.add_argument("--as-of", default="", metavar="2012-12-28", help=_t("账簿在那一日终了时的样子"))
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            when = moment_from(options["as_of"]) if options["as_of"] else None
        except ValueError as error:
            raise CommandError(str(error)) from None
        with as_of(when):
            self.list(options)

    def list(self, options: dict[str, Any]) -> None:
        try:
            wanted = [figure(name) for name in options["names"]] or None
        except UnknownFigure as error:
            raise CommandError(str(error)) from None
        rows = listing(options["year"], wanted)
        if options["by_organisation"]:
            for row in rows:
                row["organisations"] = by_organisation(options["year"], figure(row["name"]))
        if options["format"] == "json":
            self.stdout.write(as_json(rows))
        else:
            for row in rows:
                row["display"] = row["display"] if not row["reason"] else f"— ({row['reason']})"
            self.stdout.write(as_lines(rows, ["title", "display", "records", "name"]))
            self.stdout.write(_t("共 %(n)s 个指标") % {"n": len(rows)})
