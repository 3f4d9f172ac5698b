"""`shuyuan exam seat`, `check` and `generate`: seating from files to files, without a database."""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shuyuan.exams.seating import files
from shuyuan.exams.seating.checking.checker import check
from shuyuan.exams.seating.checking.tables import Unreadable
from shuyuan.exams.seating.instances import INSTANCES, Instance
from shuyuan.exams.seating.layouts import ADJACENCIES
from shuyuan.exams.seating.plan import Plan, plan
from shuyuan.exams.seating.protocol import beside, protocol, supplemented
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import MIXES
from shuyuan.exams.seating.supplement import supplement
from shuyuan.proofread.words import say as _t

REFUSALS = (Refused, Unreadable)
TOLD = 50  # breaches written out before the rest are counted
Say = Callable[[str], object]


def add_to(subparsers: Any) -> None:
    """Our sub-commands; each sets `run`, which is called with the options and what to say things with."""
    one = subparsers.add_parser("seat", help=_t("编排考场座位"))
    _given(one)
    one.add_argument("--seed", type=int, help=_t("种子：同样的名单和种子编出同样的方案；不写则随机取一个并写进记录"))
    one.add_argument("--out", type=Path, required=True, metavar="PLAN.csv", help=_t("方案写到哪个文件"))
    one.add_argument("--mix", choices=MIXES, default="tails", help=_t("一间考场能否有几个组合：不能、只有余数、能"))
    one.add_argument(
        "--onto", type=Path, metavar="PLAN.csv", help=_t("补录：这份方案里的人座位不动，只给名单里新增的人排座")
    )
    one.set_defaults(run=seat)

    one = subparsers.add_parser("check", help=_t("检查一份座位方案；有问题时逐条列出，状态为 1"))
    one.add_argument("plan", type=Path, metavar="PLAN.csv")
    _given(one)
    one.add_argument("--mix", choices=MIXES, default="", help=_t("混编规定；不写则以编排记录为准，没有记录为 tails"))
    one.add_argument("--protocol", type=Path, metavar="FILE", help=_t("编排记录；不写则用方案旁边的 .protocol.json"))
    one.add_argument("--certificate", type=Path, metavar="FILE", help=_t("检查证书（JSON）写到哪个文件"))
    one.add_argument("--all", action="store_true", help=_t("逐条写出全部问题"))
    one.set_defaults(run=check_plan)

    one = subparsers.add_parser("generate", help=_t("生成考试实例，用来试验和比较"))
    one.add_argument("--instance", choices=[*INSTANCES], help=_t("十二个有名字的实例之一；不写则按下面的数目生成"))
    one.add_argument("--candidates", type=int, default=5_760, metavar="N", help=_t("考生数"))
    one.add_argument("--schools", type=int, default=60, metavar="N", help=_t("学校数"))
    one.add_argument("--combinations", type=int, default=12, metavar="N", help=_t("组合数"))
    one.add_argument("--sites", type=int, default=4, metavar="N", help=_t("考点数"))
    one.add_argument("--rooms", type=int, default=48, metavar="N", help=_t("每个考点的考场数"))
    one.add_argument("--layout", action="append", metavar="6x5", help=_t("考场布局，可重复，轮流使用"))
    one.add_argument("--share", type=float, default=0, metavar="0.25", help=_t("最大一所学校占考生的份额"))
    one.add_argument("--seed", type=int, default=1, help=_t("种子"))
    one.add_argument("--out", type=Path, required=True, metavar="DIR", help=_t("写到哪个文件夹"))
    one.set_defaults(run=generate)


def run(options: dict[str, Any], say: Say) -> int:
    """Do what was asked; the exit status. Raises one of REFUSALS for input that is wrong."""
    status: int = options["run"](options, say)
    return status


@contextmanager
def untracked() -> Iterator[None]:
    """Without looking for cycles: of half a million rows that takes longer than the plan, and there are none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _given(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--candidates", type=Path, required=True, metavar="C.csv", help="id,school,combination")
    parser.add_argument("--rooms", type=Path, required=True, metavar="R.csv", help="site,room,layout")
    told = _t("4：前后左右是邻座；8：斜角也是")
    parser.add_argument("--adjacency", type=int, choices=ADJACENCIES, required=True, help=told)


@untracked()
def seat(options: dict[str, Any], say: Say) -> int:
    candidates = files.candidates(files.read(options["candidates"]), options["candidates"].name)
    rooms = files.rooms(files.read(options["rooms"]), options["rooms"].name)
    seed = options["seed"] if options["seed"] is not None else secrets.randbelow(10**9)
    rules = {"adjacency": options["adjacency"], "seed": seed, "mix": options["mix"]}
    if options["onto"]:
        before = files.plan(files.read(options["onto"]), options["onto"].name)
        more = supplement(before, candidates, rooms, **rules)
        made = Plan(more.seated, options["adjacency"], seed, options["mix"], "added", more.conflicts)
        facts = supplemented(more, made, before, candidates, rooms)
        say(_t("补录 %(added)s 人，原有 %(before)s 人座位未动") % {"added": len(more.added), "before": len(before)})
    else:
        made = plan(candidates, rooms, **rules)
        facts = protocol(made, candidates, rooms)
    files.write(options["out"], files.written(made.seated))
    files.write(beside(options["out"]), (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode())
    _tell(made, facts, say)
    say(f"  {options['out']}")
    say(f"  {beside(options['out'])}")
    return 0


def _tell(made: Plan, facts: dict[str, Any], say: Say) -> None:
    told = _t("%(people)s 名考生，%(rooms)s 间考场，种子 %(seed)s，算法 %(algorithm)s")
    seated, used = len(made.seated), facts["rooms"]["used"]
    say(told % {"people": seated, "rooms": used, "seed": made.seed, "algorithm": made.algorithm})
    say(_t("名单校验码 %(sha)s") % {"sha": facts["candidates"]["sha256"]})
    say(_t("方案校验码 %(sha)s") % {"sha": facts["plan"]["sha256"]})
    if not made.conflicts:
        say(_t("没有同校考生相邻"))
        return
    told = _t("同校考生相邻 %(pairs)s 对；任何方案至少 %(least)s 对（%(proof)s）")
    proof = _t("已证明不能更少") if made.pairs <= made.least else _t("没有证明不能更少")
    say(told % {"pairs": made.pairs, "least": made.least, "proof": proof})
    for one in made.conflicts[:TOLD]:
        say(f"  ! {one}")
    if (rest := len(made.conflicts) - TOLD) > 0:
        say(_t("  …… 还有 %(rest)s 处，见编排记录") % {"rest": rest})


@untracked()
def check_plan(options: dict[str, Any], say: Say) -> int:
    given: Path | None = options["protocol"]
    noted = given or beside(options["plan"])
    told = None
    if given or noted.exists():
        try:
            told = json.loads(files.read(noted))
        except ValueError:
            raise Refused(_t("%(name)s 不是编排记录（JSON）") % {"name": noted.name}) from None
        if not isinstance(told, dict):
            raise Refused(_t("%(name)s 不是编排记录（JSON）") % {"name": noted.name})
    inputs = [options[part] for part in ("plan", "candidates", "rooms")]
    plan_data, candidates, rooms = map(files.read, inputs)
    names = tuple(path.name for path in inputs)
    found = check(
        plan_data, candidates, rooms, adjacency=options["adjacency"], mix=options["mix"], protocol=told, names=names
    )
    shown = found.breaches if options["all"] else found.breaches[:TOLD]
    for breach in shown:
        say(f"  ! {breach.kind} {breach.told}")
    if rest := len(found.breaches) - len(shown):
        say(_t("  …… 还有 %(rest)s 处，加 --all 全部写出") % {"rest": rest})
    for pair in found.unavoidable if options["all"] else found.unavoidable[:TOLD]:
        say(f"  · {pair}" + _t("（已证明无法避免）"))
    facts = {"people": found.counts["seated"], "breaches": len(found.breaches), "pairs": len(found.unavoidable)}
    say(_t("检查 %(people)s 名考生：问题 %(breaches)s 处，无法避免的相邻 %(pairs)s 对") % facts)
    say(_t("方案校验码 %(sha)s，检查程序 %(checker)s") % {"sha": found.sha256["plan"], "checker": found.checker})
    if options["certificate"]:
        facts_ = asdict(found) | {"accepted": found.accepted}
        files.write(options["certificate"], (json.dumps(facts_, ensure_ascii=False, indent=1) + "\n").encode())
    return 0 if found.accepted else 1


@untracked()
def generate(options: dict[str, Any], say: Say) -> int:
    if options["instance"]:
        instance = INSTANCES[options["instance"]]
    else:
        counts = {name: options[name] for name in ("candidates", "schools", "combinations", "sites", "rooms")}
        layouts = tuple(options["layout"] or ("6x5",))
        instance = Instance("given", **counts, layouts=layouts, share=options["share"])
    candidates, rooms = instance.made(options["seed"])
    folder: Path = options["out"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(_t("写不了文件 %(name)s：%(why)s") % {"name": folder, "why": error.strerror}) from None
    tables: dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]] = {
        "candidates.csv": (files.CANDIDATES, candidates),
        "rooms.csv": (files.ROOMS, [(room.site, room.name, room.layout.text) for room in rooms]),
    }
    for name, (head, rows) in tables.items():
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
        files.write(folder / name, out.getvalue().encode())
    seats = sum(map(len, rooms))
    counted = {"people": len(candidates), "rooms": len(rooms), "seats": seats}
    say(_t("%(people)s 名考生，%(rooms)s 间考场，%(seats)s 个座位") % counted)
    say(
        f"shuyuan exam seat --candidates {folder / 'candidates.csv'} --rooms {folder / 'rooms.csv'} "
        f"--adjacency {instance.adjacency} --mix {instance.mix} --seed {options['seed']} --out {folder / 'plan.csv'}"
    )
    return 0
