"""Write docs/reference.md: every ledger with its columns, every figure with its definition; run it after changes."""

import os
from collections.abc import Iterator
from pathlib import Path

import django

PAGE = Path(__file__).parents[1] / "docs/reference.md"


def page() -> str:
    """The text of the page, from the declarations themselves."""
    from django.utils.translation import override

    with override("zh-hans"):
        return "\n".join(_lines())


def _lines() -> Iterator[str]:
    from shuyuan.figures.listing import ledger_of
    from shuyuan.figures.registry import all_figures, is_citation
    from shuyuan.ledger.ledger import ledgers

    yield "# Reference: ledgers and figures"
    yield ""
    yield "Made by `python tools/reference.py` from the declarations; do not edit by hand. * marks a required column."
    for book in ledgers():
        yield ""
        yield f"## {book.slug} {book}"
        yield ""
        columns = (f"{column.label}{'*' if column.required else ''} `{column.name}`" for column in book.sheet)
        yield f"{book.group} · {book.function.label} · {'、'.join(columns)}"
        mine = [one for one in all_figures() if ledger_of(one) == book.slug]
        if mine:
            yield ""
            yield "| figure | title | unit | definition |"
            yield "|---|---|---|---|"
        for one in mine:
            year = " (citation)" if is_citation(one.name) else ""
            yield f"| `{one.name}`{year} | {one.title} | {one.unit} | {one.definition} |"
    yield ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
