"""`shuyuan worker`: does what was put into the queue; any number of them, on any host that reaches the database."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.jobs import worker


class Command(BaseCommand):
    help = "运行后台处理程序 · run a worker"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help=_t("做完排着的就停"))
        parser.add_argument("--quiet", action="store_true", help=_t("只说出错的"))

    def handle(self, *args: Any, **options: Any) -> None:
        level = logging.WARNING if options["quiet"] else logging.INFO
        for name in ("django_tasks", "django_tasks_db", "shuyuan.jobs"):
            logging.getLogger(name).setLevel(level)
        logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
        worker.serve(batch=options["batch"])
