"""Tables: what a list page gives to `{% data_table %}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shuyuan.web.parts import Text


@dataclass(frozen=True)
class Column:
    """One column. `numeric` aligns right in figures of one width; `sort` is the name in ?sort=, "" for unsortable."""

    title: Text
    sort: str = ""
    numeric: bool = False
    wrap: bool = False


@dataclass(frozen=True)
class Row:
    """One row: a value for each column (`html.badge(…)` and the like stay as they are) and the page it opens."""

    cells: Sequence[object]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """`sorted_by` is a column's `sort`, with "-" in front for descending; `totals` fills a last row."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: Text = ""
    sorted_by: str = ""
    totals: Sequence[object] | None = None

    def __post_init__(self) -> None:
        for row in [*(row.cells for row in self.rows), *([self.totals] if self.totals is not None else [])]:
            if len(row) != len(self.columns):
                raise ValueError(f"A row of {len(row)} cells in a table of {len(self.columns)} columns: {list(row)!r}")
