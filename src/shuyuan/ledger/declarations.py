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
from shuyuan.ledger.checks import Check, Plausible, filing_rule
from shuyuan.ledger.expression import Expression, ExpressionError, Kind
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
    for number, check in enumerate(ledger.checks):
        yield from _faults_of(check, ledger, names)
        if check.kept_as in [other.kept_as for other in ledger.checks[:number]]:
            yield f"{type(ledger).__name__}: the check {check.rule!r} stands there twice", "Leave one of them."


def _faults_of(check: Check, ledger: Ledger[Any], names: set[str]) -> Iterator[tuple[str, str]]:
    """An unknown field or figure, a number where a condition belongs, a key that nothing can be told apart by."""
    told, fields = f"{type(ledger).__name__}: the check {check.rule!r}", ", ".join(sorted(names))
    try:
        if type(check) is Check:
            kind = Expression.parse(check.rule, ledger.model).kind
        else:
            kind = filing_rule(check.rule, ledger.model).kind
        if isinstance(check, Plausible) and check.per:
            filing_rule(check.per, ledger.model)
    except ExpressionError as error:
        yield f"{told} cannot be read", str(error)
        return
    wanted = Kind.NUMBER if isinstance(check, Plausible) else Kind.BOOLEAN
    if kind is not wanted:
        yield f"{told} gives a {kind.name.lower()}", f"A {type(check).__name__} wants a {wanted.name.lower()}."
    if isinstance(check, Plausible) and (
        check.hard or any(cell.back for cell in filing_rule(check.rule, ledger.model).cells)
    ):
        yield f"{told} is hard or looks back", "What is unusual may be true; earlier years are looked at by themselves."
    if check.field and check.field not in names:
        yield f"{told} is about {check.field!r}", f"Columns: {fields}"
    if unknown := set(getattr(check, "by", ())) - names:
        yield f"{told} groups by {', '.join(sorted(unknown))}", f"Columns: {fields}"
