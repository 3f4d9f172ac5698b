"""Refresh the vendored browser assets: `python tools/vendor_assets.py` (needs npm; the site itself never does).

Every file is taken as published, at the version pinned here; the icons are cut down to the ones we use, as one sprite.
"""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
VENDOR = HERE / "src/shuyuan/web/static/web/vendor"

PACKAGES = {
    "@tabler/core": ("1.6.1", "MIT", "Copyright 2018-2026 The Tabler Authors, codecalm.net Paweł Kuna"),
    "htmx.org": ("2.0.11", "0BSD", "Big Sky Software"),
    "@tabler/icons": ("3.49.0", "MIT", "Copyright (c) 2020-2026 Paweł Kuna"),
    "tabulator-tables": ("6.5.3", "MIT", "Copyright (c) 2015-2026 Oli Folkerd"),
}
FILES = {
    "@tabler/core": {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
    "htmx.org": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE.htmx"},
    "@tabler/icons": {"LICENSE": "LICENSE.tabler"},
    "tabulator-tables": {
        "dist/js/tabulator.min.js": "tabulator.min.js",
        "dist/css/tabulator_simple.min.css": "tabulator.min.css",
        "LICENSE": "LICENSE.tabulator",
    },
}
ICONS = """
adjustments-horizontal alert-triangle arrow-back-up arrow-down arrow-left arrow-right arrow-up arrows-sort backpack
bell book building building-community building-warehouse calendar certificate chart-bar check chevron-down
chevron-left chevron-right chevron-up circle-check circle-x clipboard-check clock coin copy crane database
device-desktop dots download external-link eye file-spreadsheet file-text file-type-docx file-type-pdf filter flag
forms gavel git-branch heart-handshake help-circle history home id inbox info-circle key language link list-details lock
logout map-pin menu-2 minus paperclip pencil plus printer refresh report-analytics scale school search send settings
shield-check sort-ascending sort-descending speakerphone table target trash trending-down trending-up trophy upload
user users world writing x
"""


def unpacked(package: str, version: str, into: Path) -> Path:
    """The folder of the package as npm publishes it."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=into, check=True, capture_output=True, text=True
    )
    folder = into / package.replace("/", "+")
    with tarfile.open(into / done.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def sprite(folder: Path) -> str:
    """One SVG with a symbol for each icon; colour and stroke come from the page's style sheet."""
    symbols = []
    for name in sorted(ICONS.split()):
        drawing = (folder / f"icons/outline/{name}.svg").read_text(encoding="utf-8")
        inner = re.sub(r"<svg[^>]*>|</svg>|<!--.*?-->", "", drawing, flags=re.DOTALL)
        inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "", inner)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def write(name: str, content: bytes) -> None:
    """The file, and for text the same compressed beside it, which the site sends to every browser that takes it."""
    if name.endswith((".css", ".js")):
        content = re.sub(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?\n?", b"", content)
    (VENDOR / name).write_bytes(content)
    if name.endswith((".css", ".js", ".svg")):
        (VENDOR / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    sys.stdout.write(f"{len(content):>8} {name}\n")


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Vendored browser assets",
        "",
        "Taken as published (only the reference to a source map is removed) by `python tools/vendor_assets.py`;",
        "do not edit by hand. The `.gz` beside a file is that file compressed.",
        "The icons are a subset of the outline set, as one sprite.",
        "",
        "| package | version | licence | copyright |",
        "|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        for package, (version, licence, owner) in PACKAGES.items():
            folder = unpacked(package, version, Path(temporary))
            for source, name in FILES[package].items():
                write(name, (folder / source).read_bytes())
            if package == "@tabler/icons":
                write("icons.svg", sprite(folder).encode())
            lines.append(f"| {package} | {version} | {licence} | {owner} |")
    told = "The texts of the licences: `LICENSE.tabler` (MIT, both Tabler packages), `LICENSE.htmx`, "
    told += "`LICENSE.tabulator`."
    lines += ["", told, ""]
    (VENDOR / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
