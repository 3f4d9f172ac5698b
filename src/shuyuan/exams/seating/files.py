"""Files: candidates and rooms from CSV, the plan into CSV; what is wrong is told with its line and what to do."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Candidate, Room, Seated
from shuyuan.proofread.words import say as _t

CANDIDATES = ("id", "school", "combination")
ROOMS = ("site", "room", "layout")
PLAN = ("id", "site", "room", "row", "column", "seat")


def candidates(data: bytes, name: str) -> list[Candidate]:
    """Raises Refused for a file that is no list of candidates: each has an id, a school and a combination."""
    found: list[Candidate] = []
    lines: dict[str, int] = {}
    bare = 0
    for line, (one, school, combination) in _rows(data, name, CANDIDATES):
        if not one or not school:
            column = "school" if one else "id"
            raise _wrong(name, line, _t("「%(column)s」是空的；请补上") % {"column": column})
        if one in lines:
            told = _t("考生『%(id)s』重复，第 %(first)s 行已有；请删去一行，或者改正编号")
            raise _wrong(name, line, told % {"id": one, "first": lines[one]})
        lines[one] = line
        bare += not combination
        if bare and bare != len(lines):
            raise _wrong(name, line, _t("有的考生没有「combination」；请都填上，或者都不填"))
        found.append(Candidate(one, school, combination))
    if not found:
        raise Refused(_t("%(name)s 里没有考生；表头之下每人一行") % {"name": name})
    return found


def rooms(data: bytes, name: str) -> list[Room]:
    """Raises Refused for a file that is no list of rooms, a room told twice, and a layout that is none."""
    found: list[Room] = []
    lines: dict[tuple[str, str], int] = {}
    for line, (site, room, layout) in _rows(data, name, ROOMS):
        if not site or not room:
            column = "room" if site else "site"
            raise _wrong(name, line, _t("「%(column)s」是空的；请补上") % {"column": column})
        if (site, room) in lines:
            told = _t("考点『%(site)s』的考场『%(room)s』重复，第 %(first)s 行已有；请删去一行，或者改正考场号")
            raise _wrong(name, line, told % {"site": site, "room": room, "first": lines[site, room]})
        lines[site, room] = line
        try:
            found.append(Room(site, room, parse(layout)))
        except Refused as error:
            raise _wrong(name, line, str(error)) from None
    if not found:
        raise Refused(_t("%(name)s 里没有考场；表头之下每间一行") % {"name": name})
    return found


def plan(data: bytes, name: str) -> list[Seated]:
    """The lines of a plan that was drawn before. Whether it is right is the checker's to say."""
    found = []
    for line, (one, site, room, *place) in _rows(data, name, PLAN):
        if not all(number.isdecimal() and len(number) < 5 for number in place):
            raise _wrong(name, line, _t("「row」「column」「seat」应是数字"))
        row, column, seat = map(int, place)
        found.append(Seated(one, site, room, row, column, seat))
    return found


def written(seated: Iterable[Seated]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PLAN)
    writer.writerows(seated)
    return out.getvalue().encode()


def read(path: Path) -> bytes:
    """Raises Refused when there is no such file, or none to be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(_t("读不了文件 %(name)s：%(why)s") % {"name": path, "why": error.strerror}) from None


def write(path: Path, data: bytes) -> None:
    """The whole file or nothing: what stood there stays until the new one is complete."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise Refused(_t("写不了文件 %(name)s：%(why)s") % {"name": path, "why": error.strerror}) from None


def _rows(data: bytes, name: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, with its number and its cells in the order of `columns`, whatever the file's."""
    reader = csv.reader(io.StringIO(_text(data, name), newline=""), strict=True)
    try:
        head = next((row for row in reader if any(row)), None)
        if head is None:
            raise Refused(_t("%(name)s 是空的；第一行应是 %(columns)s") % {"name": name, "columns": ",".join(columns)})
        heads = [one.strip().lower() for one in head]
        if sorted(heads) != sorted(columns):
            unknown = "、".join(one for one in heads if one not in columns)
            missing = "、".join(one for one in columns if one not in heads)
            told = _t("表头应是 %(columns)s")
            why = [told % {"columns": ",".join(columns)}]
            why += [_t("缺少「%(missing)s」") % {"missing": missing}] if missing else []
            why += [_t("不认识「%(unknown)s」，请删去") % {"unknown": unknown}] if unknown else []
            why += [] if missing or unknown else [_t("有一列重复")]
            raise _wrong(name, reader.line_num, "；".join(why))
        order = [heads.index(one) for one in columns]
        width = len(columns)
        for row in reader:
            if len(row) != width:
                if not any(row):
                    continue
                told = _t("应有 %(width)s 格，这里有 %(cells)s 格；内容里有逗号时请加引号")
                raise _wrong(name, reader.line_num, told % {"width": width, "cells": len(row)})
            cells = [row[place].strip() for place in order]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        told = _t("不是完整的 CSV（%(why)s）；请看这一行的引号是否成对")
        raise _wrong(name, reader.line_num, told % {"why": error}) from None


def _text(data: bytes, name: str) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused(_t("%(name)s 是 Excel 工作簿；请另存为 CSV（逗号分隔）") % {"name": name})
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_t("%(name)s 的文字编码认不出来；请存为 UTF-8 或 GBK 的 CSV") % {"name": name})


def _wrong(name: str, line: int, what: str) -> Refused:
    return Refused(_t("%(name)s 第 %(line)s 行：%(what)s") % {"name": name, "line": line, "what": what})
