"""Numbers that identify: the checks of the Chinese identity number, the social credit code, the school code and the
pupil registration number. No Django here; `number_fields.py` words what is wrong and makes fields of them.

A region code is never looked up: a real identity number carries the region as it was when the card was issued (320482
was 金坛市 until 2015), and a check against today's table refuses people who exist.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, for the first 17 digits
IDENTITY_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I O S V Z
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
SCHOOL_KINDS = frozenset("11 21 22 31 32 33 34 35 36 37 41 42 51 91 92 93".split())  # noqa: SIM905
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()  # noqa: SIM905
)
OLDEST = 1880  # nobody on a county's books was born before


class Fault(StrEnum):
    """What is wrong with a number; each has its cure in the reader's language."""

    LENGTH = "length"
    OLD = "old"
    CHARACTERS = "characters"
    DATE = "date"
    CHECK = "check"
    KIND = "kind"
    PROVINCE = "province"
    PREFIX = "prefix"


class WrongNumber(ValueError):
    """A number that cannot be right. It never quotes the number: errors are kept, shown and logged."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.value)


def tidied(text: str) -> str:
    """As the number is kept and compared: narrow, in capitals, without the spaces and dashes people group it with."""
    return re.sub(r"[\s\-‐-―−]", "", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class Identity:
    """An identity number that holds, and what can be read from it."""

    number: str

    @property
    def born(self) -> date:
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def male(self) -> bool:
        return int(self.number[16]) % 2 == 1

    @property
    def region(self) -> str:
        """The county-level region where the number was first issued, by the code of that time."""
        return self.number[:6]


def looks_like_identity(text: str) -> bool:
    """Whether somebody meant an identity number, right or wrong."""
    return re.fullmatch(r"[1-9][0-9]{16}[0-9X]", tidied(text)) is not None


def identity_number(text: str) -> Identity:
    """An identity number 公民身份号码 (GB 11643). Raises WrongNumber."""
    number = tidied(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise WrongNumber(Fault.OLD)
    if len(number) != 18:
        raise WrongNumber(Fault.LENGTH)
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        raise WrongNumber(Fault.CHARACTERS)
    _born(number[6:14])
    if identity_check(number[:17]) != number[17]:
        raise WrongNumber(Fault.CHECK)
    return Identity(number)


def identity_check(digits: str) -> str:
    """The check character of 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(IDENTITY_WEIGHTS, digits, strict=True))
    return IDENTITY_CHECKS[total % 11]


def _born(digits: str) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise WrongNumber(Fault.DATE) from None
    if not born.year >= OLDEST or born > date.today():
        raise WrongNumber(Fault.DATE)


def credit_code(text: str) -> str:
    """A unified social credit code 统一社会信用代码 (GB 32100). Raises WrongNumber."""
    code = tidied(text)
    if len(code) != 18:
        raise WrongNumber(Fault.LENGTH)
    if not set(code) <= set(CREDIT_ALPHABET):
        raise WrongNumber(Fault.CHARACTERS)
    if credit_check(code[:17]) != code[17]:
        raise WrongNumber(Fault.CHECK)
    return code


def credit_check(characters: str) -> str:
    """The check character of the first 17."""
    values = (CREDIT_ALPHABET.index(character) for character in characters)
    total = sum(weight * value for weight, value in zip(CREDIT_WEIGHTS, values, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def school_code(text: str) -> str:
    """A school identification code 学校标识码: 2 digits kind, 2 province, 6 serial; it has no check digit.

    Raises WrongNumber.
    """
    code = tidied(text)
    if len(code) != 10:
        raise WrongNumber(Fault.LENGTH)
    if not re.fullmatch(r"[0-9]{10}", code):
        raise WrongNumber(Fault.CHARACTERS)
    if code[:2] not in SCHOOL_KINDS:
        raise WrongNumber(Fault.KIND)
    if code[2:4] not in PROVINCES:
        raise WrongNumber(Fault.PROVINCE)
    return code


def pupil_number(text: str) -> str:
    """A pupil registration number 学籍号: G and an identity number; J or L and 18 characters of the school's own.

    The identity number in it is the one held at registration: neither is ever derived from the other. How J's last
    character is computed is published nowhere we could read, so only its shape and birthday are checked.

    Raises WrongNumber.
    """
    number = tidied(text)
    if len(number) != 19:
        raise WrongNumber(Fault.LENGTH)
    if number[0] == "G":
        return "G" + identity_number(number[1:]).number
    if number[0] not in "JL":
        raise WrongNumber(Fault.PREFIX)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number[1:]):
        raise WrongNumber(Fault.CHARACTERS)
    _born(number[7:15])
    return number


def phone_number(text: str) -> str:
    """A mobile number, or a landline with its area code (0519-82821234, 051982821234). Raises WrongNumber."""
    number = tidied(text).removeprefix("+86")
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}", number):
        raise WrongNumber(Fault.CHARACTERS if not number.isdecimal() else Fault.LENGTH)
    return number


def bank_card(text: str) -> str:
    """A bank card or passbook account. Cards (16 and 19 digits, 62…) end in a Luhn digit; accounts of other lengths
    bear none that all banks agree on. Raises WrongNumber."""
    number = tidied(text)
    if not number.isascii() or not number.isdecimal():
        raise WrongNumber(Fault.CHARACTERS)
    if not 8 <= len(number) <= 30:
        raise WrongNumber(Fault.LENGTH)
    if number.startswith("62") and len(number) in {16, 19} and _luhn(number):
        raise WrongNumber(Fault.CHECK)
    return number


def _luhn(number: str) -> int:
    """0 when the last digit is right (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled) % 10
