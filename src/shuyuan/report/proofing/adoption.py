"""An adoption: an old report whose numbers a person binds to figures one by one; it ends in a template and in what
was reported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core.history import current_act
from shuyuan.core.models import Organisation
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.dates import year_of
from shuyuan.report import build
from shuyuan.report.drafting import Refused
from shuyuan.report.proofing import adopting, papers, reported
from shuyuan.report.proofing.adopting import Proposal
from shuyuan.report.proofing.papers import Judgement, Paper
from shuyuan.report.proofing.reading import Source, Unreadable

BOUND, UNBOUND = Judgement.Verdict.BOUND, Judgement.Verdict.UNBOUND
YES, NO = "yes", "no"  # in a file of decisions; or the name of a figure, or nothing


@dataclass(frozen=True)
class Wanted:
    """The numbers of an old report, each with the figures that it may be."""

    source: Source
    year: int
    claims: tuple[Claim, ...]
    proposals: tuple[tuple[Proposal, ...], ...]

    @cached_property
    def entries(self) -> Mapping[str, build.Entry]:
        return build.entries(self.year)

    def template(self, bound: Mapping[int, str], *, made: datetime) -> bytes:
        """The Word template with the numbers that are bound as placeholders. Raises TemplateError, Refused."""
        _known(bound.values(), self.entries)
        return adopting.adopted(self.source.data, bound, self.entries, self.year, made=made)

    def as_rows(self) -> list[dict[str, Any]]:
        """The file of decisions, to be filled in: for each number yes, no, or the name of another figure."""
        return [
            {
                "number": number,
                "text": self.source.text[claim.start : claim.end],
                "sentence": claim.sentence,
                "subject": claim.subject,
                "proposals": [asdict(one) for one in found],
                "decision": "",
            }
            for number, (claim, found) in enumerate(zip(self.claims, self.proposals, strict=True))
        ]

    def decided(self, rows: object) -> dict[int, str]:
        """The figures that a file of decisions binds, by number. Raises Refused, which names the wrong line."""
        bound: dict[int, str] = {}
        if not isinstance(rows, list):
            raise Refused(_t("决定文件应是 shuyuan adopt 写出的 JSON 列表"))
        for row in rows:
            number, said = (row.get("number"), row.get("decision")) if isinstance(row, dict) else (None, None)
            if not isinstance(number, int) or not 0 <= number < len(self.claims) or not isinstance(said, str):
                raise Refused(
                    _t("决定文件里这一条读不懂：%(row)s") % {"row": json.dumps(row, ensure_ascii=False)[:120]}
                )
            claim = self.claims[number]
            if row.get("text") != self.source.text[claim.start : claim.end]:
                raise Refused(_t("决定文件不是这份报告的：第 %(n)s 个数字不同") % {"n": number})
            said = said.strip()
            if said == YES and not self.proposals[number]:
                raise Refused(_t("第 %(n)s 个数字没有建议的指标，不能写 yes") % {"n": number})
            if said and said != NO:
                bound[number] = self.proposals[number][0].figure if said == YES else said
        _known(bound.values(), self.entries)
        return bound

    def keep(self, bound: Mapping[int, str], *, source: str, sha256: str) -> int:
        """Keep what was reported; needs `acting`. Returns how many values were new or changed."""
        bureau = Organisation.objects.get(kind=Organisation.Kind.BUREAU)
        claims = dict(enumerate(self.claims))
        same = {"organisation": bureau, "year": self.year, "source": source, "sha256": sha256}
        current_act()
        return reported.keep(self.source.text, claims, bound, **same)  # type: ignore[arg-type]


def look(data: bytes, *, year: int | None = None) -> Wanted:
    """Read an old report in Word and look for its figures in the books of its year.

    Raises Unreadable, PackageError, CopyError.
    """
    if data[:2] != b"PK":
        raise Unreadable(_t("只能认领 Word 文档（.docx）"))
    source = papers.read(adopting.plain(data, made=timezone.now()), "report.docx")
    source = Source(source.body, source.kind, source.data)  # no placeholder can stand in a note
    year = year or year_of(source.text)
    if year is None:
        raise Unreadable(_t("看不出这是哪一年的报告，请写明年份"))
    claims = adopting.wanted(source.text)
    entries = build.entries(year)
    found = tuple(tuple(adopting.proposals(source.text, claim, entries)) for claim in claims)
    return Wanted(source, year, tuple(claims), found)


def begin(user: User, name: str, data: bytes, *, year: int | None = None) -> Paper:
    """Keep an old report with its proposals. Raises Unreadable, PackageError, CopyError."""
    made = look(data, year=year)
    found = {"proposals": [[asdict(one) for one in proposed] for proposed in made.proposals]}
    return papers.receive(user, name, data, Paper.Purpose.ADOPT, made.source, found, made.year)


def of(paper: Paper) -> Wanted:
    """What was found in a paper when it came."""
    proposed = tuple(tuple(Proposal(**one) for one in found) for found in paper.found["proposals"])
    return Wanted(paper.source, paper.year or 0, tuple(adopting.wanted(paper.text)[: len(proposed)]), proposed)


def bound(paper: Paper) -> dict[int, str]:
    """The figures that its owner said yes to, by number."""
    return {number: one.text for number, one in paper.judgements().items() if one.verdict == BOUND}


def decide(paper: Paper, number: int, figure: str | None) -> None:
    """This number is that figure; or none of ours, when it is empty; None takes back what was said. Raises Refused."""
    if not 0 <= number < len(paper.found["proposals"]):
        raise Refused(_t("没有第 %(n)s 个数字。") % {"n": number})
    if figure:
        _known([figure], build.entries(paper.year or 0, names=[figure]))
    with transaction.atomic():
        Paper.objects.select_for_update().get(pk=paper.pk)
        if figure is None:
            Judgement.objects.filter(paper=paper, number=number).delete()
            return
        said = {"verdict": BOUND if figure else UNBOUND, "text": figure}
        Judgement.objects.update_or_create(paper=paper, number=number, defaults=said)


def _known(names: Iterable[str], entries: Mapping[str, build.Entry]) -> None:
    for name in names:
        if name not in entries:
            raise Refused(_t("没有指标『%(name)s』") % {"name": name})
        if entries[name].listed:
            raise Refused(_t("指标「%(title)s」是名单，不是数字") % {"title": entries[name].title})
