"""500 bound figures in a report that comes back from Word, beside opening and saving the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
from lxml import etree

from bench.binding import MADE, outline, printed
from bench.county import County
from bench.measure import Results, Size, repeated
from shuyuan.report import bind, copies, frame
from shuyuan.report.package import w
from shuyuan.report.refresh import refresh
from shuyuan.report.verify import verify


def run(county: County, size: Size, results: Results) -> None:
    figures = printed(size.numbers)
    other = {name: replace(figure, number=f"{figure.number}7") for name, figure in figures.items()}
    made = bind.fill(frame.build(outline(list(figures)), made=MADE), figures, made=MADE)
    plain = repeated(lambda: _opened_and_saved(made), size.few)
    for what, data in (("", made), (", every control and bookmark lost", _stripped(made))):
        assert not verify(data, figures).wrong
        assert len(refresh(data, other, made=MADE).moves) == size.numbers
        for name, act in (
            ("verified", lambda data=data: verify(data, other)),
            ("refreshed", lambda data=data: refresh(data, other, made=MADE)),
        ):
            took = repeated(act, size.few)
            results.add(
                "returning",
                f"{size.numbers} figures {name}{what}",
                took.median,
                best=took.best,
                cpu=took.cpu,
                goal=2.0,
                beside="python-docx opening and saving the file",
                beside_seconds=plain.median,
            )
    notes = {name: figure.note for name, figure in figures.items()}
    assert len(list(docx.Document(io.BytesIO(copies.review(made, notes, made=MADE))).comments)) == size.numbers
    for what, copy in (
        ("with a comment on each, for review", lambda: copies.review(made, notes, made=MADE)),
        ("as words alone, for issue", lambda: copies.clean(made, made=MADE)),
    ):
        took = repeated(copy, size.few)
        results.add(
            "returning",
            f"{size.numbers} figures {what}",
            took.median,
            best=took.best,
            cpu=took.cpu,
            goal=1.0,
            beside="python-docx opening and saving the file",
            beside_seconds=plain.median,
        )


def _opened_and_saved(data: bytes) -> None:
    docx.Document(io.BytesIO(data)).save(io.BytesIO())


def _stripped(data: bytes) -> bytes:
    """The file as it comes from a program that keeps neither controls nor bookmarks: only the text is left to go by."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(content)
                for control in list(root.iter(w("sdt"))):
                    for child in list(control.find(w("sdtContent"))):
                        control.addprevious(child)
                    control.getparent().remove(control)
                etree.strip_elements(root, w("bookmarkStart"), w("bookmarkEnd"), with_tail=False)
                content = etree.tostring(root)
            target.writestr(name, content)
    return packed.getvalue()
