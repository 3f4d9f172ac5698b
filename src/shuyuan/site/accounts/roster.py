"""The roster: a workbook of accounts, one post a line, read whole or refused whole; every bad cell is named.

It is read with the machinery of the ledgers' workbooks: the same care with files, the same headings in any language,
the same words for what is wrong. A name that has an account gets the post as well; the same workbook twice changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, cast

import xlsxwriter
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.models import Organisation, Post
from shuyuan.ledger import headings
from shuyuan.ledger.cells import as_text, halfwidth, plain
from shuyuan.ledger.headings import Words
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.unpacking import Problem, Source, Unreadable, unpack
from shuyuan.site.accounts import acts
from shuyuan.site.accounts.account import Account, Identity
from shuyuan.site.accounts.sealed import digest
from shuyuan.web.parts import Text

FORMULA = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
ROWS = 1000  # rows of the template that have drop-down lists
PHONE = RegexValidator(r"^\+?[0-9][0-9 -]{4,18}$")


@dataclass(frozen=True)
class Heading:
    """One column of the roster, with what the ledgers' headings ask of a column."""

    name: str
    text: Text
    required: bool = False
    aliases: tuple[str, ...] = ()
    most: int = 60

    @property
    def label(self) -> str:
        return str(self.text)

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.label,)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def accepted(self) -> tuple[tuple[str, ...], ...]:
        spoken = [self.label]
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                spoken.append(self.label)
        return ((*dict.fromkeys(spoken), *self.aliases),)


class Roster:
    """The columns; `sheet` is what they are called on a ledger."""

    sheet = (
        Heading("username", _("账号"), required=True, aliases=("用户名", "登录名", "账户"), most=150),
        Heading("name", _("姓名"), required=True, aliases=("名字",), most=40),
        Heading("organisation", _("单位"), required=True, aliases=("学校", "科室", "所在单位", "单位名称")),
        Heading("role", _("岗位"), required=True, aliases=("角色", "职务")),
        Heading("phone", _("手机"), aliases=("手机号", "手机号码", "联系电话"), most=20),
        Heading("email", _("邮箱"), aliases=("电子邮箱", "电子邮件"), most=254),
        Heading("wecom", _("企业微信账号"), aliases=("企业微信",), most=120),
        Heading("dingtalk", _("钉钉 openId"), aliases=("钉钉",), most=120),
        Heading("feishu", _("飞书 open_id"), aliases=("飞书",), most=120),
        Heading("oidc", _("统一身份标识"), aliases=("统一身份",), most=120),
    )


@dataclass
class Line:
    """One line that was understood: a post, and whose."""

    row: int
    username: str
    name: str
    organisation: Organisation
    role: str
    phone: str = ""
    email: str = ""
    identities: dict[str, str] = field(default_factory=dict)


@dataclass
class Reading:
    """What the workbook says: accounts to make, posts to give, and how many lines say what stands already."""

    lines: list[Line] = field(default_factory=list)
    standing: int = 0

    @property
    def new(self) -> set[str]:
        return {line.username for line in self.lines} - self.known

    known: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Slip:
    """What is handed to a person once: how they sign in for the first time."""

    username: str
    name: str
    organisation: str
    password: str


class _Reader:
    """One workbook being read for one manager of accounts."""

    def __init__(self, organisations: Sequence[Organisation], managed: Any) -> None:
        self.lookup = Lookup(organisations)
        self.managed = set(managed.values_list("pk", flat=True))
        self.problems: list[Problem] = []
        self.first: dict[str, Line] = {}
        self.told: dict[tuple[str, str], str] = {}

    @cached_property
    def users(self) -> dict[str, User]:
        return {user.username.casefold(): user for user in User.objects.all()}

    @cached_property
    def held(self) -> set[tuple[int, int, str]]:
        return set(Post.objects.filter(until__isnull=True).values_list("user_id", "organisation_id", "role"))

    @cached_property
    def identities(self) -> dict[tuple[str, str], str]:
        kept = Identity.objects.values_list("provider", "mark", "account__user__username")
        return {(provider, mark): name for provider, mark, name in kept}

    def line(self, number: int, cells: dict[str, tuple[int, object]]) -> Line | None:
        values: dict[str, Any] = {}
        before = len(self.problems)
        for heading in Roster.sheet:
            place, cell = cells.get(heading.name, (None, None))
            try:
                text = as_text(plain(cell)).strip()
                if not text and heading.required:
                    raise Refused(_t("必填，不能空"))
                if len(text) > heading.most:
                    raise Refused(_t("共 %(n)s 个字，最多 %(most)s 个字") % {"n": len(text), "most": heading.most})
                values[heading.name] = self._value(heading.name, text) if text else ""
            except Refused as refused:
                self.problems.append(Problem(str(refused), number, heading.label, place))
        if len(self.problems) > before:
            return None
        told = {kind: values.pop(kind) for kind in Identity.Provider.values}
        line = Line(number, **values, identities={kind: uid for kind, uid in told.items() if uid})
        try:
            self._agrees(line)
        except Refused as refused:
            self.problems.append(Problem(str(refused), number, Roster.sheet[0].label, cells["username"][0]))
            return None
        return line

    def _value(self, name: str, text: str) -> Any:
        if name == "organisation":
            return self.lookup.organisation(text)
        if name == "role":
            code = self.lookup.codes(Post._meta.get_field("role")).get(text)
            if code is None:
                labels = _t("、").join(str(label) for label in Post.Role.labels)
                raise Refused(_t("没有『%(text)s』这一项；可填：%(labels)s") % {"text": text, "labels": labels})
            return code
        if name == "username":
            return _valid(User.normalize_username(halfwidth(text)), User._meta.get_field("username").validators[0],
                          _t("账号只能由文字、数字和 @ . + - _ 组成：『%(text)s』"))  # fmt: skip
        if name == "phone":
            return _valid(halfwidth(text), PHONE, _t("不是电话号码：『%(text)s』"))
        if name == "email":
            return _valid(halfwidth(text), validate_email, _t("不是邮箱地址：『%(text)s』"))
        return text.lower() if name == "wecom" else text

    def _agrees(self, line: Line) -> None:
        """With what is on file, and with the lines above. Raises Refused."""
        user = self.users.get(line.username.casefold())
        if user is not None:
            if user.pk not in self.managed:
                raise Refused(_t("账号『%(name)s』不归您管理；请换一个账号名") % {"name": line.username})
            if user.username != line.username or user.get_full_name() not in {line.name, ""}:
                told = _t("账号『%(username)s』已是『%(kept)s』的，不是『%(name)s』；请换一个账号名，或改正姓名")
                kept = {"username": user.username, "kept": user.get_full_name(), "name": line.name}
                raise Refused(told % kept)
        first = self.first.setdefault(line.username.casefold(), line)
        if (first.username, first.name) != (line.username, line.name):
            told = _t("与第 %(row)s 行是同一个账号，姓名却不同：『%(name)s』")
            raise Refused(told % {"row": first.row, "name": first.name})
        for provider, uid in line.identities.items():
            mark = (provider, digest(provider, uid))
            owner = self.identities.get(mark) or self.told.setdefault(mark, line.username)
            if owner != line.username:
                label = Identity.Provider(provider).label
                raise Refused(_t("%(service)s标识已属于账号『%(owner)s』") % {"service": label, "owner": owner})


def _valid(text: str, check: Callable[[str], None], told: str) -> str:
    try:
        check(text)
    except ValidationError:
        raise Refused(told % {"text": text}) from None
    return text


def read(source: Source, organisations: Sequence[Organisation], managed: Any) -> Reading:
    """Read a roster for somebody who manages these organisations and accounts. Raises Unreadable with every problem."""
    opened = unpack(source)
    if not opened.rows:
        raise Unreadable([Problem(_t("工作表是空的；请用模板填写"))])
    book = cast(Any, Roster)
    header = headings.find(book, opened.rows, Words())
    opened.refuse_merged(header)
    matched = headings.match(book, opened.rows[header], header, Words())
    reader, reading = _Reader(organisations, managed), Reading()
    for number, row in enumerate(opened.rows[header + 1 :], start=header + 2):
        if not any(cell not in (None, "") for cell in row):
            continue
        places = {column.name: indexes[0] for column, indexes in matched.columns}
        cells = {name: (at, row[at] if at < len(row) else None) for name, at in places.items()}
        if line := reader.line(number, cells):
            user = reader.users.get(line.username.casefold())
            if user is not None:
                reading.known.add(line.username)
            stands = user is not None and (user.pk, line.organisation.pk, line.role) in reader.held
            if stands and not any(
                reader.identities.get((provider, digest(provider, uid))) is None
                for provider, uid in line.identities.items()
            ):
                reading.standing += 1
            else:
                reading.lines.append(line)
    if reader.problems:
        raise Unreadable(reader.problems)
    if not reading.lines and not reading.standing:
        raise Unreadable([Problem(_t("没有数据行"))])
    return reading


def take(reading: Reading, *, posts: bool = True) -> list[Slip]:
    """Make the accounts and give the `posts`, all or none; the first passwords, which are nowhere else from now on.

    Where the administrators are separated, whoever makes accounts gives no posts: the security administrator does.
    """
    slips: dict[str, Slip] = {}
    try:
        with transaction.atomic():
            for line in reading.lines:
                user = User.objects.filter(username=line.username).first()
                if user is None:
                    user, password = acts.create(
                        line.username, line.name, line.email, line.organisation, phone=line.phone
                    )
                    slips[line.username] = Slip(line.username, line.name, str(line.organisation), password)
                if posts:
                    acts.give_post(user, line.organisation, line.role)
                for provider, uid in line.identities.items():
                    acts.tell_identity(_saved(user), provider, uid)
    except IntegrityError:
        raise Unreadable([Problem(_t("刚刚有人登记了同名的账号或标识；请重新导入一次"))]) from None
    except ValidationError as refused:  # posts that one person may not hold together
        raise Unreadable([Problem(refused.messages[0], line.row, str(Roster.sheet[3].label))]) from None
    return list(slips.values())


def _saved(user: User) -> Account:
    account = acts.account_of(user)
    if account.pk is None:
        account.save()
    return account


def template(organisations: Sequence[Organisation]) -> bytes:
    """An empty roster with drop-down lists of units and roles."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, FORMULA)
    sheet, lists = book.add_worksheet(_t("账号")), book.add_worksheet("lists")
    lists.hide()
    text, bold = book.add_format({"num_format": "@"}), {"bold": True, "border": 1, "border_color": "#AAB7C4"}
    for place, heading in enumerate(Roster.sheet):
        look = book.add_format(bold | {"bg_color": "#FBE3C8" if heading.required else "#DCE8F5"})
        sheet.write_string(0, place, heading.label, look)
        sheet.set_column(place, place, 22 if heading.name == "organisation" else 16, text)
    names = [str(place) for place in organisations]
    for row, name in enumerate(names):
        lists.write_string(row, 0, name)
    if names:
        sheet.data_validation(1, 2, ROWS, 2, {"validate": "list", "source": f"=lists!$A$1:$A${len(names)}"})
    roles = [str(label) for label in Post.Role.labels]
    sheet.data_validation(1, 3, ROWS, 3, {"validate": "list", "source": roles})
    told = _t("橙色的列必填。一行一个岗位；一人有几个岗位，就写几行，账号和姓名相同。")
    sheet.write_comment(0, 0, told, {"x_scale": 2})
    sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
