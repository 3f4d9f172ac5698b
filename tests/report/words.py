"""Word documents made by hand, as people and programs leave them."""

import io
import zipfile

import docx
from docx.document import Document
from lxml import etree

from shuyuan.report.package import w


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_runs(*runs: str) -> bytes:
    """A document of one paragraph whose text is split over runs, as Word's spelling checker does."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for number, text in enumerate(runs):
        paragraph.add_run(text).bold = number % 2 == 0
    return saved(document)


def with_body(xml: str) -> bytes:
    """A document whose body is *xml* (the prefix w is bound)."""
    document = docx.Document()
    body = document.element.body
    namespaces = (
        f'xmlns:w="{w("p")[1:].split("}")[0]}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    for number, element in enumerate(etree.fromstring(f"<body {namespaces}>{xml}</body>")):
        body.insert(number, element)
    return saved(document)


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """The package with one text replaced in one part, or the part added when it is not there."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)
        if part not in source.namelist():
            target.writestr(part, new)
    return buffer.getvalue()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()
