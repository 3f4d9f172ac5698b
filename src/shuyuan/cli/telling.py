"""How commands tell what they found: JSON for programs, plain lines for people; and who acts when nobody logs in."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.utils.translation import gettext as _t

from shuyuan.core.past import as_of, moment_from
from shuyuan.core.people import system


def as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_lines(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """One line for each row, the columns apart by a tab: readable, and easy to cut."""
    return "\n".join("\t".join("" if row.get(name) is None else str(row[name]) for name in columns) for row in rows)


def actor(name: str) -> User:
    """The account a command acts for."""
    if name == "system":
        return system()
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(_t("没有账号 %(name)s；用 --by 写一个已有的账号") % {"name": name}) from None


def add_as_of(parser: CommandParser) -> None:
    parser.add_argument("--as-of", default="", metavar="2012-12-28", help=_t("账簿在那一日终了时的样子"))


@contextmanager
def as_asked(options: Mapping[str, Any]) -> Iterator[None]:
    """Read the books as of the moment that `--as-of` names, or as they stand. Raises CommandError for no date."""
    try:
        when = moment_from(options["as_of"]) if options["as_of"] else None
    except ValueError as error:
        raise CommandError(str(error)) from None
    with as_of(when):
        yield


@contextmanager
def step(out: OutputWrapper, title: str) -> Iterator[None]:
    """Say what is being done, and at the end how long it took when that was over a second."""
    out.write(f"  {title} …", ending="")
    out.flush()
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    out.write(f" {took:.1f} s" if took >= 1 else " ✓")
    sys.stdout.flush()
