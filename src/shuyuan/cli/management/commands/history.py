"""`shuyuan history verify|anchor`: prove that no version was altered or removed; pin today's state."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _t

from shuyuan.core.history import Chain, versioned_models
from shuyuan.core.proof import anchor, verify, verify_anchors


class Command(BaseCommand):
    help = "核验修改历史 · verify or anchor the history"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "anchor"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "anchor":
            made = anchor()
            self.stdout.write(f"{made.day} {made.digest} ({made.chains} / {made.versions})")
            return
        faults = [fault for model in versioned_models() for fault in verify(model)] + verify_anchors()
        if faults:
            raise CommandError("\n".join(map(str, faults)))
        total = sum(Chain.objects.values_list("length", flat=True))
        self.stdout.write(_t("历史完好：%(n)s 个版本") % {"n": total})
