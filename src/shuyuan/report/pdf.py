"""The PDF of a filled report: by LibreOffice when it is installed, otherwise by typst from the same tree."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from shuyuan.proofread.words import say as _t
from shuyuan.report import tree, typeset

TIMEOUT = 180  # seconds; 31 pages with 600 links took 11
_USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
# What stands in for the official fonts on a server, best first; the font that travels with us comes last and
# has the characters of names that others lack. fontconfig passes over a family that is not installed.
_STAND_INS = {
    "仿宋_GB2312": ("仿宋", "FangSong", "FandolFang R", "FandolFang"),
    "仿宋": ("仿宋_GB2312", "FangSong", "FandolFang R", "FandolFang"),
    "楷体_GB2312": ("楷体", "KaiTi", "FandolKai"),
    "楷体": ("楷体_GB2312", "KaiTi", "FandolKai"),
    "黑体": ("SimHei", "FandolHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    "宋体": ("SimSun", "FandolSong", "Noto Serif CJK SC", "AR PL UMing CN"),
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "FandolSong", "Noto Serif CJK SC", "AR PL UMing CN"),
}
_BOLD = {"方正小标宋简体"}  # its stand-ins are ordinary 宋体, which has to be bold to look like it


class PdfError(RuntimeError):
    """LibreOffice made no PDF; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Pdf:
    data: bytes
    engine: Literal["LibreOffice", "typst"]
    remark: str
    """One sentence for whoever asked: which engine was used, and why it was not the other."""


def make(docx: bytes, *, made: datetime) -> Pdf:
    """Turn a filled .docx into a PDF; typst steps in for LibreOffice, and the remark says why."""
    office = libreoffice()
    if office is None:
        remark = _t("没有安装 LibreOffice，PDF 由内置的 typst 排版。")
    else:
        try:
            return Pdf(by_libreoffice(docx, office), "LibreOffice", _t("PDF 由 LibreOffice 从 Word 文件转换。"))
        except PdfError as error:
            remark = _t("%(error)sPDF 改由内置的 typst 排版。") % {"error": error}
    return Pdf(typeset.pdf(tree.read(docx), made=made), "typst", remark)


def libreoffice() -> Path | None:
    """Where LibreOffice is, if it is installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    places = [found] if found else [place for place in _USUAL_PLACES if Path(place).exists()]
    return Path(places[0]) if places else None


def by_libreoffice(docx: bytes, office: Path, *, timeout: float = TIMEOUT) -> bytes:
    """Convert with LibreOffice; raises PdfError with a clear sentence."""
    return convert(docx, office, to="pdf", timeout=timeout)


def convert(data: bytes, office: Path, *, to: str, timeout: float = TIMEOUT) -> bytes:
    """Let LibreOffice turn a .docx into another format.

    Each call has its own folder and user profile: two conversions that share one wait for each other or fail.
    """
    with tempfile.TemporaryDirectory(prefix="shuyuan-") as name:
        folder = Path(name)
        source, target = folder / "report.docx", folder / "out" / f"report.{to}"
        source.write_bytes(data)
        fontconfig = folder / "fonts.conf"
        fontconfig.write_text(font_map(), encoding="utf-8")
        command = [
            str(office),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            to,
            "--outdir",
            str(target.parent),
            str(source),
        ]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                timeout=timeout,
                check=False,
                env={**os.environ, "FONTCONFIG_FILE": str(fontconfig)},
            )
        except subprocess.TimeoutExpired:
            raise PdfError(_t("LibreOffice 在 %(seconds)s 秒内没有完成转换。") % {"seconds": f"{timeout:g}"}) from None
        except OSError as error:
            raise PdfError(_t("LibreOffice 无法启动（%(error)s）。") % {"error": error.strerror}) from error
        if not target.exists() or not target.stat().st_size:
            words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
            told = words[-1] if words else _t("退出码 %(code)s") % {"code": done.returncode}
            raise PdfError(_t("LibreOffice 没有生成文件（%(error)s）。") % {"error": told})
        return target.read_bytes()


def font_map() -> str:
    """A fontconfig file in which the official font names resolve to what this machine has."""
    rules = []
    for official, stand_ins in _STAND_INS.items():
        families = "".join(f"<string>{escape(family)}</string>" for family in (official, *stand_ins, typeset.FAMILY))
        bold = '<edit name="weight" mode="assign"><const>bold</const></edit>' if official in _BOLD else ""
        rules.append(
            f'<match target="pattern"><test name="family"><string>{escape(official)}</string></test>'
            f'<edit name="family" mode="assign" binding="strong">{families}</edit>{bold}</match>'
        )
    # Fandol's Regular and Bold both declare the same weight; without this 小标宋 comes out as ordinary 宋体.
    rules.append(
        '<match target="scan"><test name="family" qual="any"><string>FandolSong</string></test>'
        '<test name="style" qual="any"><string>Bold</string></test>'
        '<edit name="weight" mode="assign"><const>bold</const></edit></match>'
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(typeset.FONTS))}</dir>"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{''.join(rules)}</fontconfig>"
    )
