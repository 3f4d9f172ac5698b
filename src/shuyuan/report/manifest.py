"""What a filled document remembers of itself and of its bound numbers, in custom properties.

One property names the report, its year and the moment it was made; each bound number has one of its own, named by its
bookmark. Bookmarks and custom properties are what LibreOffice keeps whole; it drops the tag of a control. Word keeps
255 characters of a property, so a longer entry goes on in further ones.
"""

import hashlib
import hmac
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.document import Document

from shuyuan.proofread.words import say as _t
from shuyuan.report import package

FORM = 2
"""The form of the manifest itself. The first had neither head nor filters: such a file can be read, not refreshed."""
CONTEXT = 40
"""Characters kept of what stands before and after a number."""

_HEAD = "shuyuan_report"
_NUMBER = re.compile(r"fig_(\d{4,})_[0-9a-f]{8}")
_PROPERTY = re.compile(r"(fig_\d{4,}_[0-9a-f]{8})(?:\.(\d+))?")
_LIMIT = 255
_LOST = "lost"
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class NotOurs(ValueError):
    """A document that was not made here, or lost what it remembered; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One bound number, so that it is found again after any editing, and printed again as it was."""

    bookmark: str
    figure: str
    text: str
    before: str
    """What stands before it, digits masked: neighbouring numbers may change too. A new paragraph is a line break."""
    after: str
    filter: str = ""
    """How it is printed: `{{ figure | filter }}`."""
    lost: bool = False
    """Whether it was not found when the document was last written: what stands round it decides nothing any more."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says of itself as a whole."""

    made: datetime
    year: int | None = None
    report: str = ""
    """Which report of that year it is, in the words of whoever made it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    head: Head
    occurrences: tuple[Occurrence, ...]
    sound: bool
    """Whether it is as it was written, by somebody who has the key."""


def bookmark(figure: str, count: int) -> str:
    """The name of a figure's *count*th bookmark; what is added elsewhere changes no other name."""
    return f"fig_{count:04d}_{zlib.crc32(figure.encode()):08x}"


def is_bookmark(name: str) -> bool:
    """Whether a bookmark's name is one of ours."""
    return _NUMBER.fullmatch(name) is not None


def count_of(name: str) -> int:
    """The count in the name of a bookmark of ours."""
    found = _NUMBER.fullmatch(name)
    if found is None:
        raise ValueError(f"'{name}' is no bookmark of ours")
    return int(found[1])


def masked(text: str) -> str:
    """The text with one sign for each number, however many digits it has."""
    return _DIGITS.sub("#", text)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after text[start:end], as the manifest keeps it."""
    reach = 2 * CONTEXT
    return masked(text[max(start - reach, 0) : start])[-CONTEXT:], masked(text[end : end + reach])[:CONTEXT]


def read(data: bytes) -> tuple[Occurrence, ...]:
    """The bound numbers a .docx was filled with; raises PackageError when it is none."""
    return of(package.open_docx(data))


def of(document: Document) -> tuple[Occurrence, ...]:
    """The bound numbers an opened document was filled with; what cannot be read is left out."""
    read = (_occurrence(name, text) for name, text in _entries(package.custom_properties(document)).items())
    return tuple(occurrence for occurrence in read if occurrence is not None)


def whole(document: Document, *, key: bytes = b"") -> Manifest:
    """All that an opened document remembers. Raises NotOurs when it remembers nothing that can be used."""
    properties = package.custom_properties(document)
    occurrences = of(document)
    if _HEAD not in properties:
        if occurrences:
            raise NotOurs(_t("这份报告由旧版本生成，文件里没有记下年份和写法。请重新下载报告，再把改动移过去。"))
        raise NotOurs(
            _t(
                "这不是数源生成的报告，或者另存时丢失了它的指标清单。请上传由报告页下载的 Word 文件，"
                "或用 Word、WPS、LibreOffice 编辑原文件后直接保存。"
            )
        )
    try:
        kept = json.loads(properties[_HEAD])
        head = Head(datetime.fromisoformat(kept["made"]), kept["year"], kept["report"])
        form, seal = int(kept["form"]), str(kept["seal"])
        if head.year is not None and type(head.year) is not int:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotOurs(_t("报告的指标清单已损坏，无法读取。请重新下载报告，再把改动移过去。")) from error
    if form > FORM:
        raise NotOurs(_t("这份报告由更新的版本生成，本机的程序读不懂。请先升级数源。"))
    if head.made.tzinfo is None:
        head = Head(head.made.replace(tzinfo=UTC), head.year, head.report)
    return Manifest(head, occurrences, hmac.compare_digest(seal.encode(), _seal(head, occurrences, key).encode()))


def write(document: Document, occurrences: Iterable[Occurrence], head: Head, *, key: bytes = b"") -> None:
    """Put the manifest into *document* in place of an older one; other custom properties stay.

    With *key*, which its owner keeps secret, nobody else can alter it unnoticed.
    """
    found = tuple(occurrences)
    properties = package.custom_properties(document)
    kept = {name: value for name, value in properties.items() if name != _HEAD and not _PROPERTY.fullmatch(name)}
    said: Mapping[str, Any] = {"form": FORM, "year": head.year, "report": head.report, "made": head.made.isoformat()}
    kept[_HEAD] = _json({**said, "seal": _seal(head, found, key)})
    for occurrence in found:
        entry = _json(_facts(occurrence)[1:])
        for number, start in enumerate(range(0, len(entry), _LIMIT), start=1):
            name = occurrence.bookmark if number == 1 else f"{occurrence.bookmark}.{number}"
            kept[name] = entry[start : start + _LIMIT]
    package.set_custom_properties(document, kept)


def _facts(occurrence: Occurrence) -> list[str]:
    one = occurrence
    return [one.bookmark, one.figure, one.filter, one.text, one.before, one.after, *([_LOST] if one.lost else [])]


def _seal(head: Head, occurrences: Sequence[Occurrence], key: bytes) -> str:
    """Over what is said, not over how it is stored: other programs reorder properties."""
    said = [FORM, head.year, head.report, head.made.astimezone(UTC).isoformat(), sorted(map(_facts, occurrences))]
    return hmac.new(key, _json(said).encode(), hashlib.sha256).hexdigest()[:32]


def _json(value: Any) -> str:
    """JSON without a space or a character that counts twice in Word: a piece may begin and end anywhere."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"[^\S ]|[\U00010000-\U0010ffff]", lambda match: json.dumps(match[0])[1:-1], text).replace(
        " ", r"\u0020"
    )


def _entries(properties: Mapping[str, str]) -> dict[str, str]:
    """The text of each entry by its bookmark, its pieces put together."""
    pieces: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for name, value in properties.items():
        if match := _PROPERTY.fullmatch(name):
            pieces[match[1]][int(match[2] or 1)] = value
    return {name: "".join(text for _number, text in sorted(found.items())) for name, found in pieces.items()}


def _occurrence(name: str, text: str) -> Occurrence | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        return None
    if len(fields) == 4:  # the first form
        return Occurrence(name, *fields)
    if len(fields) not in (5, 6):
        return None
    figure, filter_name, printed, before, after = fields[:5]
    return Occurrence(name, figure, printed, before, after, filter_name, fields[5:] == [_LOST])
