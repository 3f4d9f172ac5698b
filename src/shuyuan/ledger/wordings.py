"""Wordings: what an organisation calls our columns and codes in its own workbooks, confirmed once by a person."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.ledger.cells import as_text, plain
from shuyuan.ledger.columns import Column
from shuyuan.ledger.headings import Words, bare, known, text_of
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.revisions import STAMP_HEADINGS

SAMPLES = 30  # cells of a column that a proposal looks at
TELLING = {"choice", "boolean", "date", "organisation"}  # kinds that a column's data can be recognised by


@keep_versions
class Wording(Versioned):
    """One organisation's words for one ledger; `layout` are the headings of the workbook it was last used on."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    headings = models.JSONField(_("标题对照"), default=dict)
    values = models.JSONField(_("用词对照"), default=dict)
    fixed = models.JSONField(_("固定值"), default=dict)
    layout = models.JSONField(_("表头"), default=list)

    objects = VersionedQuerySet["Wording"].as_manager()

    class Meta:
        verbose_name = _("标题对照")
        constraints = [models.UniqueConstraint(fields=["organisation", "ledger"], name="one_wording_each")]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.ledger}"

    def words(self) -> Words:
        return Words(self.headings, self.values, self.fixed)


def wording_of(ledger: Ledger[Any], organisations: Iterable[Organisation | None]) -> Wording | None:
    """The words of the first of these organisations that has any."""
    for organisation in organisations:
        if organisation is not None:
            found = Wording.objects.filter(organisation=organisation, ledger=ledger.slug).first()
            if found is not None:
                return found
    return None


def remember(ledger: Ledger[Any], organisation: Organisation, words: Words, layout: Sequence[str]) -> Wording:
    """Keep what a person confirmed, beside what was confirmed of other layouts before."""
    found = Wording.objects.filter(organisation=organisation, ledger=ledger.slug).first()
    kept = found or Wording(organisation=organisation, ledger=ledger.slug)
    kept.headings = kept.headings | words.headings
    for name, said in words.values.items():
        kept.values[name] = kept.values.get(name, {}) | said
    kept.fixed = dict(words.fixed)
    kept.layout = list(layout)
    kept.save()
    return kept


def moved(wording: Wording, header: Sequence[object]) -> str:
    """How a workbook's headings differ from those the words were last confirmed for; empty when they do not."""
    now = layout_of(header)
    gone = [heading for heading in wording.layout if heading not in now]
    new = [heading for heading in now if heading not in wording.layout]
    if not wording.layout or not (gone or new):
        return ""
    parts = []
    if new:
        parts.append(_t("新出现『%(headings)s』") % {"headings": _t("、").join(new)})
    if gone:
        parts.append(_t("缺了『%(headings)s』") % {"headings": _t("、").join(gone)})
    return _t("表头与上次不同：%(parts)s。") % {"parts": _t("，").join(parts)}


def layout_of(header: Sequence[object]) -> list[str]:
    stamps = {bare(heading) for heading in STAMP_HEADINGS}
    return [said for cell in header if (said := bare(text_of(cell))) and said not in stamps]


@dataclass(frozen=True)
class Proposal:
    """What a heading may mean, and why we think so; a person confirms it."""

    heading: str
    said: str
    cell: str
    why: str
    samples: list[str]


def proposals(
    ledger: Ledger[Any], rows: Sequence[Sequence[object]], header: int, words: Words, lookup: Lookup
) -> list[Proposal]:
    """For each heading: by what was confirmed before, our headings and aliases, near spelling, or the data below."""
    ours = known(ledger)
    heads = [(index, text_of(cell)) for index, cell in enumerate(rows[header]) if bare(text_of(cell))]
    heads = [head for head in heads if bare(head[1]) not in {bare(text) for text in STAMP_HEADINGS}]
    below = {index: _samples(rows, header, index) for index, _text in heads}
    found: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()

    def propose(index: int, cell: str | None, why: str) -> None:
        if cell and index not in found and cell not in taken:
            found[index] = (cell, why)
            taken.add(cell)

    for index, text in heads:
        if (before := words.headings.get(bare(text))) is not None:
            found[index] = (before, _t("上次确认过"))
            taken.add(before)
    for index, text in heads:
        propose(index, ours.get(bare(text)), _t("标题相同"))
    for index, text in heads:
        near = difflib.get_close_matches(bare(text), [said for said in ours if ours[said] not in taken], 1, 0.6)
        propose(index, ours[near[0]] if near else None, _t("标题相近"))
    for index, _text in heads:
        if index not in found:
            fits = [
                column for column in ledger.sheet if column.name not in taken and _fits(column, below[index], lookup)
            ]
            propose(index, fits[0].name if len(fits) == 1 else None, _t("下面的内容相符"))
    return [
        Proposal(text, bare(text), *found.get(index, ("", "")), samples=[as_said(cell) for cell in below[index][:3]])
        for index, text in heads
    ]


def _samples(rows: Sequence[Sequence[object]], header: int, index: int) -> list[object]:
    cells = (row[index] for row in rows[header + 1 :] if index < len(row) and row[index] not in (None, ""))
    return [cell for cell, _n in zip(cells, range(SAMPLES), strict=False)]


def as_said(cell: object) -> str:
    try:
        return as_text(plain(cell))
    except Refused:
        return str(cell)


def _fits(column: Column, cells: Sequence[object], lookup: Lookup) -> bool:
    if column.kind not in TELLING or not cells:
        return False
    good = 0
    for cell in cells:
        try:
            column.parse(plain(cell), lookup, {})
            good += 1
        except Refused:
            continue
    return good >= 0.8 * len(cells)


def unknown_words(
    ledger: Ledger[Any], rows: Sequence[Sequence[object]], header: int, words: Words
) -> dict[str, list[str]]:
    """For each column of a closed list, the words below its heading that are neither our codes nor mapped."""
    lookup = Lookup([])
    places = {words.headings.get(bare(text_of(cell))): index for index, cell in enumerate(rows[header])}
    ours = known(ledger)
    for index, cell in enumerate(rows[header]):
        if bare(text_of(cell)) not in words.headings:
            places.setdefault(ours.get(bare(text_of(cell))), index)
    found: dict[str, list[str]] = {}
    for column in ledger.sheet:
        if not column.choices or column.name not in places:
            continue
        index = places[column.name]
        said = dict.fromkeys(as_said(row[index]) for row in rows[header + 1 :] if index < len(row))
        mapped = words.values.get(column.name, {})
        strange = [text for text in said if text and text not in mapped and not _reads(column, text, lookup)]
        if strange:
            found[column.name] = strange[:100]
    return found


def _reads(column: Column, text: str, lookup: Lookup) -> bool:
    try:
        column.parse(text, lookup, {})
    except Refused:
        return False
    return True


def nearest(column: Column, text: str) -> str:
    """The code whose label is spelt most like this word; empty when none is near."""
    labels = {label: code for code, label in column.choices}
    inside = [label for label in labels if label in text or text in label]
    near = inside if len(inside) == 1 else difflib.get_close_matches(text, list(labels), 1, 0.5)
    return labels[near[0]] if near else ""
