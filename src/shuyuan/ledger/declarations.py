"""Declarations: what every ledger says is checked at start-up, and put where people find it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from shuyuan.core.people import functions_of, may
from shuyuan.core.roles import Right
from shuyuan.ledger.expression import Expression, ExpressionError
from shuyuan.ledger.ledger import Ledger, ledgers
from shuyuan.web import menu


def watch() -> None:
    """Called once all rooms' models are loaded."""
    checks.register(check_ledgers)
    menu.add(menu.Entry(title=_("批量导入"), target="intake", icon="upload", order=190, visible=_files_workbooks))
    rooms = list(apps.app_configs)
    for number, ledger in enumerate(ledgers()):
        room = apps.get_containing_app_config(ledger.model.__module__)
        assert room is not None
        menu.add(
            menu.Entry(
                group=room.verbose_name,
                title=lazystr(ledger),
                target="ledger",
                kwargs={"slug": ledger.slug},
                icon=getattr(room, "icon", "table"),
                order=200 + rooms.index(room.label) * 100 + number,
                visible=ledger.visible_to,
            )
        )


def _files_workbooks(user: menu.Viewer) -> bool:
    """Everybody who writes into some ledger; asked on every page, so without asking each ledger."""
    if may(user, Right.FILE):
        return True
    return may(user, Right.REVIEW) and bool(functions_of(user) & {str(ledger.function) for ledger in ledgers()})


def check_ledgers(**options: Any) -> list[checks.CheckMessage]:
    """A typo in a declaration stops the start, naming the ledger and what to write instead."""
    return [
        checks.Error(message, hint=hint, obj=ledger, id="shuyuan.E001")
        for ledger in ledgers()
        for message, hint in _faults(ledger)
    ]


def _faults(ledger: Ledger[Any]) -> Iterator[tuple[str, str]]:
    try:
        names = {column.name for column in ledger.sheet}
    except (FieldDoesNotExist, TypeError) as error:
        yield str(error), "columns names fields of the model that a workbook cell can hold."
        return
    fields = ", ".join(sorted(names))
    if ledger.subject and ledger.subject not in names:
        yield f"{type(ledger).__name__}.subject is {ledger.subject!r}", f"It is one of the columns: {fields}"
    for name in ledger.aliases.keys() - names:
        yield f"{type(ledger).__name__}.aliases names {name!r}", f"Columns: {fields}"
    for check in ledger.checks:
        try:
            Expression.parse(check.rule, ledger.model)
        except ExpressionError as error:
            yield f"{type(ledger).__name__}: the check {check.rule!r} cannot be read", str(error)
        if check.field and check.field not in names:
            yield f"{type(ledger).__name__}: the check {check.rule!r} is about {check.field!r}", f"Columns: {fields}"
