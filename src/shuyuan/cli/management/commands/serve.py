"""`shuyuan serve`: the site and, beside it, the worker for what takes longer than a page may."""

import contextlib
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.cli.serving import serve


class Command(BaseCommand):
    help = "启动网站和后台处理程序 · serve the site with its worker"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_t("监听的地址；0.0.0.0 为所有网卡"))
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=4, help=_t("同时处理的请求数"))
        parser.add_argument("--no-worker", action="store_true", help=_t("后台处理程序在别处运行（shuyuan worker）"))

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))  # as Ctrl+C: both processes end with us
        self.stdout.write(f"  http://{options['host']}:{options['port']}/   " + _t("按 Ctrl+C 停止"))
        self.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            serve(options["host"], options["port"], threads=options["threads"], worker=not options["no_worker"])
        self.stdout.write("  " + _t("已停止"))
