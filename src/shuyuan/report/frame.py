"""The Word template of a year's report, made from its outline in the layout of GB/T 9704-2012.

Placeholders stay in the text, so that office staff can edit the template in Word or WPS and give it back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt, RGBColor, Twips
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph

from shuyuan.proofread.words import say as _t
from shuyuan.report import numerals, package
from shuyuan.report.outline import Outline
from shuyuan.report.package import w

# The fonts that official documents name; every office PC has them, a server maps them (see pdf.py).
BODY, TITLE, HEADING, SUBHEADING, FOLIO = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"

# 28 characters of 16 pt do not fit into 156 mm (they need 158), and 22 lines of 29 pt not into 225 mm. The
# standard's sums work for 15.75 pt: so 16 pt, set 0.25 pt closer, on lines of exactly 28.95 pt.
LINE = Twips(579)
TIGHTER = -5
TABLE_LINE = Pt(20)
TABLE_TEXT, TABLE_HEAD = "表格文字", "表格表头"
INDENT, INDENT_CHARACTERS = 630, 200  # two characters, in twips and in hundredths of a character


def _plainly(name: str) -> tuple[str, str]:
    return name, ""


def build(outline: Outline, *, made: datetime, told: Callable[[str], tuple[str, str]] = _plainly) -> bytes:
    """The template as a .docx; the same outline and time give the same bytes.

    `told` gives title and unit of the figure that a row of a table is about.
    """
    document = docx.Document()
    _page(document)
    _styles(document)
    document.add_paragraph(outline.title, style="Title")  # a line break in the title becomes one in Word
    document.add_paragraph(outline.issuer, style="Subtitle")
    for number, chapter in enumerate(outline.chapters, start=1):
        document.add_paragraph(numerals.chapter_number(number) + chapter.title, style="Heading 1")
        section = 0
        for paragraph in chapter.paragraphs:
            if paragraph.heading:
                section += 1
                document.add_paragraph(numerals.section_number(section) + paragraph.heading, style="Heading 2")
            for text in paragraph.texts:
                document.add_paragraph(text)
            if table := paragraph.table:
                add_table(document, table.caption, table.columns, table.rows(told), widths=table.widths)
    core = document.core_properties
    core.title = " ".join(outline.title.split())
    core.author = outline.issuer
    core.comments = ""
    core.language = "zh-CN"
    return package.save(document, made=made)


AREA = Mm(156)  # how wide text and tables are


def add_table(
    document: Document,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (),
) -> None:
    """Append a table to a template: its caption above it, a heading that repeats on every page, and rows of texts.

    Texts may hold placeholders. The first column names what the row is about, the others hold its numbers;
    *widths* are shares of the page, by default twice as much for the first as for each of the others.
    """
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            told = _t("表格「%(caption)s」第 %(row)s 行有 %(cells)s 格，应当与表头一样有 %(columns)s 格。")
            raise ValueError(told % {"caption": caption, "row": number, "cells": len(row), "columns": len(columns)})
    if caption:
        document.add_paragraph(caption, style="Caption")
    table = document.add_table(rows=0, cols=len(columns), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    shares = list(widths) or [2.0 if len(columns) > 1 else 1.0, *[1.0] * (len(columns) - 1)]
    lengths = [Twips(round(AREA.twips * share / sum(shares))) for share in shares]
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = length
    for line, texts in enumerate([columns, *rows]):
        added = table.add_row()
        properties = added._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if line == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(added.cells, texts, strict=True)):
            cell.width = lengths[column]
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.style = TABLE_TEXT if line else TABLE_HEAD
            if line and column:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.add_run(text)


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # Footer text on an exact line of 579 twips: 24.5 mm puts its dashes 7 mm below the text area, as the
    # standard asks; 26 mm would push the footer into the text and cost a line.
    section.header_distance, section.footer_distance = Mm(15), Mm(24.5)
    properties = section._sectPr
    for old in properties.findall(w("docGrid")):
        properties.remove(old)
    # Lines only: LibreOffice gives every character two cells of a linesAndChars grid.
    grid = OxmlElement("w:docGrid")
    grid.set(w("type"), "lines")
    grid.set(w("linePitch"), str(LINE.twips))
    properties.append(grid)
    document.settings.odd_and_even_pages_header_footer = True
    _folio(section.footer.paragraphs[0], right=True)
    _folio(section.even_page_footer.paragraphs[0], right=False)


def _folio(paragraph: Paragraph, *, right: bool) -> None:
    """— n —, one character away from the outer edge."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    side = "right" if right else "left"
    _indent(
        paragraph._p.get_or_add_pPr(),
        **{side: "280", f"{side}Chars": "100", "firstLine": "0", "firstLineChars": "0"},
    )
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind in ("begin", "PAGE", "separate", "1", "end"):
        if kind == "1":
            field.add_text(kind)
            continue
        if kind == "PAGE":
            element = OxmlElement("w:instrText")
            element.text = kind
        else:
            element = OxmlElement("w:fldChar")
            element.set(w("fldCharType"), kind)
        field._r.append(element)
    paragraph.add_run(" —")


def _styles(document: Document) -> None:
    styles = document.styles
    for defaults in styles.element.iter(w("docDefaults")):
        for fonts in defaults.iter(w("rFonts")):
            _set_fonts(fonts, BODY)
        for language in defaults.iter(w("lang")):
            language.set(w("eastAsia"), "zh-CN")
    for fonts in styles.element.iter(w("rFonts")):
        _drop_theme(fonts)

    normal = _paragraph_style(document, "Normal", BODY, 16)
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    normal.paragraph_format.widow_control = False  # a page has its 22 lines
    # No extra space between hanzi and digits: a line has its 28 places. LibreOffice 7.4 does not read this.
    _switch_off(normal, "autoSpaceDE", "autoSpaceDN")
    _indent(normal.element.get_or_add_pPr(), firstLine=str(INDENT), firstLineChars=str(INDENT_CHARACTERS))
    _paragraph_style(document, "Heading 1", HEADING, 16)
    _paragraph_style(document, "Heading 2", SUBHEADING, 16)
    for name, font, size in (("Title", TITLE, 22), ("Subtitle", SUBHEADING, 16)):
        style = _paragraph_style(document, name, font, size)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        style.paragraph_format.space_after = LINE
        for tag in ("numPr", "contextualSpacing"):  # the library's Title and Subtitle bring these
            for element in style.element.findall(f"{w('pPr')}/{w(tag)}"):
                element.getparent().remove(element)
        _switch_off(style, "snapToGrid")  # or LibreOffice gives 22 pt two lines of the grid
        _indent(style.element.get_or_add_pPr(), firstLine="0", firstLineChars="0")
    caption = _paragraph_style(document, "Caption", HEADING, 16)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    _indent(caption.element.get_or_add_pPr(), firstLine="0", firstLineChars="0")
    for name, identifier, font, alignment in (
        (TABLE_TEXT, "TableText", BODY, WD_ALIGN_PARAGRAPH.LEFT),
        (TABLE_HEAD, "TableHead", HEADING, WD_ALIGN_PARAGRAPH.CENTER),
    ):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
        cells = _paragraph_style(document, name, font, 12)
        cells.element.set(w("styleId"), identifier)
        cells.paragraph_format.alignment = alignment
        cells.paragraph_format.line_spacing = TABLE_LINE
        _switch_off(cells, "snapToGrid")
        _indent(cells.element.get_or_add_pPr(), firstLine="0", firstLineChars="0")
    footer = _paragraph_style(document, "Footer", FOLIO, 14)
    for tabs in footer.element.findall(f"{w('pPr')}/{w('tabs')}"):
        tabs.getparent().remove(tabs)

    # Without a character style of this name LibreOffice writes no links into the PDF.
    link = _added(document, "Hyperlink", "Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x1F, 0x4E, 0x79)
    # The styles comments use; the library's own template lacks them.
    note = _added(document, "annotation text", "CommentText", WD_STYLE_TYPE.PARAGRAPH)
    note.font.size = Pt(10.5)
    if isinstance(note, ParagraphStyle):
        note.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _indent(note.element.get_or_add_pPr(), firstLine="0", firstLineChars="0")
    _added(document, "annotation reference", "CommentReference", WD_STYLE_TYPE.CHARACTER).font.size = Pt(8)


def _paragraph_style(document: Document, name: str, font: str, size: float) -> ParagraphStyle:
    """A paragraph style in one font for all scripts, black, upright, on the exact line."""
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.name = font
    _set_fonts(properties.find(w("rFonts")), font)
    style.font.size = Pt(size)
    style.font.bold = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    # The schema wants this order: colour, spacing, size.
    tighter = OxmlElement("w:spacing")
    tighter.set(w("val"), str(TIGHTER if size == 16 else 0))
    properties.find(w("sz")).addprevious(tighter)
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(w("pBdr")):  # the library's Title is underlined by a border
        paragraph.remove(border)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = LINE
    return style


def _switch_off(style: ParagraphStyle, *names: str) -> None:
    spacing = style.element.get_or_add_pPr().find(w("spacing"))
    for name in names:  # the schema wants them before the spacing
        element = OxmlElement(f"w:{name}")
        element.set(w("val"), "0")
        spacing.addprevious(element)


def _added(document: Document, name: str, identifier: str, kind: WD_STYLE_TYPE) -> CharacterStyle:
    style = document.styles.add_style(name, kind, builtin=True)
    assert isinstance(style, CharacterStyle)
    style.element.set(w("styleId"), identifier)
    return style


def _set_fonts(fonts: "object", name: str) -> None:
    _drop_theme(fonts)
    fonts.set(w("hint"), "eastAsia")  # type: ignore[attr-defined]  # full-width “ ” … —
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(w(script), name)  # type: ignore[attr-defined]


def _drop_theme(fonts: "object") -> None:
    """A theme font wins over a named one, so its attributes must go."""
    for attribute in list(fonts.attrib):  # type: ignore[attr-defined]
        if attribute.lower().endswith("theme"):
            del fonts.attrib[attribute]  # type: ignore[attr-defined]


def _indent(properties: "object", **values: str) -> None:
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    for name, value in values.items():
        indent.set(w(name), value)
