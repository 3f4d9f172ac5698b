"""`shuyuan exam`: the engines of an exam on CSV files, without a database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shuyuan.exams.invigilation import command as invigilation
from shuyuan.exams.invigilation.live import Refused
from shuyuan.exams.invigilation.tables import BadTable


class Command(BaseCommand):
    help = "监考编排 · invigilators of an exam, from CSV files"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        invigilation.add_to(parser.add_subparsers(dest="part", required=True))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = invigilation.run(options, self.stdout.write)
        except (BadTable, Refused) as error:
            raise CommandError(str(error)) from None
        if status:
            raise SystemExit(status)
