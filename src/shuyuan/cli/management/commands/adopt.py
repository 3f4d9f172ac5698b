"""`shuyuan adopt`: an old report's numbers proposed as figures, decided in a file, made a template."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.cli.telling import actor, as_json
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.report.copies import CopyError
from shuyuan.report.drafting import Refused
from shuyuan.report.package import PackageError
from shuyuan.report.proofing import adoption
from shuyuan.report.proofing.reading import Unreadable
from shuyuan.report.template import TemplateError


class Command(BaseCommand):
    help = "认领一份旧报告 · turn an old report into a template, its numbers bound to figures"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_t("往年的 Word 报告（.docx）"))
        parser.add_argument("--year", type=int, help=_t("报告写的是哪一年；不写则从文中认"))
        parser.add_argument("--decisions", type=Path, help=_t("填好决定的 JSON 文件；不写则只写出建议"))
        parser.add_argument("--out", type=Path, default=Path(), help=_t("放到哪个文件夹"))
        parser.add_argument("--by", default="system", help=_t("以哪个账号的名义存已报数"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._adopt(**options)
        except (Unreadable, PackageError, CopyError, TemplateError, Refused, OSError) as error:
            raise CommandError(str(error)) from None

    def _adopt(self, file: Path, year: int | None, decisions: Path | None, out: Path, by: str, **options: Any) -> None:
        data = file.read_bytes()
        found = adoption.look(data, year=year)
        out.mkdir(parents=True, exist_ok=True)
        if decisions is None:
            target = out / (_t("%(name)s-认领.json") % {"name": file.stem})
            target.write_text(as_json(found.as_rows()) + "\n", encoding="utf-8")
            told = _t("%(n)s 个数字，%(proposed)s 个有建议的指标（%(year)s 年账册）。请逐条写 yes、no 或指标名称。")
            proposed = sum(map(bool, found.proposals))
            self.stdout.write(told % {"n": len(found.claims), "proposed": proposed, "year": found.year})
            self.stdout.write(f"  {target}")
            return
        try:
            rows = json.loads(decisions.read_text(encoding="utf-8"))
        except ValueError:
            raise CommandError(_t("%(file)s 不是 JSON 文件") % {"file": decisions}) from None
        bound = found.decided(rows)
        if not Organisation.objects.filter(kind=Organisation.Kind.BUREAU).exists():
            raise CommandError(_t("账册里还没有教育局这个单位，请先导入单位。"))
        target = out / (_t("%(name)s-模板.docx") % {"name": file.stem})
        made = found.template(bound, made=timezone.now())
        with acting(actor(by), _t("认领旧报告 %(name)s") % {"name": file.name}):
            kept = found.keep(bound, source=file.name, sha256=hashlib.sha256(data).hexdigest())
        target.write_bytes(made)
        told = _t("%(n)s 个数字绑定了指标，%(kept)s 个已报数存入 %(year)s 年。")
        self.stdout.write(told % {"n": len(bound), "kept": kept, "year": found.year})
        self.stdout.write(f"  {target}")
