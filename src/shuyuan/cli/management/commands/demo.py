"""`shuyuan demo`: the example year loaded, accepted, computed, reported and served."""

import contextlib
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli import example
from shuyuan.cli.example_round import open_collection, open_round
from shuyuan.cli.serving import serve
from shuyuan.cli.telling import step
from shuyuan.core.models import Organisation
from shuyuan.core.proof import anchor
from shuyuan.report.build import write


class Command(BaseCommand):
    help = "装入示例年度并启动网站 · load the example year and serve it"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help=_t("做完即停，不启动网站"))
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--out", type=Path, default=Path("out"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not example.workbooks():
            raise CommandError(_t("这里没有 %(folder)s；请在项目的根目录下运行") % {"folder": example.WORKBOOKS})
        self._load()
        with step(self.stdout, _t("计算指标，生成 %(year)s 年工作报告") % {"year": example.YEAR}):
            made = write(example.YEAR, options["out"])
        self.stdout.write(f"  {made.remark}")
        for path in made.files:
            self.stdout.write(f"  → {path}")
        self._tell(options["port"])
        if not options["no_serve"]:
            self._serve(options["port"])

    def _load(self) -> None:
        if example.mark().exists() and example.mark().read_text() != example.digest():
            aside = example.set_aside()
            self.stdout.write("  " + _t("示例工作簿有改动，重新装入（原库改名为 %(aside)s）") % {"aside": aside})
        with step(self.stdout, _t("准备数据库")):
            call_command("migrate", verbosity=0)
        if example.loaded():
            self.stdout.write("  " + _t("示例数据已在库中"))
            return
        if Organisation.objects.exists():
            raise CommandError(_t("这个数据库里已有别的数据，不装入示例；请用环境变量 SHUYUAN_DATA 换一个数据文件夹"))
        count = example.load(self.stdout)
        example.accounts()
        with step(self.stdout, _t("开始一次填报")):
            open_round(example.YEAR)
            open_collection(example.YEAR)
        with step(self.stdout, _t("历史存证")):
            anchor()
        self.stdout.write("  " + _t("共装入 %(n)s 条记录") % {"n": f"{count:,}"})

    def _tell(self, port: int) -> None:
        self.stdout.write(f"\n  http://127.0.0.1:{port}/   {_t('密码')} {example.PASSWORD}")
        for one in example.ACCOUNTS:
            self.stdout.write(f"    {one.username:<12}{one.name} · {one.comes_for}")
        self.stdout.write("")

    def _serve(self, port: int) -> None:
        self.stdout.write("  " + _t("按 Ctrl+C 停止"))
        self.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            serve("127.0.0.1", port)
        self.stdout.write("  " + _t("已停止"))
