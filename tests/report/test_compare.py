"""Two texts compared: nothing is lost, what changed is told in pieces that can be read, and never slowly."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.report.compare import Piece, compare


def told(old: str, new: str) -> str:
    signs = {"out": "[-{}-]", "in": "[+{}+]", "same": "{}"}
    return "".join(signs[piece.kind].format(piece.text) for piece in compare(old, new))


TEXT = st.text(alphabet="全年化解债务，。\n1235{} ab", max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_hold_both_texts_whole(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "in") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "out") == new


@given(TEXT)
def test_a_text_compared_with_itself_has_no_change(text: str) -> None:
    assert compare(text, text) == ([Piece("same", text)] if text else [])


@given(TEXT, TEXT)
def test_neighbouring_pieces_are_of_different_kinds(old: str, new: str) -> None:
    kinds = [piece.kind for piece in compare(old, new)]
    assert all(one != other for one, other in pairwise(kinds))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("全年化解学校债务。", "全年共化解学校债务。", "全年[+共+]化解学校债务。"),
        ("评出优秀教师。", "评出先进教师。", "评出[-优秀-][+先进+]教师。"),
        ("共 2635 万元", "共 2645 万元", "共 [-2635-][+2645+] 万元"),
        ("投资{{ a.b }}元", "投资{{ a.c }}元", "投资[-{{ a.b }}-][+{{ a.c }}+]元"),
        ("甲段。\n\n乙段。", "甲段。\n\n丙段。\n\n乙段。", "甲段。\n\n[+丙段。\n\n+]乙段。"),
        ("", "新写的。", "[+新写的。+]"),
        ("旧的。", "", "[-旧的。-]"),
    ],
)
def test_a_change_is_shown_as_people_would_mark_it(old: str, new: str, shown: str) -> None:
    assert told(old, new) == shown


def test_a_lone_common_character_does_not_cut_a_change_into_crumbs() -> None:
    assert told("各校认真学习文件", "各校广泛学好材料") == "各校[-认真学习文件-][+广泛学好材料+]"


def test_a_hostile_text_is_compared_in_time() -> None:
    pieces = compare("的" * 20_000, "的" * 19_999 + "了")
    assert [piece.kind for piece in pieces] == ["out", "in"]
