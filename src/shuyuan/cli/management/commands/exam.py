"""`shuyuan exam`: the engines of an exam on CSV files, without a database; each part brings its own sub-commands."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shuyuan.cli.engines import EXAM


class Command(BaseCommand):
    help = "编排监考 · invigilators of an exam, from CSV files"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        for engine in EXAM:
            engine.add_to(parts)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = options["run"](options, self.stdout.write)
        except tuple(refusal for engine in EXAM for refusal in engine.REFUSALS) as error:
            raise CommandError(str(error)) from None
        if status:
            raise SystemExit(status)
