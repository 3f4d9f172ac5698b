"""`shuyuan proofread`: what cannot be right in a report of anybody's, with or without our books behind it."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import as_json
from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.proofread.tables import TableError, extend
from shuyuan.report.package import PackageError
from shuyuan.report.proofing import marking, reading
from shuyuan.report.proofing.register import Register


class Command(BaseCommand):
    help = "校对任何一份报告 · proofread a report of anybody's"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=_t("要校对的文件（.docx、.pdf、.txt、.html），- 为标准输入"))
        parser.add_argument("--year", type=int, help=_t("报告写的是哪一年；不写则从文中认"))
        parser.add_argument("--books", type=int, metavar="YEAR", help=_t("同时与这一年的账册核对"))
        parser.add_argument("--tables", type=Path, metavar="DIR", help=_t("本单位自己的词表（TOML）所在的文件夹"))
        parser.add_argument("--out", type=Path, help=_t("Word 副本放到哪个文件"))
        parser.add_argument("--format", choices=["text", "json", "docx"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        source = opened(options["file"])
        try:
            if options["tables"]:
                extend(options["tables"])
            books = Register(options["books"]) if options["books"] else None
            proof = proofread(source.text, year=options["year"] or options["books"], books=books)
        except TableError as error:
            raise CommandError(str(error)) from None
        if options["format"] == "json":
            self.stdout.write(as_json([asdict(one) for one in proof.findings]))
            self.stderr.write(str(proof.coverage))
        elif options["format"] == "docx":
            self._write(source, proof, options)
        else:
            self._tell(source, proof)
        if proof.errors:
            raise SystemExit(1)

    def _tell(self, source: reading.Source, proof: Proof) -> None:
        marks = {"error": "!", "warning": "?", "hint": "·"}
        for one in proof.findings:
            line = proof.text.count("\n", 0, one.start) + 1
            place = source.places.get(line - 1, "")
            around = proof.text[max(one.start - 12, 0) : one.end + 8].replace("\n", " ").strip()
            told = _t("%(place)s（第 %(line)s 段）「%(around)s」") if place else _t("第 %(line)s 段「%(around)s」")
            where = told % {"place": place, "line": line, "around": around}
            what = f"『{one.text}』{one.message}" + (f" → {one.suggestion}" if one.suggestion else "")
            self.stdout.write(f"  {marks[one.severity]} {one.rule} {where}{what}（{one.confidence:.0%}）")
        counts = {name: sum(one.severity == name for one in proof.findings) for name in marks}
        told = _t("错误 %(error)s 处，疑问 %(warning)s 处，提示 %(hint)s 处")
        self.stdout.write(told % counts)
        self.stdout.write(str(proof.coverage))

    def _write(self, source: reading.Source, proof: Proof, options: dict[str, Any]) -> None:
        given = Path("report.docx") if options["file"] == "-" else Path(options["file"])
        target: Path = options["out"] or given.with_name(_t("%(name)s-校对.docx") % {"name": given.stem})
        try:
            target.write_bytes(marking.marked(source, proof.findings, str(proof.coverage), made=datetime.now(UTC)))
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"  {target}")
        self.stdout.write(str(proof.coverage))


def opened(name: str) -> reading.Source:
    """The file, or standard input for -; a file that cannot be read is refused in a sentence."""
    try:
        data = sys.stdin.buffer.read(reading.MOST + 1) if name == "-" else Path(name).read_bytes()
        return reading.read(data, name)
    except (OSError, reading.Unreadable, PackageError) as error:
        raise CommandError(str(error)) from None
