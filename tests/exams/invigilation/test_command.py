"""`shuyuan exam invigilate…` on files, without a database."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.exams.invigilation import made


def table(path: Path, rows: made.Rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """The options that name the tables of an exam."""
    exam = made.exam(rooms=8, sites=2, schools=8, people=60, sessions=2)
    staff, rooms, _, seating = made.rows(exam, {})
    table(tmp_path / "staff.csv", staff)
    table(tmp_path / "rooms.csv", rooms)
    table(tmp_path / "candidates.csv", [{"id": f"c{n}", "school": row["school"]} for n, row in enumerate(seating)])
    plan = [{"id": f"c{n}", "site": row["site"], "room": row["room"]} for n, row in enumerate(seating)]
    table(tmp_path / "plan.csv", plan)
    named = [f"--{name}={tmp_path / name}.csv" for name in ("staff", "rooms", "plan", "candidates")]
    return [*named, "--sessions=2", "--reserves=1", "--chiefs"]


def said(*arguments: Any) -> str:
    out = StringIO()
    call_command("exam", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_same_seed_writes_the_same_rota_and_the_check_accepts_it(files: list[str], tmp_path: Path) -> None:
    told = said("invigilate", *files, "--seed=5", f"--out={tmp_path / 'one.csv'}")
    said("invigilate", *files, "--seed=5", f"--out={tmp_path / 'two.csv'}")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert "种子 5，算法 invigilation-1" in told
    assert "各条规则全部满足。" in told
    checked = said("invigilate-check", tmp_path / "one.csv", *files, "--strict")
    assert "40 个岗位，不允许的情形 0 处，其他问题 0 处" in checked


def test_a_breach_ends_the_check_with_status_1(files: list[str], tmp_path: Path) -> None:
    rota = tmp_path / "rota.csv"
    said("invigilate", *files, "--seed=5", f"--out={rota}")
    lines = rota.read_text(encoding="utf-8-sig").splitlines()
    rota.write_text("\n".join([*lines[:2], lines[2].rsplit(",", 2)[0] + ",,", *lines[3:]]), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        said("invigilate-check", rota, *files)
    assert ended.value.code == 1


def test_who_is_absent_is_replaced_and_the_new_rota_is_sound(files: list[str], tmp_path: Path) -> None:
    rota, after = tmp_path / "rota.csv", tmp_path / "after.csv"
    said("invigilate", *files, "--seed=5", f"--out={rota}")
    person = rota.read_text(encoding="utf-8-sig").splitlines()[2].split(",")[4]
    told = said("invigilate-absent", rota, *files, f"--person={person}", "--session=1", f"--out={after}")
    assert "  1. " in told
    assert not any(line.startswith("1,") and f",{person}," in line for line in after.read_text().splitlines())
    assert "不允许的情形 0 处" in said("invigilate-check", after, *files)
    told = said("invigilate-absent", rota, *files, f"--person={person}", "--session=1", "--on-the-day")
    assert "本考点这一场的备用监考员" in told
    assert "  2. " not in told


def test_two_people_change_places_by_name(files: list[str], tmp_path: Path) -> None:
    rota, after = tmp_path / "rota.csv", tmp_path / "after.csv"
    said("invigilate", *files, "--seed=5", f"--out={rota}")
    cells = [line.split(",") for line in rota.read_text(encoding="utf-8-sig").splitlines()]
    one, other = [row[4] for row in cells if row[0] == "1" and row[1] == "01" and row[3] == "a"][:2]
    named = ["--session=1", f"--person={one}", f"--with={other}"]
    told = said("invigilate-swap", rota, *files, *named, f"--out={after}")
    assert "新增问题" in told
    turned = [line.split(",") for line in after.read_text(encoding="utf-8-sig").splitlines()]
    exchange = {one: other, other: one}
    assert [row[4] for row in turned] == [exchange.get(row[4], row[4]) if row[0] == "1" else row[4] for row in cells]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["invigilate-swap", "{rota}", "--session=1", "--person=nobody", "--with=x", "--out=x.csv"], "没有任务"),
        (["invigilate-absent", "{rota}", "--person=nobody"], "『nobody』不在监考员表里"),
        (["invigilate-check", "none.csv"], "none.csv：打不开"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    files: list[str], tmp_path: Path, arguments: list[str], told: str
) -> None:
    rota = tmp_path / "rota.csv"
    said("invigilate", *files, "--seed=5", f"--out={rota}")
    with pytest.raises(CommandError, match=told):
        said(*(one.format(rota=rota) for one in arguments), *files)


def test_seating_without_candidates_and_numbers_out_of_range_are_refused(files: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--plan 和 --candidates 要一起写"):
        said("invigilate", *(one for one in files if "candidates" not in one), f"--out={tmp_path / 'x.csv'}")
    with pytest.raises(CommandError, match="1 到 100"):
        said("invigilate", *(one for one in files if "sessions" not in one), "--sessions=0", "--out=x.csv")


def test_without_seating_it_says_that_nobody_was_kept_from_their_school(files: list[str], tmp_path: Path) -> None:
    named = [one for one in files if not one.startswith(("--plan", "--candidates"))]
    assert "没有回避本校考生" in said("invigilate", *named, f"--out={tmp_path / 'x.csv'}")
