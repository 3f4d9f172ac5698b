"""`shuyuan records LEDGER --year YEAR`: the records of one ledger in a year, as the API gives them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import add_as_of, as_asked, as_json, as_lines
from shuyuan.ledger.api import as_row
from shuyuan.ledger.ledger import UnknownLedger, ledger
from shuyuan.ledger.selection import Selection, of_year
from shuyuan.ledger.workbooks import related


class Command(BaseCommand):
    help = "列出一本台账一年的记录 · list a ledger's records of a year"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ledger")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--where", default="", help=_t('规则，如 level == "国家级"'))
        add_as_of(parser)
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_asked(options):
            self.list(options)

    def list(self, options: dict[str, Any]) -> None:
        try:
            book = ledger(options["ledger"])
        except UnknownLedger as error:
            raise CommandError(str(error)) from None
        selection = Selection(book, of_year(book, options["year"]) | {"where": options["where"]})
        if selection.errors:
            raise CommandError("\n".join(selection.errors))
        rows = [as_row(book, record) for record in related(book, selection.ordered)]
        if options["format"] == "json":
            self.stdout.write(as_json(rows))
        else:
            self.stdout.write(as_lines(rows, ["id", "subject", "organisation", "date"]))
