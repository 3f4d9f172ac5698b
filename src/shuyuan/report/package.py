"""The .docx file as a package: opened or refused with a clear sentence, saved byte for byte the same."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from lxml import etree

from shuyuan.report.words import say as _t

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
# The one format id that Office uses for custom properties; a property with another one is not shown.
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace")
            if any(archive.getinfo(name).flag_bits & 1 for name in names):
                raise PackageError(_t("文件设有压缩密码，无法读取。请在 Word 或 WPS 中取消密码后重新保存。"))
    except zipfile.BadZipFile as error:
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
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise PackageError(_t("文件不是完整的 Word 文档（.docx）。请在 Word 或 WPS 中打开并重新保存。")) from error
    for relation in document.part.package.rels.values():
        # LibreOffice names this relation otherwise; the library would not find the part and write a second one.
        if relation.reltype.endswith("/metadata/core-properties"):
            relation._reltype = RELATIONSHIP_TYPE.CORE_PROPERTIES
    return document


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


def set_custom_properties(document: Document, properties: Mapping[str, str]) -> None:
    """Replace all custom document properties (text only)."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _VARIANT})
    for number, (name, value) in enumerate(properties.items(), start=2):  # Office counts from 2
        child = etree.SubElement(root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        etree.SubElement(child, f"{{{_VARIANT}}}lpwstr").text = value
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = document.part.package
    part = _custom_part(document)
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
