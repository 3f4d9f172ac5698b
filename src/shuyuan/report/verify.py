"""Verifying a report that was edited: which of its numbers were typed over, are no longer true, or got lost.

The document is held against its own manifest, and both against what the books say now.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from docx.document import Document

from shuyuan.proofread.words import say as _t
from shuyuan.report import manifest, numbers, package, tree
from shuyuan.report.manifest import Head, Manifest, Occurrence
from shuyuan.report.numbers import Unbound
from shuyuan.report.phrases import PhraseError, Printed, phrase
from shuyuan.report.rebind import Found, How, Rebound, State, rebind

Reasons = Callable[[Collection[str], datetime], Mapping[str, Sequence[str]]]
"""Why figures moved since a moment: for each name one line for each record that changed."""


class Kind(StrEnum):
    """What can be found; each says in `Finding.told` what it means and in `Finding.cure` what to do."""

    CHANGED = "changed"
    STALE = "stale"
    REBOUND = "rebound"
    COPIED = "copied"
    REMOVED = "removed"
    UNCERTAIN = "uncertain"
    TAMPERED = "tampered"
    FOREIGN = "foreign"
    TYPED = "typed"
    UNPRINTABLE = "unprintable"
    MANIFEST = "manifest"
    YEAR = "year"


_HARMLESS = {Kind.REBOUND, Kind.COPIED, Kind.REMOVED}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, where it is and what to do about it."""

    kind: Kind
    place: str = ""
    """第 12 段「…」"""
    figure: str = ""
    title: str = ""
    was: str = ""
    """What was written when the report was made."""
    now: str = ""
    """What the document says."""
    books: str = ""
    """What the books say."""
    how: How | None = None
    key: str = ""
    """Names the number, for `overwrite`."""
    remark: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something has to be done. A number typed over with what the books say is right."""
        return self.kind not in _HARMLESS and not self.agrees

    @property
    def agrees(self) -> bool:
        """Whether a number was typed over with what the books say by now."""
        return self.kind is Kind.CHANGED and self.now == self.books

    @property
    def told(self) -> str:
        """What is the matter."""
        texts = {
            Kind.CHANGED: _t("数字被手工改动：原为『%(was)s』，现为『%(now)s』"),
            Kind.STALE: _t("数字已经过时：文中是『%(now)s』，台账现为『%(books)s』"),
            Kind.REBOUND: _t("控件在编辑中丢失，已凭%(how)s找回：『%(now)s』"),
            Kind.COPIED: _t("段落被复制，这里是同一指标的又一处：『%(now)s』"),
            Kind.REMOVED: _t("数字『%(was)s』已不在文中"),
            Kind.UNCERTAIN: _t("控件丢失，这里的『%(now)s』可能就是原来的『%(was)s』，不能确定"),
            Kind.TAMPERED: _t("控件自称的指标与报告清单不符：%(remark)s"),
            Kind.FOREIGN: _t("『%(now)s』的控件不是这份报告的：指标 %(figure)s"),
            Kind.TYPED: _t("『%(now)s』是手工键入的数字，没有绑定指标"),
            Kind.UNPRINTABLE: _t("『%(now)s』无法核对：%(remark)s"),
            Kind.MANIFEST: _t("报告自带的指标清单被改动过，或者这份报告不是本系统生成的"),
            Kind.YEAR: _t("这是 %(now)s的报告，不是 %(was)s的"),
        }
        return texts[self.kind] % self._facts()

    @property
    def cure(self) -> str:
        """What to do about it."""
        if self.agrees:
            return _t("与台账一致，刷新后即重新绑定。")
        texts = {
            Kind.CHANGED: _t("台账现为『%(books)s』。若台账有误，请更正台账；否则刷新时勾选此处，改回台账的数。"),
            Kind.STALE: _t("刷新这份文件，数字就地更新。"),
            Kind.REBOUND: _t("无须处理；刷新时重新加上控件。"),
            Kind.COPIED: _t("无须处理；刷新时各自绑定。"),
            Kind.REMOVED: _t("若是有意删去，无须处理；若是误删，请在 Word 中撤销，或从原报告把这句复制过来。"),
            Kind.UNCERTAIN: _t("请看一看：若是，刷新时勾选此处；若不是，请改用占位符重新生成。"),
            Kind.TAMPERED: _t("请从原报告把这句重新复制过来，不要改动控件的标记。"),
            Kind.FOREIGN: _t("请删去这个数，在模板里改用占位符，重新生成。"),
            Kind.TYPED: _t("请在模板里改成占位符 {{ 指标名 }}，重新生成；若不是统计数字，请加书名号或引号。"),
            Kind.UNPRINTABLE: _t("请在模板里改写这个占位符，重新生成。"),
            Kind.MANIFEST: _t("不能据以刷新。请重新下载报告，再把改动的文字移过去。"),
            Kind.YEAR: _t("请到那一年的报告页核对。"),
        }
        return texts[self.kind] % self._facts()

    def _facts(self) -> dict[str, str]:
        return {
            "was": self.was,
            "now": self.now,
            "books": self.books,
            "figure": self.figure,
            "remark": self.remark,
            "how": _ways()[self.how] if self.how else "",
        }

    def __str__(self) -> str:
        place = self.place or _t("全文")
        return _t("%(place)s：%(told)s。%(cure)s") % {"place": place, "told": self.told, "cure": self.cure}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a report."""

    head: Head
    findings: tuple[Finding, ...]
    numbers: int = 0
    """How many numbers it was made with."""

    @property
    def wrong(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.wrong)

    @property
    def refreshable(self) -> bool:
        """Whether it can be trusted to be this report of this year."""
        return not any(one.kind in (Kind.YEAR, Kind.MANIFEST) for one in self.findings)

    @property
    def notes(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if not one.wrong)


def verify(
    data: bytes,
    figures: Mapping[str, Printed],
    *,
    year: int | None = None,
    names: Iterable[str] = (),
    key: bytes = b"",
    reasons: Reasons | None = None,
) -> Verdict:
    """Hold an edited report against its manifest and the *figures* of the books.

    *year* is the one it ought to be of, *names* are names on the register whose numerals are no numbers, *key* is what
    the manifest was sealed with. Raises PackageError for a file that is no .docx, NotOurs for one that is no report.
    """
    document = package.open_docx(data)
    kept = manifest.whole(document, key=key)
    if wrong_year := of_another_year(kept.head, year):
        return Verdict(kept.head, (wrong_year,), len(kept.occurrences))
    rebound = rebind(document, kept.occurrences, figures.keys())
    findings = [*findings_of(rebound, kept, figures), *_typed(document, rebound, names)]
    return Verdict(kept.head, explained(findings, kept.head, reasons), len(kept.occurrences))


def of_another_year(head: Head, year: int | None) -> Finding | None:
    if year is None or head.year is None or head.year == year:
        return None
    told = _t("%(year)s 年")
    return Finding(Kind.YEAR, was=told % {"year": year}, now=told % {"year": head.year})


def findings_of(rebound: Rebound, kept: Manifest, figures: Mapping[str, Printed]) -> Iterator[Finding]:
    """What can be said of each bound number, in reading order."""
    if not kept.sound:
        yield Finding(Kind.MANIFEST)
    for found in rebound.found:
        yield from _of(found, figures)


def explained(findings: Sequence[Finding], head: Head, reasons: Reasons | None) -> tuple[Finding, ...]:
    """With the records that moved each number which is no longer true."""
    moved = {one.figure for one in findings if one.kind is Kind.STALE}
    if reasons is None or not moved:
        return tuple(findings)
    why = reasons(moved, head.made)
    return tuple(
        replace(one, reasons=tuple(why.get(one.figure, ()))) if one.kind is Kind.STALE else one for one in findings
    )


def _of(found: Found, figures: Mapping[str, Printed]) -> Iterator[Finding]:
    occurrence = found.occurrence
    books, fault = printed(occurrence, figures)
    title = figures[occurrence.figure].title if occurrence.figure in figures else occurrence.figure
    said = Finding(
        Kind.REMOVED, place_of(found), occurrence.figure, title, occurrence.text, found.text, books, found.how
    )
    said = replace(said, key=occurrence.bookmark)
    match found.state:
        case State.REMOVED:
            yield said
        case State.TAMPERED:
            claims = ", ".join(name for name in found.claims if name != occurrence.figure)
            remark = f"{claims} ≠ {occurrence.figure}"
            yield replace(said, kind=Kind.TAMPERED, key="", remark=remark)
        case State.FOREIGN:
            yield replace(said, kind=Kind.FOREIGN, key="")
        case State.UNCERTAIN:
            yield replace(said, kind=Kind.UNCERTAIN)
        case State.CHANGED:
            yield replace(said, kind=Kind.CHANGED)
        case State.KEPT | State.REBOUND | State.COPIED:
            if found.state is not State.KEPT:
                yield replace(said, kind=Kind.COPIED if found.state is State.COPIED else Kind.REBOUND)
            if fault:
                yield replace(said, kind=Kind.UNPRINTABLE, remark=fault)
            elif books != found.text:
                yield replace(said, kind=Kind.STALE)


def printed(occurrence: Occurrence, figures: Mapping[str, Printed]) -> tuple[str, str]:
    """What the books say for a bound number, as it was printed; or "" and why that cannot be said."""
    figure = figures.get(occurrence.figure)
    if figure is None:
        return "", _t("指标 %(name)s 已经没有了") % {"name": occurrence.figure}
    try:
        return phrase(figure, occurrence.filter), ""
    except PhraseError as error:
        return "", str(error)
    except KeyError:
        return "", _t("写法 %(name)s 已经没有了") % {"name": occurrence.filter}


def place_of(found: Found) -> str:
    """Where a number stands, quoted; where it stood when it is not there any more."""
    place = found.place
    if place is None:
        before, after = (side.rpartition("\n")[2] for side in (found.occurrence.before, found.occurrence.after))
        quoted = f"{before[-15:]}{found.occurrence.text}{after[:15]}".replace("#", "…")
        return _t("原在「%(quoted)s」") % {"quoted": quoted}
    line = place.story.line_at(place.start)
    if line is None:
        return ""
    start, end = max(line.start, place.start - 15), min(line.end, place.end + 15)
    quoted = ("…" if start > line.start else "") + place.story.text[start:end] + ("…" if end < line.end else "")
    if place.story.name.startswith("header"):
        return _t("页眉「%(quoted)s」") % {"quoted": quoted}
    if place.story.name.startswith("footer"):
        return _t("页脚「%(quoted)s」") % {"quoted": quoted}
    return _t("第 %(number)s 段「%(quoted)s」") % {"number": line.number, "quoted": quoted}


def _typed(document: Document, rebound: Rebound, names: Iterable[str]) -> Iterator[Finding]:
    """Numbers that no figure wrote, but for those that were found again without their control."""
    body = rebound.stories[0]
    bare: Counter[tuple[str, int, int]] = Counter()
    for found in rebound.found:
        place = found.place
        if place is None or place.story is not body or (place.control and (place.control.alias or place.mark)):
            continue
        if line := body.line_at(place.start):
            bare[(body.text[line.start : line.end], place.start - line.start, place.end - line.start)] += 1
    lines: dict[str, list[int]] = {}
    for line in body.lines:
        lines.setdefault(body.text[line.start : line.end], []).append(line.number)
    seen: Counter[Unbound] = Counter()
    for one in numbers.unbound(tree.of(document), names=names):
        seen[one] += 1  # paragraphs may be the same word for word: each number that was found excuses one
        end = one.start + len(one.text.rstrip("万亿千百十%％‰ ") or one.text)
        if seen[one] <= sum(bare[span] for span in bare if span[0] == one.paragraph and _within(one.start, end, span)):
            continue
        same = lines.get(one.paragraph, [0])
        number = same[min(seen[one], len(same)) - 1]
        start, end = max(one.start - 15, 0), one.end + 15
        quoted = ("…" if start else "") + one.paragraph[start:end] + ("…" if end < len(one.paragraph) else "")
        place_told = _t("第 %(number)s 段「%(quoted)s」") % {"number": number, "quoted": quoted}
        yield Finding(Kind.TYPED, place_told, now=one.text)


def _within(start: int, end: int, span: tuple[str, int, int]) -> bool:
    return span[1] <= start and end <= span[2]


def _ways() -> dict[How, str]:
    return {How.TAG: _t("标记"), How.ALIAS: _t("控件标题"), How.BOOKMARK: _t("书签"), How.CONTEXT: _t("上下文")}
