"""The example year: its workbooks through the importer that schools use, its accounts, a mark of what was loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import OutputWrapper
from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.cli.telling import actor, step
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from shuyuan.core.roles import Role
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.lookup import Lookup
from shuyuan.report.drafting import open_report

YEAR = 2012
WORKBOOKS = Path("example") / str(YEAR)
PASSWORD = "shuyuan-2012"  # noqa: S105  (a demonstration on this machine only, and printed)


@dataclass(frozen=True)
class Account:
    """Somebody of the example: who they are and what they come for."""

    username: str
    name: str
    organisation: str
    role: Role
    comes_for: str | Promise


ACCOUNTS = (
    Account("bangongshi", "办公室 · 示例", "办公室", Post.Role.OFFICE, _("年度报告、任何一个数")),
    Account("renshi", "人事科 · 示例", "人事科", Post.Role.OFFICER, _("人事台账的审核（可见处理处分）")),
    Account("jicai", "计财科 · 示例", "计划财务科", Post.Role.OFFICER, _("经费与债务台账")),
    Account("xuexiao", "河头小学填报员 · 示例", "河头小学", Post.Role.CLERK, _("本校的填报与导入")),
    Account("xiaozhang", "河头小学校长 · 示例", "河头小学", Post.Role.HEADTEACHER, _("签报本校的填报，或退回")),
    Account("juzhang", "局领导 · 示例", "金坛市教育体育局", Post.Role.LEADER, _("看数、看报告")),
)


def workbooks() -> list[Path]:
    """The example's workbooks in the order they are loaded: registers first, as their numbers say."""
    return sorted(WORKBOOKS.glob("[0-9][0-9]-*.xlsx"))


def digest() -> str:
    """One digest over all workbooks: when a cell of one changes, the example is loaded anew."""
    total = hashlib.sha256()
    for file in workbooks():
        total.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def mark() -> Path:
    return settings.DATA_DIR / "example.loaded"


def loaded() -> bool:
    """Whether this database holds the example as the workbooks have it now."""
    return mark().exists() and mark().read_text() == digest() and Organisation.objects.exists()


def set_aside() -> Path | None:
    """Put an example database that no longer fits its workbooks aside (SQLite); nothing is thrown away."""
    database = settings.DATABASES["default"]
    path = Path(str(database["NAME"]))
    if not mark().exists() or not database["ENGINE"].endswith("sqlite3") or not path.exists():
        return None
    connections.close_all()
    aside = path.with_name(f"{path.stem}-{int(path.stat().st_mtime)}{path.suffix}")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.rename(aside)
    mark().unlink()
    return aside


def load(out: OutputWrapper) -> int:
    """Every workbook into its ledger, accepted. Returns how many records."""
    total = 0
    system = actor("system")
    for file in workbooks():
        book = ledger(file.stem.partition("-")[2])
        with step(out, f"{file.name}  {book}"), acting(system, _t("导入示例工作簿 %(name)s") % {"name": file.name}):
            total += sheets.load(sheets.read(book, file), accept=True, progress=lambda done: _dot(out))
    with acting(system, _t("示例年度的工作报告")):
        open_report(YEAR, adopted=True)
    mark().write_text(digest())
    return total


def _dot(out: OutputWrapper) -> None:
    """One for each five thousand records: a long step shows that it moves."""
    out.write(".", ending="")
    out.flush()


def accounts() -> None:
    """The example's accounts and their posts; whoever is there already stays as they are."""
    with acting(actor("system"), _t("示例账号")):
        for one in ACCOUNTS:
            user, made = User.objects.get_or_create(username=one.username, defaults={"first_name": one.name})
            if made:
                user.set_password(PASSWORD)
                user.save()
                organisation = Lookup().organisation(one.organisation)
                Post(user=user, organisation=organisation, role=one.role).save()
