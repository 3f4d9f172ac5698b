"""The sub-commands `shuyuan exam invigilate…`: draw a rota, check it, exchange two people, find who stands in."""

from __future__ import annotations

import argparse
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from shuyuan.exams.invigilation import tables
from shuyuan.exams.invigilation.checker import Certificate, check
from shuyuan.exams.invigilation.drawing import Drawn, draw
from shuyuan.exams.invigilation.exam import Exam, Own, Post, Role, Rota
from shuyuan.exams.invigilation.faults import Fault, where
from shuyuan.exams.invigilation.live import Change, Refused, absent, away, put, swap
from shuyuan.proofread.words import say as _t

REFUSALS = (tables.BadTable, Refused)
Say = Callable[[str], object]
TOLD = 20
"""How many faults are written out before the rest are counted; `--all` writes them all."""


def add_to(subparsers: Any) -> None:
    """Our sub-commands, beside others of `shuyuan exam`; each sets `run`, which `run()` below calls."""
    one = subparsers.add_parser("invigilate", help=_t("编排监考员"))
    _given(one)
    one.add_argument("--seed", type=int, help=_t("种子；同样的输入和种子得到同样的结果。不写则随机取一个并告诉您"))
    one.add_argument("--out", type=Path, required=True, metavar="ROTA.csv", help=_t("监考表写到哪个文件"))
    one.add_argument("--all", action="store_true", help=_t("逐条写出全部问题"))
    one.set_defaults(run=_draw)

    one = subparsers.add_parser("invigilate-check", help=_t("独立检查一份监考表；有不允许的情形时状态为 1"))
    one.add_argument("rota", type=Path, metavar="ROTA.csv")
    _given(one)
    one.add_argument("--strict", action="store_true", help=_t("有任何问题状态都为 1"))
    one.add_argument("--all", action="store_true", help=_t("逐条写出全部问题"))
    one.set_defaults(run=_check)

    one = subparsers.add_parser("invigilate-absent", help=_t("有人不能来：找谁替他"))
    one.add_argument("rota", type=Path, metavar="ROTA.csv")
    _given(one)
    one.add_argument("--person", required=True, metavar="ID", help=_t("谁不能来"))
    one.add_argument("--session", type=int, action="append", metavar="N", help=_t("哪一场，可以写几次；不写为各场"))
    one.add_argument("--on-the-day", action="store_true", help=_t("考试当天：只用本考点的备用监考员"))
    one.add_argument("--most", type=int, default=5, metavar="N", help=_t("每个岗位列出几个人"))
    one.add_argument("--out", type=Path, metavar="ROTA.csv", help=_t("都换上最合适的人，写到这个文件"))
    one.set_defaults(run=_absent)

    one = subparsers.add_parser("invigilate-swap", help=_t("两个岗位上的人对调"))
    one.add_argument("rota", type=Path, metavar="ROTA.csv")
    _given(one)
    one.add_argument("--session", type=int, required=True, metavar="N", help=_t("哪一场"))
    one.add_argument("--person", required=True, metavar="ID", help=_t("换谁"))
    one.add_argument(
        "--with", dest="other", required=True, metavar="ID", help=_t("和谁换；他这一场没有任务，就由他顶替")
    )
    one.add_argument("--out", type=Path, required=True, metavar="ROTA.csv", help=_t("换好的监考表写到哪个文件"))
    one.set_defaults(run=_swap)


def run(options: Mapping[str, Any], say: Say) -> int:
    """Do what was asked for; the exit status. Raises one of REFUSALS, in a sentence, for what cannot be done."""
    status: int = options["run"](options, say)
    return status


def _given(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--staff", type=Path, required=True, metavar="S.csv", help="id,school,sex,experienced[,unavailable]"
    )
    parser.add_argument("--rooms", type=Path, required=True, metavar="R.csv", help="site,room[,sessions]")
    parser.add_argument("--sessions", type=_sessions, required=True, metavar="N", help=_t("一共几场"))
    parser.add_argument(
        "--plan", type=Path, metavar="PLAN.csv", help=_t("考场编排，用来回避本校考生（要和 --candidates 一起）")
    )
    parser.add_argument("--candidates", type=Path, metavar="C.csv", help=_t("考生表，id,school"))
    parser.add_argument("--own-school", choices=[*Own], default=Own.SITE.value, help=_t("回避整个考点还是只回避考场"))
    parser.add_argument("--reserves", type=_reserves, default=0, metavar="N", help=_t("每个考点每场几名备用监考员"))
    parser.add_argument("--chiefs", action="store_true", help=_t("每个考点选一名主考"))


def _sessions(text: str) -> int:
    return _between(text, 1, tables.MOST_SESSIONS)


def _reserves(text: str) -> int:
    return _between(text, 0, 1000)


def _between(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text[:9]) <= most:
        raise argparse.ArgumentTypeError(
            _t("『%(text)s』应当是 %(least)s 到 %(most)s 的数") % {"text": text[:20], "least": least, "most": most}
        )
    return int(text)


def _exam(options: Mapping[str, Any]) -> Exam:
    plan, candidates = options["plan"], options["candidates"]
    if bool(plan) != bool(candidates):
        raise Refused(_t("--plan 和 --candidates 要一起写：编排里没有学校，考生表里才有。"))
    return tables.exam(
        staff_file=options["staff"],
        rooms_file=options["rooms"],
        sessions=options["sessions"],
        seating=(plan, candidates) if plan else None,
        own=Own(options["own_school"]),
        reserves=options["reserves"],
        chiefs=options["chiefs"],
    )


def _draw(options: Mapping[str, Any], say: Say) -> int:
    exam = _exam(options)
    seed = options["seed"] if options["seed"] is not None else secrets.randbelow(10**9)
    drawn = draw(exam, seed)
    tables.write(options["out"], exam, drawn.rota)
    if not options["plan"]:
        say(_t("没有考场编排（--plan、--candidates）：没有回避本校考生。"))
    _tell_draw(drawn, say)
    _tell_faults(drawn.faults, say, all_of_them=options["all"])
    certificate = _checked(options, tables.rows(options["out"], tables.ROTA))
    _tell_check(certificate, say)
    return 1 if certificate.breaches else 0


def _check(options: Mapping[str, Any], say: Say) -> int:
    _exam(options)  # tables that cannot be read are refused by line before the checker reads them its own way
    certificate = _checked(options, tables.rows(options["rota"], tables.ROTA[:-1]))
    _tell_check(certificate, say)
    shown = certificate.findings if options["all"] else certificate.findings[: TOLD + len(certificate.breaches)]
    for one in shown:
        say(f"  {'!' if one.breach else '?'} {one}")
    if left := len(certificate.findings) - len(shown):
        say(_t("  …… 还有 %(left)s 处，加 --all 全部写出") % {"left": left})
    return 1 if certificate.breaches or (options["strict"] and certificate.findings) else 0


def _checked(options: Mapping[str, Any], rota: Iterable[tables.Row]) -> Certificate:
    seating: list[dict[str, str]] = []
    if options["plan"]:
        schools = {row["id"]: row["school"] for row in tables.rows(options["candidates"], tables.CANDIDATES)}
        plan = tables.rows(options["plan"], tables.PLAN)
        seating = [{"site": row["site"], "room": row["room"], "school": schools[row["id"]]} for row in plan]
    return check(
        (row.cells for row in tables.rows(options["staff"], tables.STAFF)),
        (row.cells for row in tables.rows(options["rooms"], tables.ROOMS)),
        (row.cells for row in rota),
        sessions=options["sessions"],
        seating=seating,
        own=options["own_school"],
        reserves=options["reserves"],
        chiefs=options["chiefs"],
    )


def _absent(options: Mapping[str, Any], say: Say) -> int:
    exam = _exam(options)
    rota: Rota = _full(exam, tables.rota(options["rota"], exam))
    person, sessions = options["person"], options["session"]
    how: dict[str, Any] = {"most": max(options["most"], 1), "reserves_only": options["on_the_day"]}
    proposals = absent(exam, rota, person, sessions, **how)
    if not proposals:
        say(_t("『%(id)s』在这些场次没有任务。") % {"id": person})
    exam = away(exam, person, sessions)
    found = True
    for post in proposals:
        # Each replacement changes what is best for the next.
        best = absent(exam, rota, person, [post.session], **how).get(post, ())
        say(where(post) + (_t("：") if best else _t("：没有人可以替。")))
        for number, one in enumerate(best, 1):
            say(f"  {number}. {one.person}（{exam.persons[one.person].school}）{'，'.join(one.reasons)}")
        rota = put(exam, rota, post, best[0].person).rota if best else {**rota, post: ""}
        found = found and bool(best)
    if options["out"]:
        tables.write(options["out"], exam, rota)
        say(_t("请把不能来的场次写进监考员表的 unavailable 列，以后的检查和调换才知道。"))
    return 0 if found else 1


def _swap(options: Mapping[str, Any], say: Say) -> int:
    exam = _exam(options)
    rota = _full(exam, tables.rota(options["rota"], exam))
    mine = _held(rota, options["session"], options["person"])
    if mine is None:
        raise Refused(_t("『%(id)s』这一场没有任务。") % {"id": options["person"]})
    theirs = _held(rota, options["session"], options["other"])
    change: Change = swap(exam, rota, mine, theirs) if theirs else put(exam, rota, mine, options["other"])
    tables.write(options["out"], exam, change.rota)
    for sign, ones in (("+", change.came), ("-", change.went)):
        for one in ones:
            say(f"  {sign} {one}")
    say(_t("新增问题 %(came)s 处，消除 %(went)s 处。") % {"came": len(change.came), "went": len(change.went)})
    return 0


def _held(rota: Rota, session: int, person: str) -> Post | None:
    return next((post for post, holder in rota.items() if post.session == session and holder == person), None)


def _full(exam: Exam, rota: Rota) -> dict[Post, str]:
    """Posts that a rota does not name are empty."""
    return {post: rota.get(post, "") for post in exam.posts()}


def _tell_draw(drawn: Drawn, say: Say) -> None:
    say(
        _t("种子 %(seed)s，算法 %(algorithm)s，输入 %(input)s")
        % {
            "seed": drawn.seed,
            "algorithm": drawn.algorithm,
            "input": drawn.exam.fingerprint[:16],
        }
    )
    loads = Counter(person for post, person in drawn.rota.items() if person and post.role is not Role.CHIEF)
    chiefs = {person for post, person in drawn.rota.items() if post.role is Role.CHIEF}
    spread = Counter(loads[one.id] for one in drawn.exam.people if one.id not in chiefs)
    told = "，".join(
        _t("%(load)s 次 %(people)s 人") % {"load": load, "people": spread[load]} for load in sorted(spread)
    )
    say(_t("任务数：%(spread)s") % {"spread": told})


def _tell_faults(faults: tuple[Fault, ...], say: Say, *, all_of_them: bool) -> None:
    if not faults:
        say(_t("各条规则全部满足。"))
    for rule, size in sorted(Counter(one.rule for one in faults).items()):
        say(f"{rule.title} {size}")
        ones = [one for one in faults if one.rule is rule]
        for one in ones if all_of_them else ones[:TOLD]:
            say(f"  ? {one}")
        if size > TOLD and not all_of_them:
            say(_t("  …… 还有 %(left)s 处，加 --all 全部写出") % {"left": size - TOLD})


def _tell_check(certificate: Certificate, say: Say) -> None:
    facts = {"checker": certificate.checker, "posts": certificate.posts, "breaches": len(certificate.breaches)}
    facts |= {"others": len(certificate.findings) - len(certificate.breaches)}
    say(_t("独立检查 %(checker)s：%(posts)s 个岗位，不允许的情形 %(breaches)s 处，其他问题 %(others)s 处") % facts)
    facts = {name: getattr(certificate, name)[:16] for name in ("staff", "rooms", "seating", "rota")}
    say(_t("  监考员 %(staff)s，考场 %(rooms)s，编排 %(seating)s，监考表 %(rota)s") % facts)
