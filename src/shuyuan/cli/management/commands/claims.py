"""`shuyuan claims`: every numeric claim of a text, what it is said of, and how it hangs together with others."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.management.commands.proofread import opened
from shuyuan.cli.telling import as_json, as_lines
from shuyuan.proofread.claims import read
from shuyuan.proofread.telling import rows


class Command(BaseCommand):
    help = "列出文中的每个数字 · list every numeric claim of a text"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_t("要读的文件（.docx、.pdf、.txt、.html），- 为标准输入"))
        parser.add_argument("--format", choices=["jsonl", "json", "text"], default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        found = rows(read(opened(options["file"]).text))
        if options["format"] == "json":
            self.stdout.write(as_json(found))
        elif options["format"] == "text":
            self.stdout.write(as_lines(found, ["subject", "qualifier", "value_text", "unit", "kind"]))
        else:
            for row in found:
                self.stdout.write(json.dumps(row, ensure_ascii=False))
