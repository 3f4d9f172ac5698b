"""The forms of accounts: the door, the code of a second factor, the office's filters and edits."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.models import Organisation, Post
from shuyuan.site.accounts import locks


class DoorForm(AuthenticationForm):
    """Name and password, refused in words that help."""

    error_messages = {
        "invalid_login": _("账号或密码不对。请检查大小写和输入法，再试一次。"),
        "inactive": _("这个账号已停用，请联系本单位管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")
        for field in self.fields.values():
            field.required = True
            field.widget.is_required = True

    def clean(self) -> dict[str, Any]:
        """Django's own form does not hold to the length it names, and a longer name has no place in the count."""
        if len(self.cleaned_data.get("username") or "") > 150:
            raise super().get_invalid_login_error()
        return super().clean()

    def get_invalid_login_error(self) -> ValidationError:
        """Wrong, or shut: the same for names that nobody has, so that the door tells nobody who has an account."""
        if until := locks.locked_until(self.cleaned_data.get("username", "")):
            return ValidationError(locks.told(until), code="locked")
        return super().get_invalid_login_error()


class _Worded:
    """A form of allauth's in our words, without grey text inside the boxes."""

    words: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)


class PasswordForm(_Worded, ChangePasswordForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {
        "oldpassword": _("原密码"), "password1": _("新密码"), "password2": _("再输一次新密码")
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""  # a link to a page that helps only those with an e-mail address


class NewPasswordForm(_Worded, ResetPasswordKeyForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {"password1": _("新密码"), "password2": _("再输一次新密码")}


class ForgottenForm(_Worded, ResetPasswordForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {"email": _("邮箱")}


class AgainForm(_Worded, ReauthenticateForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {"password": _("密码")}


class AgainCodeForm(_Worded, ReauthenticateCodeForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {"code": _("验证码")}


class PhoneForm(_Worded, ActivateTOTPForm):  # type: ignore[misc]
    words: ClassVar[dict[str, Any]] = {"code": _("手机上的 6 位数字")}


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code of the second factor. Wrong ones count towards the same lock as wrong passwords."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("验证码")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "autofocus": True}

    def clean_code(self) -> str:
        name = self.user.get_username()
        if until := locks.locked_until(name):
            raise ValidationError(locks.told(until), code="locked")
        try:
            return str(super().clean_code())
        except ValidationError as wrong:
            locks.failed(context.request, name)
            if until := locks.locked_until(name):
                raise ValidationError(locks.told(until), code="locked") from None
            raise ValidationError(_t("验证码不对。请看清手机上现在显示的 6 位数字，再试一次。")) from wrong


class Standing:
    """How an account stands, as the list filters it."""

    CHOICES = (
        ("", _("全部")),
        ("never", _("从未登录")),
        ("due", _("须改密码")),
        ("locked", _("已锁定")),
        ("disabled", _("已停用")),
        ("postless", _("没有岗位")),
    )


class AccountFilter(forms.Form):
    q = forms.CharField(label=_("搜索"), required=False, max_length=60)
    unit = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"), required=False)
    role = forms.ChoiceField(label=_("岗位"), required=False)
    standing = forms.ChoiceField(label=_("状态"), required=False, choices=Standing.CHOICES)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", _("全部")), *Post.Role.choices]  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """A new account with its first post, where whoever makes it may give posts; else they are given afterwards."""

    username = forms.CharField(
        label=_("账号"), max_length=150, validators=User._meta.get_field("username").validators,
        help_text=_("登录用，由字母、数字和 @ . + - _ 组成，以后不能改"),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=40)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"))
    role = forms.ChoiceField(label=_("岗位"), choices=Post.Role.choices)
    phone = forms.CharField(label=_("手机"), required=False, max_length=20)
    email = forms.EmailField(label=_("邮箱"), required=False, help_text=_("有邮箱的，忘记密码时可以自己重置"))

    def __init__(self, *args: Any, organisations: Any, gives_posts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        if not gives_posts:
            del self.fields["role"]

    def clean_username(self) -> str:
        name: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_t("这个账号已经有人用了。"))
        return name


class PostForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"))
    role = forms.ChoiceField(label=_("岗位"), choices=Post.Role.choices)
    since = forms.DateField(label=_("任职日期"), initial=timezone.localdate)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class RosterForm(forms.Form):
    file = forms.FileField(label=_("工作簿"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx"
