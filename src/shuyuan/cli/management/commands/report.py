"""`shuyuan report`: the year's report in Word and PDF; one edited in Word refreshed or verified; frozen, made again."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor, as_json, step
from shuyuan.core.history import acting
from shuyuan.report import drafting, freezing, layout, returned, seal
from shuyuan.report.build import TypedNumbers, annual, write
from shuyuan.report.final import packed
from shuyuan.report.frozen import Frozen, frozen_of
from shuyuan.report.manifest import NotOurs
from shuyuan.report.models import Report
from shuyuan.report.outlines import NoOutline
from shuyuan.report.package import PackageError
from shuyuan.report.refresh import Refused
from shuyuan.report.sheet import SheetError
from shuyuan.report.template import TemplateError

# Whatever can be wrong with what a person gave us says so in a sentence of its own.
REFUSALS = (
    *(NoOutline, TemplateError, TypedNumbers, PackageError, NotOurs, Refused, drafting.Refused),
    *(seal.NotASet, SheetError, returned.TooLarge, OSError),
)


class Command(BaseCommand):
    help = "生成、刷新、核对工作报告 · write a year's report, refresh or verify an edited one"

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = " | ".join([*self.verbs(), *self.of_a_year()])
        parser.add_argument("act", metavar="YEAR", help=_t("年份，或者：%(verbs)s") % {"verbs": verbs})
        parser.add_argument("target", nargs="?", help=_t("要处理的文件；定稿时是年份"))
        parser.add_argument("--out", type=Path, help=_t("放到哪个文件夹；刷新时是哪个文件"))
        parser.add_argument("--template", type=Path, help=_t("办公室改过的 Word 模板；不写则用自带的"))
        parser.add_argument("--year", type=int, help=_t("文件应是哪一年的；不写则以文件自己说的为准"))
        parser.add_argument("--overwrite", nargs="+", default=[], metavar="KEY", help=_t("确认改写的数字（见 verify）"))
        parser.add_argument("--by", default="system", help=_t("以哪个账号的名义定稿"))
        parser.add_argument("--anyway", action="store_true", help=_t("审校没有做完，仍要定稿"))
        parser.add_argument("--format", choices=["json", "text"], default="text")

    def verbs(self) -> dict[str, Callable[[Path, dict[str, Any]], None]]:
        """What can be done with a file."""
        return {
            "refresh": self.refresh, "verify": self.verify, "check-seal": self.check_seal, "layout": self.layout
        }  # fmt: skip

    def of_a_year(self) -> dict[str, Callable[[int, dict[str, Any]], None]]:
        """What can be done with the annual report of a year."""
        return {"freeze": self.freeze, "rebuild": self.rebuild, "moved": self.moved}

    def handle(self, *args: Any, **options: Any) -> None:
        act, target = options["act"], options["target"]
        verbs, years = self.verbs(), self.of_a_year()
        try:
            if act in verbs:
                if target is None:
                    raise CommandError(_t("请写明文件：shuyuan report %(act)s FILE") % {"act": act})
                verbs[act](Path(target), options)
            elif act in years:
                if target is None or not target.isdecimal():
                    raise CommandError(_t("请写明年份：shuyuan report %(act)s 2012") % {"act": act})
                years[act](int(target), options)
            elif act.isdecimal() and target is None:
                self.year(int(act), options)
            else:
                known = _t("、").join([*verbs, *years])
                raise CommandError(_t("『%(act)s』不是年份；可用：%(known)s") % {"act": act, "known": known})
        except REFUSALS as error:
            raise CommandError(str(error)) from None

    def year(self, year: int, options: dict[str, Any]) -> None:
        template: Path | None = options["template"]
        with step(self.stdout, _t("%(year)s 年工作报告") % {"year": year}):
            made = write(year, options["out"] or Path("out"), template.read_bytes() if template else None)
        self.stdout.write(made.remark)
        for part in made.report.gaps:
            self.stdout.write("  — " + _t("还没有文字：%(part)s") % {"part": part})
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

    def freeze(self, year: int, options: dict[str, Any]) -> None:
        """Make the annual report final and write its sealed set."""
        report, reason = self._annual(year), _t("%(year)s 年工作报告定稿") % {"year": year}
        with step(self.stdout, reason), acting(actor(options["by"]), reason):
            try:
                frozen = freezing.freeze(report, anyway=options["anyway"])
            except PermissionDenied:
                told = _t("账号 %(name)s 不能定稿：请用 --by 写本局办公室人员的账号")
                raise CommandError(told % {"name": options["by"]}) from None
        self._write(frozen, options["out"] or Path("out"))

    def rebuild(self, year: int, options: dict[str, Any]) -> None:
        """The final report again, from what was kept of it."""
        self._write(self._frozen(year), options["out"] or Path("out"))

    def _write(self, frozen: Frozen, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (_t("%(report)s-定稿.zip") % {"report": frozen})
        path.write_bytes(packed(frozen))
        self.stdout.write(_t("封存码 %(seal)s") % {"seal": frozen.seal})
        self.stdout.write(f"  {path}")

    def moved(self, year: int, options: dict[str, Any]) -> None:
        """The figures of the final report that would print otherwise today, and because of which records."""
        found = freezing.moved(self._frozen(year))
        if options["format"] == "json":
            facts = [
                {"name": one.figure.name, "title": one.figure.title, "frozen": one.figure.display} for one in found
            ]
            more = [{"now": one.now, "because": one.because} for one in found]
            self.stdout.write(as_json([one | other for one, other in zip(facts, more, strict=True)]))
            return
        for one in found:
            self.stdout.write(f"  {one.figure.title}: {one.figure.display} → {one.now or '—'}  {one.because}")
        self.stdout.write(_t("定稿之后有 %(n)s 个数字会变") % {"n": len(found)})

    def check_seal(self, file: Path, options: dict[str, Any]) -> None:
        """A sealed set, on any machine and without the books."""
        verdict = seal.check(file.read_bytes())
        for problem in verdict.problems:
            self.stdout.write(f"  ! {problem}")
        self.stdout.write(f"{verdict.meta.get('title', '')} {verdict.meta.get('made', '')[:10]}".strip())
        self.stdout.write(_t("封存码 %(seal)s") % {"seal": verdict.seal})
        if verdict.problems:
            raise CommandError(_t("%(n)s 处不符，这份封存文件不可信") % {"n": len(verdict.problems)})
        told = (
            _t("%(n)s 个数字都由封存的数值重新生成，逐字节相同")
            if verdict.identical
            else _t("%(n)s 个数字都与封存的数值相符")
        )
        self.stdout.write(told % {"n": verdict.numbers})
        self.stdout.write(_t("请与公布或存档的封存码对照；不一致的，就不是当初那一份。"))

    def layout(self, file: Path, options: dict[str, Any]) -> None:
        """A rendered PDF against GB/T 9704-2012, to the millimetre."""
        found = layout.check(file.read_bytes())
        for violation in found:
            self.stdout.write(f"  ! {violation}")
        if found:
            raise CommandError(_t("版面有 %(n)s 处不合规定") % {"n": len(found)})
        self.stdout.write(_t("版面符合 GB/T 9704-2012"))

    def _annual(self, year: int) -> Report:
        report = annual(year)
        if report is None:
            raise CommandError(_t("%(year)s 年的工作报告还没有开始起草") % {"year": year})
        return report

    def _frozen(self, year: int) -> Frozen:
        found = frozen_of(self._annual(year))
        if found is None:
            raise CommandError(_t("%(year)s 年的工作报告还没有定稿") % {"year": year})
        return found


def _told(one: freezing.Moved) -> dict[str, str]:
    kept = {"name": one.figure.name, "title": one.figure.title, "frozen": one.figure.display}
    return kept | {"now": one.now, "because": one.because}


def _rows(findings: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [asdict(one) | {"wrong": one.wrong, "told": one.told, "cure": one.cure} for one in findings]
