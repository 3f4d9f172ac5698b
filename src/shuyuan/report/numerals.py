"""Chinese numerals: 5 is 五, 13300 is 一万三千三百, and back.

The rules themselves: the one well-kept library, cn2an, has no types. 两 is read as 二, 〇 as 零.
"""

import re

DIGITS = "零一二三四五六七八九"
PLACES = {"十": 10, "百": 100, "千": 1000}
GROUPS = {"万": 10**4, "亿": 10**8}

_VALUE = {digit: value for value, digit in enumerate(DIGITS)} | {"〇": 0, "○": 0, "两": 2}
# One group of four places, 九千九百九十九 at most; a 零 stands for the places that are skipped.
_ONE = "[一二两三四五六七八九]"
_GROUP = re.compile(rf"(?:({_ONE})千)?零?(?:({_ONE})百)?零?(?:({_ONE})?(十))?零?({_ONE})?")


def to_chinese(number: int, *, counting: bool = False) -> str:
    """Write a whole number in hanzi; with *counting*, 2 is 两, as it stands before a measure word (两所).

    Raises ValueError at 10**12 and above, where Chinese prose would no longer spell a number out.
    """
    if abs(number) >= 10**12:
        raise ValueError(f"{number} 太大，不宜写成汉字")
    if number < 0:
        return "负" + to_chinese(-number, counting=counting)
    if number == 2 and counting:
        return "两"
    if number == 0:
        return DIGITS[0]
    text = ""
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        group, number = divmod(number, size)
        if group:
            # A gap between groups is read as one 零: 一万零三百, 一亿零五.
            text += ("零" if text and group < 1000 else "") + _group(group) + name
    return text.removeprefix("一") if text.startswith("一十") else text


def _group(number: int) -> str:
    text = ""
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, size)
        if digit:
            text += DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text


def parse(text: str) -> int:
    """Read a whole number written in hanzi, by places (一万三千三百) or digit by digit (二〇一二).

    Raises ValueError, with the text, when it is no number.
    """
    if not text.strip("负"):
        raise ValueError(f"不是汉字数字：『{text}』")
    if text.startswith("负"):
        return -parse(text[1:])
    if all(character in _VALUE for character in text):
        return int("".join(str(_VALUE[character]) for character in text))
    total, rest = 0, text
    for name, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = rest.partition(name)
        if found:
            total, rest = total + _read_group(head, text) * size, tail
    return total + (_read_group(rest, text) if rest else 0)


def _read_group(group: str, text: str) -> int:
    found = _GROUP.fullmatch(group)
    if not found or not group.strip("零"):
        raise ValueError(f"不是汉字数字：『{text}』")
    thousands, hundreds, tens, ten, ones = (found[n] for n in range(1, 6))
    value = 1000 * _VALUE[thousands or "零"] + 100 * _VALUE[hundreds or "零"] + _VALUE[ones or "零"]
    return value + (10 * _VALUE[tens or "一"] if ten else 0)


def ordinal(number: int) -> str:
    """第五 for 5."""
    return "第" + to_chinese(number)


def chapter_number(number: int) -> str:
    """一、 for the first chapter (GB/T 9704-2012, 7.3.3)."""
    return to_chinese(number) + "、"


def section_number(number: int) -> str:
    """（一） for the first section of a chapter."""
    return f"（{to_chinese(number)}）"
