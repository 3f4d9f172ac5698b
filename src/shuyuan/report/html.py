"""The report tree as HTML: a fragment in which each bound number is a link to its figure."""

from collections.abc import Iterable, Mapping
from html import escape

from shuyuan.proofread.words import say as _t
from shuyuan.report.nodes import Block, Bound, Cell, Document, Heading, Inline, Table
from shuyuan.report.phrases import UNKNOWN

# A hand-edited file could carry a javascript: link; these are the ones that lead to a page.
_PAGES = ("http://", "https://", "/", "./", "../", "#", "?")


def render(
    document: Document, *, site: str = "", contents: bool = False, reasons: Mapping[str, str] | None = None
) -> str:
    """h1 for the title, h2 and h3 for chapters and sections, p for paragraphs, table for tables; everything escaped.

    A page of *site* itself links without naming it, so that it works under whatever name it was opened.
    With *contents* a list of the chapters stands before the first. *reasons* say, by figure, why one is not known:
    the reason is printed beside the dash.
    """
    page = _Page(site, reasons or {})
    pieces: list[str] = []
    listed = _contents(document) if contents else ""
    for number, block in enumerate(document.blocks):
        if listed and isinstance(block, Heading) and block.level:
            pieces.append(listed)
            listed = ""
        pieces.append(page.block(block, f"h{number}" if contents else ""))
    return "\n".join(pieces)


def _contents(document: Document) -> str:
    """The chapters, and below each its sections, as links; nothing for a report that has a single one."""
    headings = [
        (block.level, f"h{number}", block.text)
        for number, block in enumerate(document.blocks)
        if isinstance(block, Heading) and block.level in (1, 2)
    ]
    if len(headings) < 2:
        return ""
    lines: list[str] = []
    for level, anchor, text in headings:
        link = f'<a href="#{anchor}">{escape(text)}</a>'
        lines.append(f'<li class="level-{level}">{link}</li>')
    return (
        f'<details class="contents"><summary>{escape(_t("目录"))}</summary>'
        f'<nav aria-label="{escape(_t("目录"))}"><ul>{"".join(lines)}</ul></nav></details>'
    )


class _Page:
    def __init__(self, site: str, reasons: Mapping[str, str]) -> None:
        self.site, self.reasons = site, reasons

    def block(self, block: Block, anchor: str) -> str:
        if isinstance(block, Table):
            return self.table(block)
        content = self.inlines(block.inlines)
        if isinstance(block, Heading):
            level = min(block.level + 1, 6)
            named = f' id="{anchor}"' if anchor and block.level else ""
            return f"<h{level}{named}>{content}</h{level}>"
        attribute = "" if block.align in ("justify", "left") else f' class="{block.align}"'
        return f"<p{attribute}>{content}</p>"

    def table(self, table: Table) -> str:
        """In a frame that scrolls by itself, so that a wide table does not push the page off a phone."""
        caption = f"<caption>{self.inlines(table.caption)}</caption>" if table.caption else ""
        rows = [
            f"<tr>{''.join(self.cell(cell, head=number < table.heads) for cell in row)}</tr>"
            for number, row in enumerate(table.rows)
        ]
        head = f"<thead>{''.join(rows[: table.heads])}</thead>" if table.heads else ""
        label = escape("".join(inline.text for inline in table.caption) or _t("表格"))
        return (
            f'<div class="report-table" tabindex="0" role="region" aria-label="{label}">'
            f"<table>{caption}{head}<tbody>{''.join(rows[table.heads :])}</tbody></table></div>"
        )

    def cell(self, cell: Cell, *, head: bool) -> str:
        attributes = ' scope="col"' if head else ""
        if cell.align in ("center", "right"):
            attributes += f' class="{cell.align}"'
        if cell.columns > 1:
            attributes += f' colspan="{cell.columns}"'
        if cell.rows > 1:
            attributes += f' rowspan="{cell.rows}"'
        tag = "th" if head else "td"
        return f"<{tag}{attributes}>{self.inlines(cell.inlines)}</{tag}>"

    def inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(map(self.inline, inlines))

    def inline(self, inline: Inline) -> str:
        text = escape(inline.text).replace("\n", "<br>")
        if not isinstance(inline, Bound):
            return text
        reason = self.reasons.get(inline.figure, "") if inline.text == UNKNOWN else ""
        name, title = escape(inline.figure), escape(inline.title or inline.figure)
        kind = "figure unknown" if reason else "figure"
        described = f'class="{kind}" data-figure="{name}" title="{title}"'
        url = inline.url.removeprefix(self.site)
        if reason:
            text += f"<small>{escape(_t('（%(reason)s）') % {'reason': reason.rstrip('。')})}</small>"
        if url.startswith(_PAGES):
            return f'<a {described} href="{escape(url)}">{text}</a>'
        return f"<span {described}>{text}</span>"
