"""The report tree as HTML: a fragment in which each bound number is a link to its figure."""

from html import escape

from shuyuan.report.tree import Block, Bound, Document, Heading, Inline

# A hand-edited file could carry a javascript: link; these are the ones that lead to a page.
_PAGES = ("http://", "https://", "/", "./", "../", "#", "?")


def render(document: Document, *, site: str = "") -> str:
    """h1 for the title, h2 and h3 for chapters and sections, p for paragraphs; everything escaped.

    A page of *site* itself links without naming it, so that it works under whatever name it was opened.
    """
    return "\n".join(_block(block, site) for block in document.blocks)


def _block(block: Block, site: str) -> str:
    content = "".join(_inline(inline, site) for inline in block.inlines)
    if isinstance(block, Heading):
        level = min(block.level + 1, 6)
        return f"<h{level}>{content}</h{level}>"
    attribute = "" if block.align in ("justify", "left") else f' class="{block.align}"'
    return f"<p{attribute}>{content}</p>"


def _inline(inline: Inline, site: str) -> str:
    text = escape(inline.text).replace("\n", "<br>")
    if not isinstance(inline, Bound):
        return text
    name, title = escape(inline.figure), escape(inline.title or inline.figure)
    described = f'class="figure" data-figure="{name}" title="{title}"'
    url = inline.url.removeprefix(site)
    if url.startswith(_PAGES):
        return f'<a {described} href="{escape(url)}">{text}</a>'
    return f"<span {described}>{text}</span>"
