"""A Word file with a mistake wherever Word prints: text, table in a table, text box, header, footer, footnote."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx
from docx.oxml import parse_xml

from shuyuan.report.package import WORD

_BOX = f"""<w:r xmlns:w="{WORD}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape id="b"
style="width:300pt;height:60pt" type="#_x0000_t202"><v:textbox><w:txbxContent><w:p><w:r><w:t>%s</w:t></w:r></w:p>
</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"""
_NOTES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{WORD}">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>%s</w:t></w:r></w:p></w:footnote></w:footnotes>"""
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"

TEXT = "县财政投入3298万元，包括配套费889万元、维修专项1000元、两项附加1409万元。"
CELL = "家长满意率达964%。"
INNER = "参保学生4812人，占在校生6015人的85%。"
BOX = "教师320人，其中小学120人，初中202人。"
HEADER = "全县发放补贴486万元，其中小学212万元、初中247万元。"
FOOTER = "印发了《学生近视防控指南的通知。"
NOTE = "体质健康合格率提高312个百分点。"
WRONG = {"": "1000元", "文本框": "320人", "页眉": "247万元", "页脚": "《", "脚注": "312个百分点"}
"""What is wrong, by the place; in the tables it is 964% and 85%."""


def file() -> bytes:
    document = docx.Document()
    document.add_paragraph(TEXT)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = CELL
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = INNER
    document.add_paragraph("见下框：")._p.append(parse_xml(_BOX % BOX))
    document.sections[0].header.paragraphs[0].text = HEADER
    document.sections[0].footer.paragraphs[0].text = FOOTER
    buffer = io.BytesIO()
    document.save(buffer)
    parts = unzipped(buffer.getvalue())
    noted = b'<w:r><w:footnoteReference w:id="1"/></w:r></w:p><w:tbl>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p><w:tbl>", noted, 1)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{_TYPE}"/></Types>'.encode()
    )
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{_RELATION}" Target="footnotes.xml"/></Relationships>'.encode(),
    )
    return zipped(parts | {"word/footnotes.xml": (_NOTES % NOTE).encode()})


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
