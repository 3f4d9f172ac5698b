"""`shuyuan report`: the year's report in Word and PDF; a report edited in Word refreshed or verified."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import as_json, step
from shuyuan.report import returned
from shuyuan.report.build import TypedNumbers, write
from shuyuan.report.manifest import NotOurs
from shuyuan.report.outlines import NoOutline
from shuyuan.report.package import PackageError
from shuyuan.report.refresh import Refused
from shuyuan.report.template import TemplateError

# Whatever can be wrong with what a person gave us says so in a sentence of its own.
REFUSALS = (NoOutline, TemplateError, TypedNumbers, PackageError, NotOurs, Refused, returned.TooLarge, OSError)


class Command(BaseCommand):
    help = "生成、刷新、核对工作报告 · write a year's report, refresh or verify an edited one"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = " | ".join(self.verbs())
        parser.add_argument("act", metavar="YEAR", help=_t("年份，或者：%(verbs)s") % {"verbs": verbs})
        parser.add_argument("file", nargs="?", type=Path, help=_t("要刷新或核对的 Word 文件"))
        parser.add_argument("--out", type=Path, help=_t("放到哪个文件夹；刷新时是哪个文件"))
        parser.add_argument("--template", type=Path, help=_t("办公室改过的 Word 模板；不写则用自带的"))
        parser.add_argument("--year", type=int, help=_t("文件应是哪一年的；不写则以文件自己说的为准"))
        parser.add_argument("--overwrite", nargs="+", default=[], metavar="KEY", help=_t("确认改写的数字（见 verify）"))
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def verbs(self) -> dict[str, Callable[[Path, dict[str, Any]], None]]:
        """What can be done with a file; anything else is a year."""
        return {"refresh": self.refresh, "verify": self.verify}

    def handle(self, *args: Any, **options: Any) -> None:
        act, file, verbs = options["act"], options["file"], self.verbs()
        try:
            if act in verbs:
                if file is None:
                    raise CommandError(_t("请写明文件：shuyuan report %(act)s FILE.docx") % {"act": act})
                verbs[act](file, options)
            elif act.isdecimal() and file is None:
                self.year(int(act), options)
            else:
                known = _t("、").join(verbs)
                raise CommandError(_t("『%(act)s』不是年份；可用：%(known)s") % {"act": act, "known": known})
        except REFUSALS as error:
            raise CommandError(str(error)) from None

    def year(self, year: int, options: dict[str, Any]) -> None:
        template: Path | None = options["template"]
        with step(self.stdout, _t("%(year)s 年工作报告") % {"year": year}):
            made = write(year, options["out"] or Path("out"), template.read_bytes() if template else None)
        self.stdout.write(made.remark)
        for value in made.report.unknown:
            self.stdout.write(f"  — {value.figure}: {value.reason}")
        for path in made.files:
            self.stdout.write(f"  {path}")

    def refresh(self, file: Path, options: dict[str, Any]) -> None:
        """The numbers brought up to date in place, into a file of its own unless --out names the same."""
        done = returned.refreshed(file.read_bytes(), options["year"], overwrite=options["overwrite"])
        target: Path = options["out"] or file.with_name(_t("%(name)s-刷新.docx") % {"name": file.stem})
        if options["format"] == "json":
            facts = {"file": str(target), "moves": [asdict(one) for one in done.moves], "left": _rows(done.left)}
            self.stdout.write(as_json(facts | {"repaired": done.repaired}))
        else:
            for move in done.moves:
                self.stdout.write(f"  {move}")
                for reason in move.reasons:
                    self.stdout.write(f"      {reason}")
            for one in done.left:
                self.stdout.write(self.style.WARNING(f"  ! {one}") + (f" [{one.key}]" if one.key else ""))
            told = _t("更新 %(moves)s 个数字，重新绑定 %(repaired)s 处，未动 %(left)s 处：%(file)s")
            counts = {"moves": len(done.moves), "repaired": done.repaired, "left": len(done.left)}
            self.stdout.write(told % (counts | {"file": target}))
        target.write_bytes(done.data)

    def verify(self, file: Path, options: dict[str, Any]) -> None:
        """Every finding with its place and cure; the exit status is 1 when something is wrong."""
        verdict = returned.verdict(file.read_bytes(), options["year"])
        if options["format"] == "json":
            facts = {"year": verdict.head.year, "made": verdict.head.made.isoformat(), "numbers": verdict.numbers}
            self.stdout.write(as_json(facts | {"findings": _rows(verdict.findings)}))
        else:
            for one in (*verdict.wrong, *verdict.notes):
                self.stdout.write(f"  {'!' if one.wrong else '·'} {one}" + (f" [{one.key}]" if one.key else ""))
                for reason in one.reasons:
                    self.stdout.write(f"      {reason}")
        counts = {"n": verdict.numbers, "wrong": len(verdict.wrong), "notes": len(verdict.notes)}
        if verdict.wrong:
            raise CommandError(_t("%(n)s 个数字中有 %(wrong)s 处要处理") % counts)
        if options["format"] != "json":
            self.stdout.write(_t("%(n)s 个数字都与台账一致；另有 %(notes)s 处说明") % counts)


def _rows(findings: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [asdict(one) | {"wrong": one.wrong, "told": one.told, "cure": one.cure} for one in findings]
