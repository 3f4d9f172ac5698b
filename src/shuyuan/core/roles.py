"""Roles and rights: who may do what, as one table that every permission in the house is read from.

Data, not code: `RIGHTS` is what the page 权限一览 shows and what `may()` answers by. A right says what a role may do
at all; where, is settled by the post's organisation, and for which ledgers, by the functions its section answers for.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Somebody = AbstractBaseUser | AnonymousUser


class Role(TextChoices):
    CLERK = "clerk", _("学校填报员")
    HEADTEACHER = "headteacher", _("校长")
    OFFICER = "officer", _("科室人员")
    OFFICE = "office", _("办公室人员")
    LEADER = "leader", _("局领导")
    AUDITOR = "auditor", _("审计员")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("审计管理员")


class Right(TextChoices):
    READ = "read", _("查看台账、指标和报告")
    FILE = "file", _("填报本单位的台账")
    SIGN = "sign", _("签报或退回本单位的填报")
    REVIEW = "review", _("审核、退回、更正本科室负责的台账")
    EVERY_FUNCTION = "every_function", _("负责各项职能，含保密台账")
    BUREAU = "bureau", _("查看各校填报进度")
    ROUNDS = "rounds", _("开展、延期、结束填报")
    FIGURES = "figures", _("编写自存指标")
    UNMASK = "unmask", _("注明用途后查看敏感信息原文")
    ACCOUNTS = "accounts", _("管理账号")
    ROLES = "roles", _("授予和收回岗位")
    LOGS = "logs", _("查看日志与修改历史")


RIGHTS: dict[str, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.READ, Right.FILE, Right.UNMASK}),
    Role.HEADTEACHER: frozenset({Right.READ, Right.FILE, Right.SIGN, Right.UNMASK}),
    Role.OFFICER: frozenset({Right.READ, Right.REVIEW, Right.BUREAU, Right.FIGURES, Right.UNMASK}),
    Role.OFFICE: frozenset(
        {Right.READ, Right.REVIEW, Right.EVERY_FUNCTION, Right.BUREAU, Right.ROUNDS, Right.FIGURES, Right.UNMASK}
    ),
    Role.LEADER: frozenset({Right.READ, Right.EVERY_FUNCTION, Right.BUREAU}),
    # None of these four sees a record: they keep the house, or watch those who do.
    Role.AUDITOR: frozenset({Right.LOGS}),
    Role.SYSTEM: frozenset({Right.ACCOUNTS}),
    Role.SECURITY: frozenset({Right.ROLES}),
    Role.AUDIT: frozenset({Right.LOGS}),
}
UNDIVIDED: dict[str, frozenset[Right]] = {Role.OFFICE: frozenset({Right.ACCOUNTS, Right.ROLES, Right.LOGS})}
"""What a role may do besides, as long as the three administrators 三员 are not separated."""

ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDIT})


def separated() -> bool:
    """Whether the three administrators are separated (GB/T 22239 asks it of level 3): nobody may then do everything."""
    return bool(settings.SEPARATE_ADMINISTRATORS)


def rights_of(role: str) -> frozenset[Right]:
    """What a role may do; a role that is not in the table may do nothing."""
    rights = RIGHTS.get(role, frozenset())
    return rights if separated() else rights | UNDIVIDED.get(role, frozenset())


def holders(right: Right) -> set[str]:
    """The roles that give a right."""
    return {role for role in RIGHTS if right in rights_of(role)}


def all_powerful(user: Somebody) -> bool:
    """A superuser, unless the administrators are separated. Who cannot sign in acts at the machine itself."""
    return bool(getattr(user, "is_superuser", False)) and (not separated() or not user.is_active)


def clash(roles: set[str]) -> bool:
    """Whether one person would hold roles that must be apart: two administrators, or one and the books it watches."""
    administers = roles & ADMINISTRATORS
    reads = any(Right.READ in RIGHTS.get(role, frozenset()) for role in roles)
    return separated() and bool(administers) and (len(administers) > 1 or reads)
