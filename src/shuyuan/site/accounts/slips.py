"""Slips: the first passwords as a sheet to print and cut, one slip a person. It is made once and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.site.accounts.roster import FORMULA, Slip

ACROSS, DOWN, HEIGHT = 2, 6, 7  # slips beside one another, below one another on a page, and the rows of one


def sheet(slips: Sequence[Slip]) -> bytes:
    """An A4 workbook, in the order of the units so that each school's slips lie together."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, FORMULA)
    page = book.add_worksheet(_t("初始密码"))
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.4)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    page.set_column(0, ACROSS * 3 - 1, 4)
    for place in range(ACROSS):
        page.set_column(place * 3, place * 3, 11)
        page.set_column(place * 3 + 1, place * 3 + 1, 32)
    looks = {
        "head": book.add_format({"bold": True, "top": 3, "font_size": 12}),
        "line": book.add_format({"top": 3}),
        "label": book.add_format({"font_color": "#566170"}),
        "value": book.add_format({"num_format": "@"}),
        "password": book.add_format({"num_format": "@", "bold": True, "font_name": "Consolas", "font_size": 13}),
        "note": book.add_format({"font_color": "#566170", "font_size": 9}),
    }
    for number, slip in enumerate(sorted(slips, key=lambda slip: (slip.organisation, slip.username))):
        down, across = divmod(number, ACROSS)
        row, column = down * HEIGHT, across * 3
        page.write_string(row, column, _t("数源"), looks["head"])
        page.write_string(row, column + 1, settings.SITE_URL, looks["line"])
        lines = (
            (_t("单位"), slip.organisation, "value"),
            (_t("姓名"), slip.name, "value"),
            (_t("账号"), slip.username, "value"),
            (_t("初始密码"), slip.password, "password"),
        )
        for offset, (label, value, look) in enumerate(lines, start=1):
            page.write_string(row + offset, column, label, looks["label"])
            page.write_string(row + offset, column + 1, value, looks[look])
        page.write_string(row + 5, column, _t("首次登录时须改成自己的密码。请妥善保管，不要拍照转发。"), looks["note"])
    rows = -(-len(slips) // ACROSS)
    page.set_h_pagebreaks([page_of * DOWN * HEIGHT for page_of in range(1, -(-rows // DOWN))])
    book.close()
    return buffer.getvalue()
