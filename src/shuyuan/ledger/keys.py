"""Natural keys: which columns tell one line of a ledger from another, so that a program may send it again, changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.ledger import revisions
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.revisions import Stamp
from shuyuan.ledger.unpacking import Problem


def recognise(
    ledger: Ledger[Any],
    lines: Iterable[tuple[int, Any, Sequence[Any]]],
    allowed: Iterable[Organisation] | None,
    problems: list[Problem],
) -> dict[int, Stamp]:
    """The stamp of each line (number, record, values of its key) that the book holds already, by number.

    Where the ledger names no key, only the very same line is recognised, which `sheets` does itself.
    """
    if not ledger.natural_key:
        return {}
    columns = [ledger.column(name) for name in ledger.natural_key]
    said: dict[tuple[Any, ...], int] = {}
    for number, _record, values in lines:
        if None in values:
            continue
        if first := said.get(tuple(values)):
            told = _t("与第 %(row)s 行的%(key)s相同，是同一条记录；请只留一行")
            problems.append(Problem(told % {"row": first, "key": _t("、").join(c.label for c in columns)}, number))
        said.setdefault(tuple(values), number)
    # Somebody who comes into the books with this very line is text as yet, and has no record that could be found.
    said = {
        key: number
        for key, number in said.items()
        if all(isinstance(value, int) for value, column in zip(key, columns, strict=True) if column.field.is_relation)
    }
    kept: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    first_column = columns[0].field.attname
    firsts = list({key[0] for key in said})
    for start in range(0, len(firsts), revisions.AT_ONCE):
        rows = ledger.objects().filter(**{f"{first_column}__in": firsts[start : start + revisions.AT_ONCE]})
        if allowed is not None and ledger.has("organisation"):
            rows = rows.filter(organisation__in=allowed)
        for key, *values in rows.order_by().values_list("pk", *(c.field.attname for c in columns)):
            kept[tuple(values)].append(key)
    newest = revisions.revisions(ledger.model, [kept[key][0] for key in said if kept[key]])
    found = {}
    for key, number in said.items():
        if len(kept[key]) > 1:
            told = _t("台账中有 %(n)s 条记录的%(key)s与本行相同；请写明 id 和 revision")
            facts = {"n": len(kept[key]), "key": _t("、").join(column.label for column in columns)}
            problems.append(Problem(told % facts, number))
        elif kept[key]:
            found[number] = Stamp(kept[key][0], newest[kept[key][0]])
    return found
