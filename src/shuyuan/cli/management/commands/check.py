"""`shuyuan check`: are the declarations sound? With --year: which records and filings break the checks of a year?"""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.check import Command as DeclarationsCommand
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.explanations import answered
from shuyuan.ledger.ledger import Ledger, UnknownLedger, ledger, ledgers
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.record import Record
from shuyuan.ledger.told import Told, told
from shuyuan.ledger.whole import examine


class Command(DeclarationsCommand):
    help = "声明是否无误；加 --year 则列出一年的数据违反了哪些校验 · are the declarations, or a year's records, sound?"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, help=_t("校验这一年的数据；不写则只校验声明"))
        parser.add_argument("--ledger", action="append", metavar="LEDGER", help=_t("只校验这本台账，可重复"))
        parser.add_argument("--school", action="append", metavar="SCHOOL", help=_t("只校验这所学校，可重复"))
        parser.add_argument("--format", choices=["text", "jsonl"], default="text")

    def handle(self, *labels: Any, **options: Any) -> None:
        if options["year"] is None:
            if options["ledger"] or options["school"]:
                raise CommandError(_t("校验数据请写 --year 年份"))
            super().handle(*labels, **options)
            return
        if labels:
            raise CommandError(_t("台账写在 --ledger 之后，学校写在 --school 之后"))
        if not 1900 <= options["year"] <= 2100:
            raise CommandError(_t("没有这一年：%(year)s") % {"year": options["year"]})
        schools = _schools(options["school"])
        hard = soft = open_ = 0
        for book in _books(options["ledger"]):
            period = Period(code=f"{options['year']}{book.period_kind}", kind=book.period_kind, year=options["year"])
            found = examine(book, period, schools)
            closed = answered(found)
            hard += sum(one.check.hard for one in found)
            soft += sum(not one.check.hard for one in found)
            open_ += sum(not one.check.hard for one in found) - len(closed)
            write = _line if options["format"] == "text" else _json
            for one in told(found):
                self.stdout.write(write(one, one.broken in closed))
        if options["format"] == "text":
            counts = {"hard": hard, "soft": soft, "open": open_}
            self.stdout.write(_t("强制性 %(hard)s 处，核实性 %(soft)s 处（未说明 %(open)s 处）") % counts)
        if hard:
            raise SystemExit(1)


def _books(slugs: list[str] | None) -> list[Ledger[Any]]:
    try:
        return (
            [ledger(slug) for slug in slugs] if slugs else [one for one in ledgers() if issubclass(one.model, Record)]
        )
    except UnknownLedger as error:
        raise CommandError(str(error)) from None


def _schools(names: list[str] | None) -> list[Organisation] | None:
    lookup = Lookup()
    try:
        return [lookup.organisation(name) for name in names] if names else None
    except Refused as error:
        raise CommandError(str(error)) from None


def _line(one: Told, answered: bool) -> str:
    mark = "!" if one.broken.check.hard else "·" if answered else "?"
    place = f"{one.organisation} · {one.broken.book} · {one.broken.period} · {one.place}"
    return "\t".join([mark, place, one.message, one.rule, one.values, one.cure])


def _json(one: Told, answered: bool) -> str:
    facts = {
        "ledger": one.broken.book.slug,
        "period": one.broken.period,
        "school": str(one.organisation),
        "place": one.place,
        "records": [record.pk for record in one.records],
        "hard": one.broken.check.hard,
        "explained": answered,
        "message": one.message,
        "rule": one.rule,
        "values": dict(one.broken.values),
        "cure": one.cure,
    }
    return json.dumps(facts, ensure_ascii=False)
