"""Refresh the Chinese font that travels with the report.

`python tools/subset_font.py LXGWWenKai-Regular.ttf` reads LXGW WenKai (SIL Open Font License 1.1,
https://github.com/lxgw/LxgwWenKai; Debian package fonts-lxgw-wenkai). Its licence reserves the names "LXGW"
and "霞鹜" for unmodified fonts, so the subset carries a name of its own.
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[1] / "src" / "shuyuan" / "report" / "fonts"
FAMILY, FAMILY_ZH, FILE = "Shuyuan Kai", "数源楷", "ShuyuanKai-Regular.ttf"
RESERVED = ("LXGW", "霞鹜")

# Whole blocks: hanzi (with the rare ones of Extension A and the later planes that occur in names and places,
# as far as the font draws them), Latin, punctuation, letters and signs of official prose, full-width forms.
BLOCKS = (
    (0x0020, 0x024F),
    (0x02B0, 0x02FF),  # ˉ ˇ of pinyin, part of GB2312
    (0x0370, 0x045F),  # Greek and Cyrillic, part of GB2312
    (0x2000, 0x206F),  # — … ‰ “ ”
    (0x20A0, 0x20BF),
    (0x2100, 0x23FF),  # ℃ № Ⅲ ½ → ∶ ≤ ⌒
    (0x2460, 0x24FF),  # ① ⑴
    (0x2500, 0x25FF),  # table rules, ■ □ ○ ●
    (0x2600, 0x266F),  # ★ ☆
    (0x3000, 0x303F),  # 、。〈〉《》〇〔〕
    (0x3040, 0x30FF),
    (0x3100, 0x312F),  # bopomofo, part of GB2312
    (0x3200, 0x33FF),  # ㈠ ㎡ ㎞
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
# How the source's name records become ours; the copyright notice (0) and the licence (13, 14) stay.
NAMES = {
    1: FAMILY,
    2: "Regular",
    3: f"{FAMILY}: subset of version {{version}}",
    4: FAMILY,
    6: "ShuyuanKai-Regular",
}
# Trademark and makers: clause 4 forbids promoting a modified font with their names.
DROPPED = (7, 8, 9, 10, 11, 12, 16, 17, 18)
# The source draws “ ” ‘ ’ for Latin text, a third of a hanzi wide; in Chinese prose each takes the place of a hanzi,
# an opening one with its ink at the right of it.
OPENING, CLOSING = "“‘", "”’"


def subset(source: Path, target: Path) -> None:
    """Write the renamed subset of *source* to *target*, byte for byte the same for the same source."""
    font = TTFont(source, recalcTimestamp=False)
    version = str(font["name"].getDebugName(5)).removeprefix("Version ").split(";")[0]
    wanted = {code for code in font.getBestCmap() if any(low <= code <= high for low, high in BLOCKS)}
    options = Options(
        layout_features=["kern", "vert", "vrt2"],
        hinting=False,
        glyph_names=False,
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["DSIG", "BASE"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    widen(font)
    names = font["name"]
    for number in DROPPED:
        names.removeNames(nameID=number)
    for record in list(names.names):
        if record.nameID in NAMES:
            text = NAMES[record.nameID].format(version=version)
            if record.nameID == 1 and record.langID in (0x21, 0x804):
                text = FAMILY_ZH
            names.setName(text, record.nameID, record.platformID, record.platEncID, record.langID)
    for record in names.names:
        if record.nameID not in (0, 13, 14) and any(word in str(record) for word in RESERVED):
            raise SystemExit(f"name record {record.nameID} still says {record}: rename it in NAMES")
    font.save(target)
    print(f"{target}: {len(wanted)} characters, {target.stat().st_size / 1e6:.1f} MB, from version {version}")  # noqa: T201


def widen(font: TTFont) -> None:
    """Give quotation marks the width of a hanzi."""
    characters, outlines, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    for mark in OPENING + CLOSING:
        name = characters[ord(mark)]
        width, bearing = metrics[name]
        wide = font["head"].unitsPerEm
        if mark in OPENING:
            outlines[name].coordinates.translate((wide - width, 0))
            outlines[name].recalcBounds(outlines)
            bearing += wide - width
        metrics[name] = (wide, bearing)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--target", type=Path, default=FONTS / FILE)
    arguments = parser.parse_args()
    subset(arguments.source, arguments.target)
