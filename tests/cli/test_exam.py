"""`shuyuan exam`: from files to files, without a database; what is wrong with a file is told with its line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from shuyuan.cli.engines import exam

HEAD = "id,school,combination\n"
ROOMS = "site,room,layout\nP1,01,6x5\nP1,02,7-8-8-7\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = "".join(f"{n:03},S{n % 7},C{n % 2}\n" for n in range(50))
    (tmp_path / "c.csv").write_text(HEAD + people, encoding="utf-8")
    (tmp_path / "r.csv").write_text(ROOMS, encoding="utf-8")
    return tmp_path


def given(folder: Path, adjacency: int = 8) -> list[str]:
    files = ["--candidates", str(folder / "c.csv"), "--rooms", str(folder / "r.csv")]
    return [*files, "--adjacency", str(adjacency)]


def seat(folder: Path, *more: str, out: str = "plan.csv") -> int:
    return exam(["seat", *given(folder), "--seed", "7", "--out", str(folder / out), *more])


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"))))


def test_a_plan_is_drawn_told_and_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert seat(folder) == 0
    told = capsys.readouterr().out
    assert "50 名考生" in told and "种子 7" in told and "没有同校考生相邻" in told
    assert list(rows(folder / "plan.csv")[0]) == ["id", "site", "room", "row", "column", "seat"]
    protocol = json.loads((folder / "plan.protocol.json").read_text(encoding="utf-8"))
    assert protocol["seed"] == 7 and protocol["plan"]["sha256"] in told
    assert exam(["check", str(folder / "plan.csv"), *given(folder), "--certificate", str(folder / "cert.json")]) == 0
    certificate = json.loads((folder / "cert.json").read_text(encoding="utf-8"))
    assert certificate["accepted"] and certificate["sha256"]["plan"] == protocol["plan"]["sha256"]


def test_the_same_seed_writes_the_same_bytes_whatever_the_order_of_rows(folder: Path) -> None:
    seat(folder)
    head, *lines = (folder / "c.csv").read_text(encoding="utf-8").splitlines()
    (folder / "c.csv").write_text("\n".join([head, *lines[::-1]]), encoding="utf-8")
    seat(folder, out="again.csv")
    assert (folder / "plan.csv").read_bytes() == (folder / "again.csv").read_bytes()
    assert (folder / "plan.protocol.json").read_bytes() == (folder / "again.protocol.json").read_bytes()


def test_a_changed_plan_is_refused_with_its_breaches(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seat(folder)
    lines = (folder / "plan.csv").read_text(encoding="utf-8").splitlines()
    (folder / "plan.csv").write_text("\n".join([*lines[:5], *lines[6:], lines[7]]), encoding="utf-8")
    assert exam(["check", str(folder / "plan.csv"), *given(folder)]) == 1
    told = capsys.readouterr().out
    assert "! unseated" in told and "! twice" in told and "! protocol" in told


def test_late_candidates_are_added_and_nobody_moves(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seat(folder)
    with (folder / "c.csv").open("a", encoding="utf-8") as people:
        people.write("late,S3,C1\n")
    assert seat(folder, "--onto", str(folder / "plan.csv"), out="more.csv") == 0
    assert "补录 1 人，原有 50 人座位未动" in capsys.readouterr().out
    before, after = rows(folder / "plan.csv"), rows(folder / "more.csv")
    assert all(row in after for row in before) and len(after) == 51
    protocol = json.loads((folder / "more.protocol.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in protocol["added"]] == ["late"] and protocol["onto"]["count"] == 50
    assert exam(["check", str(folder / "more.csv"), *given(folder)]) == 0


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("c.csv", b"", "c.csv 是空的；第一行应是 id,school,combination"),
        ("c.csv", HEAD.encode(), "c.csv 里没有考生"),
        ("c.csv", b"id,school\n1,A\n", "c.csv 第 1 行：表头应是 id,school,combination；缺少「combination」"),
        ("c.csv", b"id,school,combination,name\n", "不认识「name」，请删去"),
        ("c.csv", b"id,id,school,combination\n", "有一列重复"),
        ("c.csv", b"id,school,combination\n1,A,C\n2,A,C\n1,B,C\n", "c.csv 第 4 行：考生『1』重复，第 2 行已有"),
        ("c.csv", b"id,school,combination\n1,A,C\n,A,C\n", "c.csv 第 3 行：「id」是空的"),
        ("c.csv", b"id,school,combination\n1,,C\n", "c.csv 第 2 行：「school」是空的"),
        ("c.csv", b"id,school,combination\n1,A,C\n2,B,\n", "c.csv 第 3 行：有的考生没有「combination」"),
        ("c.csv", b"id,school,combination\n1,A\n", "c.csv 第 2 行：应有 3 格，这里有 2 格"),
        ("c.csv", b'id,school,combination\n1,"A,C\n', "不是完整的 CSV"),
        ("c.csv", b"PK\x03\x04rest", "c.csv 是 Excel 工作簿；请另存为 CSV"),
        ("c.csv", b"id,school,combination\n1,\xff\xff\xff,C\n", "编码认不出来"),
        ("r.csv", b"site,room,layout\n", "r.csv 里没有考场"),
        ("r.csv", b"site,room,layout\nP,1,6x5\nP,2,six\n", "r.csv 第 3 行：不是考场布局：『six』"),
        ("r.csv", b"site,room,layout\nP,1,0x5\n", "r.csv 第 2 行：考场布局『0x5』没有一个座位"),
        ("r.csv", b"site,room,layout\nP,1,6x5\nP,1,6x5\n", "r.csv 第 3 行：考点『P』的考场『1』重复，第 2 行已有"),
        ("r.csv", b"site,room,layout\nP,1,6x5\n", "考生 50 人，座位只有 30 个，差 20 个"),
    ],
)
def test_bad_files_are_refused_with_line_and_cure(
    folder: Path, file: str, content: bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / file).write_bytes(content)
    assert seat(folder) == 1
    assert told in capsys.readouterr().err
    assert not (folder / "plan.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_as_excel_saves_them_are_read(folder: Path, encoding: str) -> None:
    people = "".join(f"{n:03},第{n % 7}中学,物化生\r\n" for n in range(50))
    (folder / "c.csv").write_bytes((HEAD + people).encode(encoding))
    assert seat(folder) == 0
    assert exam(["check", str(folder / "plan.csv"), *given(folder)]) == 0


def test_files_that_are_not_there_or_not_to_be_written_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seat(folder, out="none/plan.csv") == 1
    assert "写不了文件" in capsys.readouterr().err
    (folder / "c.csv").unlink()
    assert seat(folder) == 1
    assert "读不了文件" in capsys.readouterr().err


def test_combinations_that_cannot_be_kept_apart_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "c.csv").write_text(HEAD + "1,A,X\n2,A,Y\n3,A,Z\n", encoding="utf-8")
    assert seat(folder, "--mix", "no") == 1
    assert "组合不混编（--mix no）时坐不下" in capsys.readouterr().err


def test_what_cannot_be_helped_is_told_with_room_and_school(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "c.csv").write_text(HEAD + "".join(f"{n},A,X\n" for n in range(10)), encoding="utf-8")
    (folder / "r.csv").write_text("site,room,layout\nP,1,6x5\n", encoding="utf-8")
    assert seat(folder) == 0
    told = capsys.readouterr().out
    assert "同校考生相邻 1 对；任何方案至少 1 对（已证明不能更少）" in told
    assert "考点 P 考场 1：『A』有 1 对相邻；该校本场 10 人，这间考场至多 9 人能互不相邻" in told
    assert exam(["check", str(folder / "plan.csv"), *given(folder)]) == 0
    assert "已证明无法避免" in capsys.readouterr().out


def test_instances_are_made_with_the_command_that_seats_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exam(["generate", "--instance", "town", "--out", str(tmp_path / "town")]) == 0
    command = capsys.readouterr().out.splitlines()[-1].split()
    assert command[:3] == ["shuyuan", "exam", "seat"]
    assert exam(command[2:]) == 0
    assert exam(["generate", "--candidates", "9", "--schools", "3", "--layout", "3x3", "--out", str(tmp_path)]) == 0
    assert len(rows(tmp_path / "candidates.csv")) == 9
    assert exam(["generate", "--candidates", "0", "--out", str(tmp_path)]) == 1


def test_it_is_a_command_of_the_site_too(folder: Path) -> None:
    out = StringIO()
    options = {"candidates": folder / "c.csv", "rooms": folder / "r.csv", "adjacency": 4, "out": folder / "p.csv"}
    call_command("exam", "seat", **options, seed=1, stdout=out)
    assert "没有同校考生相邻" in out.getvalue()
    (folder / "c.csv").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="是空的"):
        call_command("exam", "seat", **options, stdout=out)


def test_it_runs_without_loading_the_site(folder: Path) -> None:
    code = (
        "import sys; from shuyuan.cli.engines import exam; "
        "status = exam(sys.argv[1:]); sys.exit(status or any(name.startswith('django') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, "seat", *given(folder), "--seed", "1", "--out", str(folder / "p.csv")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
