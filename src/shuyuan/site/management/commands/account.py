"""`shuyuan account`: what an administrator does to accounts from the command line, when the page is out of reach."""

from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.core.people import system
from shuyuan.ledger.unpacking import Unreadable
from shuyuan.site.accounts import acts, locks, roster, slips

DONE = {"unlock": "解除锁定", "reset": "重置密码", "disable": "停用账号", "enable": "启用账号"}


class Command(BaseCommand):
    help = "账号：解锁、重置、停用、启用，从 Excel 建立 · accounts: unlock, reset, disable, enable, import"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["locked", *DONE, "import"])
        parser.add_argument("name", nargs="?", default="", help=_t("账号；import 时为工作簿"))
        parser.add_argument("--by", default="", help=_t("以哪个账号的名义"))
        parser.add_argument("--reason", default="", help=_t("写入历史的原因"))
        parser.add_argument("--slips", type=Path, metavar="FILE.xlsx", help=_t("密码条写到这个文件"))

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, name = options["act"], options["name"]
        if wanted == "locked":
            for username, until in sorted(locks.locked().items()):
                self.stdout.write(f"{username}\t{until.isoformat(timespec='minutes')}")
            return
        by = self._user(options["by"]) if options["by"] else system()
        if wanted == "import":
            with acting(by, options["reason"] or _t("从工作簿建立账号")):
                self._take_in(Path(name), options["slips"])
            return
        user = self._user(name)
        with acting(by, options["reason"] or _t(DONE[wanted])):
            if wanted == "reset":
                self.stdout.write(acts.reset_password(user))
            elif wanted == "unlock":
                acts.unlock(user)
            else:
                acts.set_active(user, wanted == "enable")

    def _user(self, name: str) -> User:
        if user := User.objects.filter(username=name).first():
            return user
        raise CommandError(_t("没有账号 %(name)s") % {"name": name})

    def _take_in(self, file: Path, to: Path | None) -> None:
        """The slips have to go somewhere before anything is made: the passwords are nowhere else."""
        if to is None or to.exists():
            raise CommandError(_t("请用 --slips 写明密码条存到哪个（还不存在的）文件"))
        if not file.is_file():
            raise CommandError(_t("没有文件 %(file)s") % {"file": file})
        try:
            with transaction.atomic():  # no slips, no accounts
                made = roster.take(roster.read(file, list(Organisation.objects.all()), User.objects.all()))
                if made:
                    to.touch(mode=0o600, exist_ok=False)
                    to.write_bytes(slips.sheet(made))
        except Unreadable as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(_t("新建 %(n)s 个账号") % {"n": len(made)})
