"""500 bound figures into a Word document, against docxtpl filling the same template with plain text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from docxtpl import DocxTemplate

from bench.county import County
from bench.measure import Results, Size, repeated
from shuyuan.report import bind, frame, tree
from shuyuan.report.outline import Chapter, Outline, Paragraph
from shuyuan.report.phrases import Item

MADE = datetime(2013, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class _Printed:
    """A figure as the template prints it."""

    name: str
    title: str
    number: str
    unit: str = "人"
    listed: bool = False
    items: tuple[Item, ...] = ()
    earlier: None = None

    def at(self, organisation: str) -> None:
        """No part of it is ever asked for."""

    @property
    def exact(self) -> Decimal:
        return Decimal(self.number)

    @property
    def display(self) -> str:
        return f"{self.number}{self.unit}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:8000/figures/{self.name}/?year=2012"

    @property
    def note(self) -> str:
        return f"口径:「{self.title}」。"


def run(county: County, size: Size, results: Results) -> None:
    figures = printed(size.numbers)
    template = frame.build(outline(list(figures)), made=MADE)
    assert sum(1 for _ in tree.read(bind.fill(template, figures, made=MADE)).bound()) == size.numbers
    plain = repeated(lambda: _plain(template, figures), size.few)
    took = repeated(lambda: bind.fill(template, figures, made=MADE), size.few)
    results.add(
        "binding",
        f"{size.numbers} figures bound into a DOCX",
        took.median,
        best=took.best,
        cpu=took.cpu,
        goal=3.0,
        beside="docxtpl printing the same as plain text",
        beside_seconds=plain.median,
    )


def _plain(template: bytes, figures: dict[str, _Printed]) -> None:
    document = DocxTemplate(io.BytesIO(template))
    document.render({"bench": {name.partition(".")[2]: figure.display for name, figure in figures.items()}})
    document.save(io.BytesIO())


def printed(count: int) -> dict[str, _Printed]:
    """So many figures by name."""
    names = [f"bench.f{number}" for number in range(count)]
    return {name: _Printed(name, f"测速指标{number}", str(1000 + number)) for number, name in enumerate(names)}


def outline(names: list[str]) -> Outline:
    """Seven chapters whose sentences have five numbers each, as dense as a work report gets."""
    sentences = [
        "".join(f"测速工作第{place}方面完成{{{{ {name} }}}}," for place, name in zip("甲乙丙丁戊", part, strict=False))
        for part in (names[start : start + 5] for start in range(0, len(names), 5))
    ]
    each = -(-len(sentences) // 7)
    chapters = tuple(
        Chapter(f"第{number}章", (Paragraph(f"p{number}", "office", "", tuple(sentences[start : start + each])),))
        for number, start in enumerate(range(0, len(sentences), each))
    )
    return Outline(2012, "测速报告", "测速县教育局", chapters)
