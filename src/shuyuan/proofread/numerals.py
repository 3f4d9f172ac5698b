"""Numbers as prose writes them: 1,234.50, ３５, 三百二十, 两. A figure is a string: its zeros say how exact it is."""

from __future__ import annotations

from decimal import Decimal

HANZI = "〇零一二两三四五六七八九十百千万亿"
DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2} | {digit: n for n, digit in enumerate("三四五六七八九", 3)}
PLACES = {"十": 10, "百": 100, "千": 1000}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}

FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)} | {
    ord(full): ord(half) for full, half in zip("．％，：；（）＋～︰∶\u00a0\u2009", ".%,:;()+~::  ", strict=True)
}
"""One character for one, so that places in the text hold."""


def hanzi(text: str) -> int | None:
    """The whole number that hanzi write, by places (一万三千三百) or digit by digit (二〇一二); None if they do not."""
    if text and all(character in DIGITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    total, rest = 0, text
    for name, size in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = rest.partition(name)
        if found:
            group = _group(head)
            if not group:
                return None
            total, rest = total + group * size, tail
    last = _group(rest) if rest else 0
    return None if last is None or not text else total + last


def _group(text: str) -> int | None:
    """One group of four places: 九千九百九十九 at most, 十二 for 一十二; 零 stands for the places that are skipped."""
    value, digit, place = 0, -1, 10**4
    for number, character in enumerate(text):
        if character in PLACES:
            size = PLACES[character]
            if size >= place or (digit < 0 and (size != 10 or number)) or digit == 0:
                return None
            value, digit, place = value + (digit if digit > 0 else 1) * size, -1, size
        elif character in "零〇":
            if digit >= 0:
                return None
        elif digit >= 0 or character not in DIGITS:
            return None
        else:
            digit = DIGITS[character]
    return (value + max(digit, 0)) or None


def arabic(text: str) -> Decimal:
    """The number of digits, thousands apart by commas, blanks or not."""
    return Decimal(text.replace(",", "").replace(" ", ""))


def step(text: str) -> Decimal:
    """What the last digit stands for: 0.01 for 99.70, 1 for 3300; hanzi count exactly."""
    _, point, decimals = text.replace(" ", "").partition(".")
    return Decimal(1).scaleb(-len(decimals)) if point else Decimal(1)


def like(value: Decimal, text: str) -> str:
    """The value printed as `text` is: as many decimals, thousands apart if it has them."""
    places = len(text.replace(" ", "").partition(".")[2])
    shown = value.quantize(Decimal(1).scaleb(-places))
    if shown != value:  # to say 12.3 where 12.34 follows would be a new mistake
        shown = value.normalize()
    return f"{shown:,f}" if "," in text else f"{shown:f}"
