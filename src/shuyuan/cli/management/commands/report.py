"""`shuyuan report YEAR --out DIR`: the year's report in Word and PDF, and its figures."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import step
from shuyuan.report.build import TypedNumbers, write
from shuyuan.report.outlines import NoOutline
from shuyuan.report.package import PackageError
from shuyuan.report.template import TemplateError


class Command(BaseCommand):
    help = "生成一年的工作报告 · write a year's report"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--out", type=Path, default=Path("out"))
        parser.add_argument("--template", type=Path, help=_t("办公室改过的 Word 模板；不写则用自带的"))

    def handle(self, *args: Any, **options: Any) -> None:
        template: Path | None = options["template"]
        try:
            with step(self.stdout, _t("%(year)s 年工作报告") % {"year": options["year"]}):
                made = write(options["year"], options["out"], template.read_bytes() if template else None)
        except (NoOutline, TemplateError, TypedNumbers, PackageError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(made.remark)
        for part in made.report.gaps:
            self.stdout.write("  — " + _t("还没有文字：%(part)s") % {"part": part})
        for value in made.report.unknown:
            self.stdout.write(f"  — {value.figure}: {value.reason}")
        for path in made.files:
            self.stdout.write(f"  {path}")
