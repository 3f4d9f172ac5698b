"""The tables that offices bring and take away. What cannot be read is refused by file, line and cure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from shuyuan.exams.invigilation.exam import Exam, Own, Person, Place, Post, Role, Room, Rota, Sex
from shuyuan.proofread.words import say as _t

STAFF = ("id", "school", "sex", "experienced")
ROOMS = ("site", "room")
PLAN = ("id", "site", "room")
CANDIDATES = ("id", "school")
ROTA = ("session", "site", "room", "role", "id", "school")
MOST_SESSIONS = 100

T = TypeVar("T")

_SEXES = {"男": Sex.MALE, "m": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "f": Sex.FEMALE, "2": Sex.FEMALE}
_YES = {"是": True, "有": True, "yes": True, "y": True, "true": True, "1": True}
_NO = {"否": False, "无": False, "no": False, "n": False, "false": False, "0": False}


class BadTable(ValueError):
    """A table that cannot be used; the sentence names the file, the line and what to do."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        place = _t("%(file)s 第 %(line)s 行：") if line else _t("%(file)s：")
        super().__init__(place % {"file": file.name, "line": line} + what)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, its cells by heading."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def bad(self, what: str) -> BadTable:
        return BadTable(self.file, self.line, what)

    def name(self, column: str) -> str:
        """A cell that names something: not empty, and nothing that a spreadsheet would compute."""
        text = self[column]
        if not text:
            raise self.bad(_t("「%(column)s」是空的，请填写。") % {"column": column})
        if text[0] in "=+-@" or not text.isprintable():
            raise self.bad(
                _t("「%(column)s」『%(text)s』不能以 = + - @ 开头，也不能有换行，请改名。")
                % {"column": column, "text": text[:30]}
            )
        return text


def rows(file: Path, needed: Iterable[str]) -> Iterator[Row]:
    """The lines of a CSV file in UTF-8 or GB 18030 whose headings include those needed."""
    reader = csv.reader(io.StringIO(_text(file)), strict=True)
    try:
        headings = [cell.strip().lower() for cell in next(reader, [])]
        if not any(headings):
            raise BadTable(file, 0, _t("文件是空的；第一行要写列名：%(names)s。") % {"names": ",".join(needed)})
        if missing := [name for name in needed if name not in headings]:
            raise BadTable(file, 1, _t("缺少列：%(names)s；第一行要写列名。") % {"names": ",".join(missing)})
        if twice := {name for name in headings if name and headings.count(name) > 1}:
            raise BadTable(file, 1, _t("列名重复：%(names)s，请只留一列。") % {"names": ",".join(sorted(twice))})
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(headings) and any(cells[len(headings) :]):
                what = _t("有 %(cells)s 格，列名只有 %(names)s 个；有逗号的内容要放在双引号里。")
                raise BadTable(file, reader.line_num, what % {"cells": len(cells), "names": len(headings)})
            found = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
            yield Row(file, reader.line_num, found)
    except csv.Error as error:
        raise BadTable(file, reader.line_num, _t("不是完好的 CSV（%(error)s）。") % {"error": error}) from None


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadTable(file, 0, _t("打不开（%(error)s）。") % {"error": error.strerror}) from None
    if data.startswith(b"PK") or b"\0" in data[:1000]:
        raise BadTable(file, 0, _t("不是 CSV；在 Excel 里请另存为“CSV UTF-8（逗号分隔）”。"))
    try:
        return data.decode("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadTable(file, line, _t("既不是 UTF-8 也不是 GB 18030；请另存为 UTF-8。")) from None


def staff(file: Path, sessions: int) -> tuple[Person, ...]:
    """`id,school,sex,experienced` and, if there, `unavailable`: sessions such as 1;3;5-7."""
    people: dict[str, tuple[Person, int]] = {}
    for row in rows(file, STAFF):
        one = Person(
            row.name("id"),
            row.name("school"),
            _one_of(row, "sex", _SEXES, _t("请填 男 或 女（M、F）。")),
            _one_of(row, "experienced", _YES | _NO, _t("请填 是 或 否（yes、no）。")),
            _sessions(row, "unavailable", sessions),
        )
        if one.id in people:
            what = _t("编号『%(id)s』和第 %(line)s 行重复，请删去一行。")
            raise row.bad(what % {"id": one.id, "line": people[one.id][1]})
        people[one.id] = one, row.line
    if not people:
        raise BadTable(file, 0, _t("一个人也没有。"))
    return tuple(one for one, _ in people.values())


def rooms(file: Path, sessions: int, seated: Mapping[Place, frozenset[str]] | None = None) -> tuple[Room, ...]:
    """`site,room` and, if there, `sessions` in which the room is used (all, when empty)."""
    found: dict[Place, tuple[Room, int]] = {}
    for row in rows(file, ROOMS):
        used = _sessions(row, "sessions", sessions) or frozenset(range(1, sessions + 1))
        place = Place(row.name("site"), row.name("room"))
        if place in found:
            what = _t("%(site)s 考点 %(room)s 考场和第 %(line)s 行重复，请删去一行。")
            raise row.bad(what % {**place._asdict(), "line": found[place][1]})
        found[place] = Room(*place, used, (seated or {}).get(place, frozenset())), row.line
    if not found:
        raise BadTable(file, 0, _t("一个考场也没有。"))
    if seated and (unknown := seated.keys() - found.keys()):
        site, number = min(unknown)
        what = _t("没有 %(site)s 考点 %(room)s 考场，编排方案里却有人坐在那里；请补上，或者改用同一次编排的考场表。")
        raise BadTable(file, 0, what % {"site": site, "room": number})
    return tuple(room for room, _ in found.values())


def seated(plan: Path, candidates: Path) -> dict[Place, frozenset[str]]:
    """Whose candidates sit in each room, of a seating plan and the table of its candidates."""
    schools = {row.name("id"): row.name("school") for row in rows(candidates, CANDIDATES)}
    found: dict[Place, set[str]] = {}
    for row in rows(plan, PLAN):
        if (candidate := row["id"]) not in schools:
            what = _t("考生『%(id)s』不在 %(file)s 里；请用编排时的那份考生表。")
            raise row.bad(what % {"id": candidate[:30], "file": candidates.name})
        found.setdefault(Place(row.name("site"), row.name("room")), set()).add(schools[candidate])
    return {place: frozenset(ones) for place, ones in found.items()}


def rota(file: Path, exam: Exam) -> dict[Post, str]:
    """A rota as `write` left it, perhaps changed by hand; who holds a post of this exam, once."""
    posts = set(exam.posts())
    reserves: dict[tuple[int, str], int] = {}
    held: dict[Post, str] = {}
    at: dict[tuple[int, str], int] = {}
    for row in rows(file, ROTA[:-1]):
        post = _post(row, exam, posts, reserves)
        if post in held:
            raise row.bad(_t("这个岗位前面已经有一行，请删去一行。"))
        held[post] = person = row["id"]
        if person and person not in exam.persons:
            raise row.bad(_t("『%(id)s』不在监考员表里。") % {"id": person[:30]})
        if person and (post.session, person) in at:
            what = _t("『%(id)s』这一场在第 %(line)s 行已经有任务。")
            raise row.bad(what % {"id": person, "line": at[post.session, person]})
        at[post.session, person] = row.line
    return held


def _post(row: Row, exam: Exam, posts: set[Post], reserves: dict[tuple[int, str], int]) -> Post:
    if row["role"] not in set(Role):
        roles = ", ".join(Role)
        raise row.bad(_t("岗位『%(role)s』不认识；有 %(roles)s。") % {"role": row["role"][:20], "roles": roles})
    session = int(row["session"]) if row["session"].isdecimal() and len(row["session"]) < 6 else 0
    post = Post(session, row["site"], row["room"], Role(row["role"]))
    if post.role is Role.RESERVE:
        number = reserves.get((session, post.site), 0)
        reserves[session, post.site] = number + 1
        post = post._replace(number=number)
    if post not in posts:
        what = _t(
            "这次考试没有这个岗位（第 %(session)s 场 %(site)s 考点 %(room)s 考场 %(role)s）；请核对场次、考点和考场。"
        )
        raise row.bad(what % {**post._asdict(), "session": row["session"][:10], "role": post.role.value})
    return post


def write(file: Path, exam: Exam, rota: Rota) -> None:
    """The rota as CSV that Excel opens: `session,site,room,role,id,school`, a line a post, empty ones too."""
    order = {role: number for number, role in enumerate((Role.CHIEF, Role.A, Role.B, Role.RESERVE))}
    posts = sorted(rota, key=lambda post: (post.session, post.site, order[post.role] == 3, post.room, order[post.role]))
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            table = csv.writer(target, lineterminator="\n")
            table.writerow(ROTA)
            for post in posts:
                person = rota[post]
                school = exam.persons[person].school if person else ""
                table.writerow((post.session, post.site, post.room, post.role.value, person, school))
    except OSError as error:
        raise BadTable(file, 0, _t("写不进去（%(error)s）。") % {"error": error.strerror}) from None


def exam(
    *,
    staff_file: Path,
    rooms_file: Path,
    sessions: int,
    seating: tuple[Path, Path] | None = None,
    own: Own = Own.SITE,
    reserves: int = 0,
    chiefs: bool = False,
) -> Exam:
    """The exam of these files; without seating nobody's school sits anywhere."""
    sitting = seated(*seating) if seating else None
    return Exam(staff(staff_file, sessions), rooms(rooms_file, sessions, sitting), sessions, own, reserves, chiefs)


def _one_of(row: Row, column: str, choices: Mapping[str, T], cure: str) -> T:
    found = choices.get(row[column].lower())
    if found is None:
        raise row.bad(f"「{column}」『{row[column][:20]}』：{cure}")
    return found


def _sessions(row: Row, column: str, most: int) -> frozenset[int]:
    found: set[int] = set()
    for part in re.split(r"[;；,，、\s]+", row[column]):
        span = re.fullmatch(r"(\d{1,3})(?:[-–—~](\d{1,3}))?", part)
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if part and not 1 <= first <= last <= most:
            what = _t("「%(column)s」『%(text)s』：请写 1 到 %(most)s 的场次，例如 1;3;5-7。")
            raise row.bad(what % {"column": column, "text": part[:20], "most": most})
        found.update(range(first, last + 1) if part else ())
    return frozenset(found)
