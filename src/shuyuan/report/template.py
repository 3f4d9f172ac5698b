"""Reading a Word template: which placeholders it has, and every mistake in them at once."""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from docx.document import Document
from docx.opc.part import Part
from lxml import etree

from shuyuan.report import package, tree
from shuyuan.report.package import w
from shuyuan.report.phrases import FILTERS
from shuyuan.report.words import say as _t

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_PLACEHOLDER = re.compile(rf"\{{\{{\s*({_NAME})\s*(?:\|\s*(\w+)\s*)?\}}\}}")
_SUSPECT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\{|\}\}|\{%|%\}|\{#|#\}|｛｛.*?｝｝")


class TemplateError(ValueError):
    """A template with mistakes; `problems` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        told = _t("模板中有 %(n)s 处问题：") % {"n": len(problems)}
        super().__init__("\n".join([told, *(f"· {problem}" for problem in problems)]))


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str
    filter: str
    paragraph: str
    """The text of the paragraph it stands in."""


@dataclass(frozen=True, slots=True)
class Template:
    data: bytes
    placeholders: tuple[Placeholder, ...]
    malformed: tuple[str, ...] = ()
    """Sentences about what looks like a placeholder and is none."""

    def check(self, names: Collection[str]) -> None:
        """Raise one TemplateError that lists every mistake, given the names of all figures."""
        problems = list(self.malformed)
        for placeholder in self.placeholders:
            quoted = {"quoted": _shorten(placeholder.paragraph, "{{")}
            if placeholder.name not in names:
                near = difflib.get_close_matches(placeholder.name, names, n=3, cutoff=0.5)
                cure = _t("没有名称相近的指标，请在指标清单中查找。")
                if near:
                    cure = _t("相近的指标：%(names)s。") % {"names": _t("、").join(near)}
                fault = _t("段落「%(quoted)s」中的指标 %(name)s 不存在。%(cure)s")
                problems.append(fault % (quoted | {"name": placeholder.name, "cure": cure}))
            if placeholder.filter and placeholder.filter not in FILTERS:
                fault = _t("段落「%(quoted)s」中的写法 %(name)s 不存在。可用：%(known)s。")
                problems.append(fault % (quoted | {"name": placeholder.filter, "known": _t("、").join(FILTERS)}))
        if problems:
            raise TemplateError(problems)


def read(data: bytes) -> Template:
    """Find the placeholders of a .docx; raises PackageError when it is none.

    Word splits a placeholder over several runs when its spelling checker or an edit touched it, so paragraphs
    are read as a whole.
    """
    document = package.open_docx(data)
    placeholders: list[Placeholder] = []
    malformed: list[str] = []
    for text in _paragraphs(document):
        placeholders.extend(Placeholder(m[1], m[2] or "", text) for m in _PLACEHOLDER.finditer(text))
        for suspect in _SUSPECT.findall(_PLACEHOLDER.sub("", text)):
            fault = _t("段落「%(quoted)s」中的 %(suspect)s 无法识别。请写成 {{ 指标名 }}，两边各两个半角花括号。")
            malformed.append(fault % {"quoted": _shorten(text, suspect), "suspect": suspect})
    malformed.extend(
        _t("脚注或尾注「%(quoted)s」中有占位符，无法绑定。请移到正文。") % {"quoted": _shorten(text, "{{")}
        for text in _notes(document)
        if "{{" in text
    )
    return Template(data, tuple(placeholders), tuple(malformed))


def _paragraphs(document: Document) -> Iterator[str]:
    for part in package.stories(document):
        for paragraph in tree.paragraphs(part.element):
            yield tree.text_of(paragraph)


def _notes(document: Document) -> Iterator[str]:
    for part in document.part.package.iter_parts():
        if str(part.partname) in ("/word/footnotes.xml", "/word/endnotes.xml") and isinstance(part, Part):
            for paragraph in etree.fromstring(part.blob).iter(w("p")):
                yield tree.text_of(paragraph)


def _shorten(text: str, around: str) -> str:
    """A paragraph quoted for a message: at most some eighty characters round the place."""
    place = max(text.find(around), 0)
    start, end = max(place - 30, 0), place + 50
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
