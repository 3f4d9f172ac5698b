"""The .docx file as a package: opened or refused with a clear sentence, saved byte for byte the same."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from lxml import etree

from shuyuan.proofread.words import say as _t

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
# The one format id that Office uses for custom properties; a property with another one is not shown.
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_XML = 40 * 2**20  # a report of 200 pages has about 5 MB of it; a parser needs ten times what it reads
MOST_PARTS = 5000
# What Word fetches or runs when a document is opened, or asks about in a box that people click away.
_FETCHING = re.compile(r"^\s*(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
_TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
_LINKS = {RELATIONSHIP_TYPE.HYPERLINK}  # followed when somebody clicks, not before
_ELEMENT = re.compile(rb"<[A-Za-z_]")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']+)""")
_RESERVED = re.compile("\ufdd0|\ufdd1".encode() + rb"|&#(?:[xX]0*[fF][dD][dD][01]|0*6497[67]);")


class PackageError(ValueError):
    """A file that is no usable Word document; the message says what it is and what to do."""


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return f"{{{WORD}}}{name}"


def open_docx(data: bytes) -> Document:
    """Open a .docx given as bytes; raises PackageError for anything else."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise PackageError(_t("文件设有打开密码，无法读取。请在 Word 或 WPS 中取消密码后重新保存。"))
        raise PackageError(_t("这是旧格式的 .doc 文件。请在 Word 或 WPS 中另存为 .docx 后再上传。"))
    if len(data) > MOST_BYTES:
        raise PackageError(_t("文件超过 20 MB。请压缩其中的图片后再上传。"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise PackageError(_t("文件设有压缩密码，无法读取。请在 Word 或 WPS 中取消密码后重新保存。"))
            _within_bounds(parts)
            names = {part.filename for part in parts}
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _look_at(archive.read(part))
    except _DAMAGED as error:
        raise PackageError(
            _t("文件不是 Word 文档（.docx），或者已经损坏。请在 Word 或 WPS 中另存为 .docx。")
        ) from error
    except KeyError as error:
        raise PackageError(_t("文件是压缩包，但不是 Word 文档。请上传 .docx 文件。")) from error
    if "macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise PackageError(_t("文件含有宏（.docm），出于安全考虑不予接受。请另存为不含宏的 .docx。"))
    if "wordprocessingml.template.main" in types:
        raise PackageError(_t("这是 Word 模板格式（.dotx）。请另存为 .docx 后再上传。"))
    try:
        document = docx.Document(io.BytesIO(data))
    except _UNREADABLE as error:
        raise PackageError(_t("文件不是完整的 Word 文档（.docx）。请在 Word 或 WPS 中打开并重新保存。")) from error
    for relation in document.part.package.rels.values():
        # LibreOffice names this relation otherwise; the library would not find the part and write a second one.
        if relation.reltype.endswith("/metadata/core-properties"):
            relation._reltype = RELATIONSHIP_TYPE.CORE_PROPERTIES
    _at_home(document)
    return document


_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, UnicodeError)
_UNREADABLE = (
    *_DAMAGED,
    PackageNotFoundError,
    etree.XMLSyntaxError,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    TypeError,
)
"""What zipfile and python-docx come to on a damaged file."""


def _within_bounds(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill the memory when unpacked, by what the archive says of itself: more is never read."""
    xml = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or xml > MOST_XML:
        raise PackageError(_t("文件展开后过大，不予打开。请删去多余的图片和内容，在 Word 或 WPS 中重新保存。"))
    if len({part.filename for part in parts}) < len(parts):
        raise PackageError(_t("文件里有重名的部分，读不准。请在 Word 或 WPS 中打开并重新保存。"))


def _look_at(content: bytes) -> None:
    """Refuse XML that declares entities, which it does before its first element, and characters kept for our slots."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", "replace").encode()
    element = _ELEMENT.search(content)
    before = content[: element.start()] if element else content
    encoding = _ENCODING.search(before)
    known = encoding is None or encoding[1].lower() in (b"utf-8", b"utf-16", b"us-ascii", b"ascii")
    if not known or b"<!DOCTYPE" in before or b"<!ENTITY" in before:
        raise PackageError(_t("文件里有 Word 不会写的内容（DOCTYPE）。请在 Word 或 WPS 中重新保存。"))
    if _RESERVED.search(content):
        raise PackageError(_t("文件里有无法识别的字符（U+FDD0）。请删去后重新保存。"))


def _at_home(document: Document) -> None:
    """Refuse a document that fetches anything, from the network or a disk; its own template is only forgotten.

    Word notes in every document which template it was made from, often a path on somebody's disk. Nobody needs that,
    and a path to the network makes Word fetch a template with macros: so the note goes.
    """
    for part in document.part.package.iter_parts():
        for identifier, relation in list(part.rels.items()):
            kind = relation.reltype or ""  # a damaged file may leave it out
            if kind == _TEMPLATE:
                del part.rels[identifier]
                _forget(part, identifier)
            elif relation.is_external and kind not in _LINKS:
                named = {"image": _t("图片"), "oleObject": _t("嵌入对象"), "package": _t("嵌入对象")}.get(
                    kind.rpartition("/")[2], kind.rpartition("/")[2]
                )
                told = _t("文件引用了外部的%(kind)s（%(target)s），不予接受。请在 Word 中把它嵌入文件或删去。")
                raise PackageError(told % {"kind": named, "target": relation.target_ref[:80]})
            elif kind.endswith(("/aFChunk", "/subDocument", "/control")):
                told = _t("文件里嵌有其他文件或控件（%(kind)s），不予接受。请删去后重新保存。")
                raise PackageError(told % {"kind": kind.rpartition("/")[2]})
        if isinstance(part, XmlPart) and (field := _fetching(part.element)):
            told = _t(
                "文件里有会读取外部内容的域（%(field)s），不予接受。请在 Word 中选中它，按 Ctrl+Shift+F9 变为文字。"
            )
            raise PackageError(told % {"field": field})


def _forget(part: Part, identifier: str) -> None:
    if isinstance(part, XmlPart):
        for note in part.element.findall(w("attachedTemplate")):
            part.element.remove(note)
    else:
        part._blob = re.sub(rb"<w:attachedTemplate\b[^>]*/>", b"", part.blob)


def _fetching(root: etree._Element) -> str:
    """The name of a field that reads from elsewhere; Word spreads its instruction over several runs."""
    written = [field.get(w("instr"), "") for field in root.iter(w("fldSimple"))]
    instruction: list[str] = []
    for element in root.iter(w("fldChar"), w("instrText")):
        if element.tag == w("instrText"):
            instruction.append(element.text or "")
        else:  # a field's instruction ends where its result, an inner field or the field itself does
            written.append("".join(instruction))
            instruction = []
    written.append("".join(instruction))
    return next((found[1].upper() for text in written if (found := _FETCHING.match(text))), "")


def stories(document: Document) -> Iterator[XmlPart]:
    """The parts that print text and take links: the body first, then headers and footers by name."""
    yield document.part
    found = {str(part.partname): part for part in document.part.package.iter_parts()}
    for name in sorted(found):
        part = found[name]
        if re.fullmatch(r"/word/(header|footer)\d*\.xml", name) and isinstance(part, XmlPart):
            yield part


def custom_properties(document: Document) -> dict[str, str]:
    """The custom document properties, in their order."""
    part = _custom_part(document)
    if part is None:
        return {}
    root = etree.fromstring(part.blob, parser())
    return {child.get("name", ""): "".join(child.itertext()) for child in root}


def custom_part(document: Document) -> dict[str, bytes]:
    """The part of the custom properties as it stands now, by its name; empty when there is none."""
    part = _custom_part(document)
    return {} if part is None else {str(part.partname): part.blob}


def set_custom_properties(document: Document, properties: Mapping[str, str]) -> None:
    """Replace all custom document properties by texts; what says the same already stays as it is, a date a date."""
    part = _custom_part(document)
    older = {} if part is None else {child.get("name"): child for child in etree.fromstring(part.blob, parser())}
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _VARIANT})
    for number, (name, value) in enumerate(properties.items(), start=2):  # Office counts from 2
        if name in older and "".join(older[name].itertext()) == value:
            root.append(older[name])
            older[name].set("pid", str(number))
            continue
        child = etree.SubElement(root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        etree.SubElement(child, f"{{{_VARIANT}}}lpwstr").text = value
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    if part is None:
        part = Part(PackURI("/docProps/custom.xml"), _CUSTOM_TYPE, blob, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
    part._blob = blob


def _custom_part(document: Document) -> Part | None:
    for relation in document.part.package.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES:
            part: Part = relation.target_part
            return part
    return None


def parser() -> etree.XMLParser:
    """For parts that the library hands over as bytes: no entity is resolved, nothing is fetched."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def save(document: Document, *, made: datetime) -> bytes:
    """The document as bytes that depend on its content and *made* alone, not on clock or order of parts."""
    moment = made.astimezone(UTC).replace(tzinfo=None) if made.tzinfo else made
    core = document.core_properties
    core.created = core.modified = moment.replace(microsecond=0)
    core.last_modified_by = core.author
    core.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(packed, "w") as target:
        # Word and file(1) expect the content types first; the rest in the order of the alphabet.
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on Windows and elsewhere
            target.writestr(info, source.read(name))
    return packed.getvalue()
