"""Bad tables are refused in one sentence with file, line and cure; good ones are read in the encodings offices use."""

from __future__ import annotations

from pathlib import Path

import pytest

from shuyuan.exams.invigilation import tables
from shuyuan.exams.invigilation.drawing import draw
from shuyuan.exams.invigilation.exam import Exam, Place, Sex
from tests.exams.invigilation import made

HEAD = "id,school,sex,experienced,unavailable\n"


def written(folder: Path, text: str | bytes, name: str = "staff.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_staff_are_read_as_offices_write_them(tmp_path: Path, encoding: str) -> None:
    text = HEAD + "t1, 一中 ,男,是,1；3-4\n\nt2,二中,F,no,\n"
    one, other = tables.staff(written(tmp_path, text.encode(encoding)), 5)
    assert (one.school, one.sex, one.experienced, one.away) == ("一中", Sex.MALE, True, frozenset({1, 3, 4}))
    assert (other.school, other.sex, other.experienced, other.away) == ("二中", Sex.FEMALE, False, frozenset())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "文件是空的"),
        ("\n\n", "文件是空的"),
        (HEAD, "一个人也没有"),
        ("id,school,sex\nt1,一中,男\n", r"第 1 行：缺少列：experienced"),
        ("id,id,school,sex,experienced\n", r"第 1 行：列名重复：id"),
        (HEAD + "t1,一中,男,是\nt2,二中,人,是\n", r"第 3 行：「sex」『人』：请填 男 或 女"),
        (HEAD + "t1,一中,男,也许\n", r"第 2 行：「experienced」『也许』：请填 是 或 否"),
        (HEAD + "t1,一中,男,是\nt1,二中,女,否\n", r"第 3 行：编号『t1』和第 2 行重复"),
        (HEAD + "t1,,男,是\n", r"第 2 行：「school」是空的"),
        (HEAD + "=1+1,一中,男,是\n", r"第 2 行：「id」『=1\+1』不能以"),
        (HEAD + "t1,一中,男,是,0\n", r"第 2 行：「unavailable」『0』：请写 1 到 5 的场次"),
        (HEAD + "t1,一中,男,是,6\n", r"请写 1 到 5 的场次"),
        (HEAD + "t1,一中,男,是,4-2\n", r"请写 1 到 5 的场次"),
        (HEAD + "t1,一中,男,是,周一\n", r"『周一』：请写 1 到 5 的场次"),
        (HEAD + "t1,一中,男,是,1,2,3\n", r"第 2 行：有 7 格，列名只有 5 个"),
        (HEAD + 't1,"一中,男,是\n', "不是完好的 CSV"),
        (b"PK\x03\x04 a workbook", "不是 CSV；在 Excel 里请另存为"),
        ("\ufeffid".encode("utf-16"), "不是 CSV；在 Excel 里请另存为"),
        (HEAD.encode() + b"t1,\xff\xff,\xe7,x\n", "既不是 UTF-8 也不是 GB 18030"),
    ],
)
def test_bad_staff_are_refused_by_line_and_cure(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(tables.BadTable, match=told) as refused:
        tables.staff(written(tmp_path, text), 5)
    assert str(refused.value).startswith("staff.csv")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(tables.BadTable, match="打不开"):
        tables.staff(tmp_path / "none.csv", 5)


def test_rooms_are_used_in_the_sessions_that_they_name(tmp_path: Path) -> None:
    rooms = tables.rooms(written(tmp_path, "site,room,layout,sessions\n01,001,6x5,\n01,002,6x5,2;3\n", "rooms.csv"), 3)
    assert [sorted(room.sessions) for room in rooms] == [[1, 2, 3], [2, 3]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("site,room\n", "一个考场也没有"),
        ("site,room\n01,001\n01,001\n", "第 3 行：01 考点 001 考场和第 2 行重复"),
        ("site,room,sessions\n01,001,9\n", "第 2 行：「sessions」『9』"),
        ("site,number\n01,001\n", "缺少列：room"),
    ],
)
def test_bad_rooms_are_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(tables.BadTable, match=told):
        tables.rooms(written(tmp_path, text, "rooms.csv"), 3)


def test_seating_that_does_not_fit_its_candidates_or_rooms_is_refused(tmp_path: Path) -> None:
    candidates = written(tmp_path, "id,school\nc1,一中\n", "candidates.csv")
    plan = written(tmp_path, "id,site,room\nc1,01,001\n", "plan.csv")
    sitting = tables.seated(plan, candidates)
    assert sitting == {Place("01", "001"): {"一中"}}
    with pytest.raises(tables.BadTable, match="没有 01 考点 001 考场，编排方案里却有人"):
        tables.rooms(written(tmp_path, "site,room\n01,002\n", "rooms.csv"), 3, sitting)
    plan = written(tmp_path, "id,site,room\nc9,01,001\n", "plan.csv")
    with pytest.raises(tables.BadTable, match=r"plan.csv 第 2 行：考生『c9』不在 candidates.csv 里"):
        tables.seated(plan, candidates)


@pytest.fixture(scope="module")
def exam() -> Exam:
    return made.exam(rooms=4, sites=1, schools=6, people=30, sessions=2, reserves=2, chiefs=True)


def test_a_rota_is_read_as_it_was_written(exam: Exam, tmp_path: Path) -> None:
    rota = dict(draw(exam, 1).rota)
    rota[next(iter(rota))] = ""
    tables.write(tmp_path / "rota.csv", exam, rota)
    assert tables.rota(tmp_path / "rota.csv", exam) == rota


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1,01,001,a,nobody", "『nobody』不在监考员表里"),
        ("1,01,001,c,t00001", "岗位『c』不认识；有 a, b, reserve, chief"),
        ("3,01,001,a,t00001", "这次考试没有这个岗位"),
        ("一,01,001,a,t00001", "这次考试没有这个岗位"),
        ("1,01,404,a,t00001", "这次考试没有这个岗位"),
        ("1,01,002,a,t00000", "『t00000』这一场在第 2 行已经有任务"),
        ("1,01,001,a,t00001", "这个岗位前面已经有一行"),
    ],
)
def test_a_rota_that_does_not_fit_is_refused(exam: Exam, tmp_path: Path, line: str, told: str) -> None:
    first = "1,01,001,a,t00000\n" if "已经有" in told else "1,01,003,a,t00009\n"
    text = f"session,site,room,role,id\n{first}{line}\n"
    with pytest.raises(tables.BadTable, match=told):
        tables.rota(written(tmp_path, text, "rota.csv"), exam)
