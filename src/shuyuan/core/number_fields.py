"""Fields of numbers that identify: one class each, so that form, workbook, API and history share check and message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core import numbers
from shuyuan.core.numbers import Fault, WrongNumber
from shuyuan.core.sensitive import SealedField, Sensitivity, Tidied

TOLD: dict[str, dict[Fault, Any]] = {
    "identity": {
        Fault.OLD: _("这是 15 位的旧身份证号，2013 年起已停用；请填写现在的 18 位号码"),
        Fault.LENGTH: _("身份证号应为 18 位；请对照证件逐位核对"),
        Fault.CHARACTERS: _("身份证号只有数字，最后一位可以是 X；请对照证件核对"),
        Fault.DATE: _("身份证号中的出生日期不存在；请核对第 7 至 14 位"),
        Fault.CHECK: _("身份证号的校验码不对，有一位写错或两位颠倒；请对照证件逐位核对"),
    },
    "credit": {
        Fault.LENGTH: _("统一社会信用代码应为 18 位；请对照法人证书核对"),
        Fault.CHARACTERS: _("统一社会信用代码只有数字和大写字母，不用 I、O、S、V、Z；请对照法人证书核对"),
        Fault.CHECK: _("统一社会信用代码的校验码不对，有一位写错或两位颠倒；请对照法人证书逐位核对"),
    },
    "school": {
        Fault.LENGTH: _("学校标识码是 10 位数字。"),
        Fault.CHARACTERS: _("学校标识码是 10 位数字。"),
        Fault.KIND: _("学校标识码的前两位是学校类别（如小学 21、普通初中 31），没有这一类；请核对"),
        Fault.PROVINCE: _("学校标识码的第三、四位是省份代码（如江苏 32），没有这个省份；请核对"),
    },
    "pupil": {
        Fault.LENGTH: _("学籍号应为 19 位：G、J 或 L 加 18 位；请按学籍系统核对"),
        Fault.PREFIX: _("学籍号以 G（正式）、J（无身份证）或 L（临时）开头；请按学籍系统核对"),
        Fault.CHARACTERS: _("学籍号在首字母之后只有数字，最后一位可以是 X；请按学籍系统核对"),
        Fault.DATE: _("学籍号中的出生日期不存在；请核对第 8 至 15 位"),
        Fault.CHECK: _("学籍号中身份证号的校验码不对；请按学籍系统逐位核对"),
        Fault.OLD: _("学籍号应为 19 位：G、J 或 L 加 18 位；请按学籍系统核对"),
    },
    "phone": {
        Fault.LENGTH: _("电话位数不对：手机号 11 位，固定电话要加区号"),
        Fault.CHARACTERS: _("电话只填一个号码：手机号 11 位，固定电话加区号，如 0519-82821234"),
    },
    "bank": {
        Fault.LENGTH: _("银行账号的位数不对；请对照银行卡核对"),
        Fault.CHARACTERS: _("银行账号只有数字；请把这一列设为文本格式后重新填写"),
        Fault.CHECK: _("银行卡号的校验位不对，有一位写错或两位颠倒；请对照银行卡逐位核对"),
    },
}
"""What is wrong with a number, and what to do about it. No message quotes the number."""


def _checked(kind: str, check: Callable[[str], object], text: str) -> str:
    try:
        check(text)
    except WrongNumber as wrong:
        raise ValidationError(TOLD[kind][wrong.fault]) from None
    return numbers.tidied(text)


class _SealedNumber(SealedField):
    """A number that is sealed where it is kept, and refused where it cannot be right."""

    kind = ""

    @staticmethod
    def rule(text: str) -> object:
        raise NotImplementedError

    def tidied(self, text: str) -> str:
        return _checked(self.kind, self.rule, text)


class IdentityNumberField(_SealedNumber):
    """公民身份号码, GB 11643."""

    kind, sensitivity = "identity", Sensitivity.IDENTITY
    rule = staticmethod(numbers.identity_number)


class PupilNumberField(_SealedNumber):
    """学籍号; sealed like the identity number that its G form contains."""

    kind, sensitivity = "pupil", Sensitivity.IDENTITY
    rule = staticmethod(numbers.pupil_number)


class PhoneField(_SealedNumber):
    """A mobile number, or a landline with its area code."""

    kind, sensitivity = "phone", Sensitivity.PHONE
    rule = staticmethod(numbers.phone_number)


class BankCardField(_SealedNumber):
    """A bank card or account."""

    kind, sensitivity = "bank", Sensitivity.BANK
    rule = staticmethod(numbers.bank_card)


class AddressField(SealedField):
    """Where somebody lives."""

    sensitivity = Sensitivity.ADDRESS


class HealthField(SealedField):
    """What is known of somebody's health or disability, in words."""

    sensitivity = Sensitivity.HEALTH


def check_credit_code(text: str) -> None:
    """Validator of a unified social credit code."""
    _checked("credit", numbers.credit_code, text)


def check_school_code(text: str) -> None:
    """Validator of a school identification code."""
    _checked("school", numbers.school_code, text)


class CreditCodeField(Tidied, models.CharField):  # type: ignore[type-arg]
    """统一社会信用代码, GB 32100; public, so it is neither sealed nor masked."""

    default_validators = [check_credit_code]

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("max_length", 18)
        super().__init__(verbose_name, **options)

    def tidied(self, text: str) -> str:
        return _checked("credit", numbers.credit_code, text)


class SchoolCodeField(Tidied, models.CharField):  # type: ignore[type-arg]
    """学校标识码; public."""

    default_validators = [check_school_code]

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("max_length", 10)
        super().__init__(verbose_name, **options)

    def tidied(self, text: str) -> str:
        return _checked("school", numbers.school_code, text)
