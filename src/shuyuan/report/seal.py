"""The sealed set of a frozen report: one file that anybody can check on any machine, without the books.

It holds what the report was made from (values with their definitions, the Word template, the heads of the records'
chains), what was made (Word, PDF), the digests of all, and the seal. Checking makes the report again and compares.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shuyuan.proofread.words import say as _t
from shuyuan.report import bind, kept, package, tree

META, FIGURES, TEMPLATE, HEADS = "meta.json", "figures.json", "template.docx", "heads.json"
REPORT, SUMS, SEAL = "report.docx", "SHA256SUMS", "SEAL"
SEALED = (META, FIGURES, TEMPLATE, HEADS)
MOST_BYTES = 200 * 2**20  # of one file, unpacked
_TIME = (1980, 1, 1, 0, 0, 0)


class NotASet(ValueError):
    """A file that is no sealed set of ours; the message says what it is."""


@dataclass(frozen=True)
class Verdict:
    """What checking found. `seal` is to be compared with the one on file or in print."""

    seal: str
    meta: Mapping[str, Any]
    problems: tuple[str, ...]
    identical: bool
    """Whether the report made again is the same to the byte; across releases of ours, the digits are compared."""
    numbers: int


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def seal_of(parts: Mapping[str, bytes], docx: bytes) -> str:
    """SHA-256 over the names and digests of what is sealed, and of the printed document itself."""
    sums = {name: digest(parts[name]) for name in SEALED} | {"word/document.xml": digest(body(docx))}
    return digest(_lines(sums))


def body(docx: bytes) -> bytes:
    """The main part of a Word document."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read("word/document.xml")


def rebuild(parts: Mapping[str, bytes], *, key: bytes = b"") -> bytes:
    """The report, made from what was kept of it and nothing else; *key* seals its manifest."""
    meta = json.loads(parts[META])
    figures = kept.from_json(parts[FIGURES].decode())
    made = datetime.fromisoformat(meta["made"])
    return bind.fill(parts[TEMPLATE], figures, made=made, year=meta["year"], report=meta["report"], key=key)


def pack(parts: Mapping[str, bytes], made: Mapping[str, bytes], seal: str) -> bytes:
    """The set as one file: `parts` are sealed, `made` (the report itself, PDF) goes with them."""
    files = {**parts, **made, SEAL: f"{seal}\n".encode()}
    files[SUMS] = _lines({name: digest(content) for name, content in files.items()})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, files[name])
    return packed.getvalue()


def check(data: bytes) -> Verdict:
    """Check a set. Raises NotASet for another kind of file; everything else that is wrong is told in the verdict."""
    files = _unpack(data)
    problems = list(_against_sums(files))
    try:
        meta = json.loads(files[META])
        again = rebuild(files)
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        problems.append(_t("留存的模板或数值已损坏，无法重新生成报告：%(error)s") % {"error": error})
        return Verdict("", {}, tuple(problems), identical=False, numbers=0)
    identical = body(again) == body(files[REPORT])
    if not identical:
        problems += _different(again, files[REPORT])
    seal = seal_of(files, files[REPORT])
    if seal != files[SEAL].decode("utf-8", "replace").strip():
        problems.append(_t("封存码与内容不符：内容算得 %(seal)s。") % {"seal": seal})
    numbers = sum(1 for _bound in tree.read(again).bound())
    return Verdict(seal, meta, tuple(dict.fromkeys(problems)), identical, numbers)


def _unpack(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            known = {info.filename: info for info in archive.infolist()}
            if missing := {*SEALED, REPORT, SUMS, SEAL} - known.keys():
                raise NotASet(_t("这不是定稿封存文件：缺少 %(names)s。") % {"names": _t("、").join(sorted(missing))})
            if any(info.file_size > MOST_BYTES for info in known.values()):
                raise NotASet(_t("文件展开后过大，不予打开。"))
            return {name: archive.read(info) for name, info in known.items()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotASet(_t("这不是定稿封存文件（.zip），或者已经损坏。")) from error


def _against_sums(files: Mapping[str, bytes]) -> Iterator[str]:
    listed = {}
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        told, _space, name = line.partition("  ")
        listed[name] = told
    for name in sorted(files.keys() - {SUMS}):
        if name not in listed:
            yield _t("%(name)s 不在校验清单中，是后来加入的。") % {"name": name}
        elif digest(files[name]) != listed[name]:
            yield _t("%(name)s 的内容被改动过。") % {"name": name}
    for name in sorted(listed.keys() - files.keys()):
        yield _t("%(name)s 列在校验清单中，但文件里没有。") % {"name": name}


def _different(again: bytes, stored: bytes) -> list[str]:
    """What the stored report says otherwise than the kept values; nothing where only its dress differs."""
    try:
        made, found = tree.read(again), tree.read(stored)
    except package.PackageError as error:
        return [_t("%(name)s 无法打开：%(error)s") % {"name": REPORT, "error": error}]
    ours = [block.text for block in made.blocks]
    theirs = [block.text for block in found.blocks]
    told = [
        _t("报告中写作「%(found)s」，按留存的数值应为「%(made)s」。") % {"found": _short(two), "made": _short(one)}
        for one, two in zip(ours, theirs, strict=False)
        if one != two
    ]
    if len(ours) != len(theirs):
        told.append(
            _t("报告有 %(found)s 段，按留存的模板应有 %(made)s 段。") % {"found": len(theirs), "made": len(ours)}
        )
    numbers = [(one.figure, one.text) for one in made.bound()], [(one.figure, one.text) for one in found.bound()]
    if not told and numbers[0] != numbers[1]:
        told.append(_t("报告中的数字与留存的数值不符。"))
    return told


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _lines(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()
