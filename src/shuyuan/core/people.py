"""People: staff and pupils, the keys their history is sealed with, and posts: who may act for which organisation."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuyuan.core import roles, sealing
from shuyuan.core.codes import Function
from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions, versioned_models
from shuyuan.core.number_fields import IdentityNumberField, PhoneField
from shuyuan.core.organisations import Organisation, inside
from shuyuan.core.past import present
from shuyuan.core.roles import Right
from shuyuan.core.sealing import ERASED
from shuyuan.core.sensitive import SealedField, SearchKey


@keep_versions
class Person(Versioned):
    """A member of staff or a pupil: who, not what they are; what they are stands in the registers."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("教职工")
        PUPIL = "pupil", _("学生")

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="people")
    kind = models.CharField(_("人员类别"), max_length=5, choices=Kind)
    number = models.CharField(_("人员编号"), max_length=24, unique=True)
    name = models.CharField(_("姓名"), max_length=40, db_index=True)

    identity_number = IdentityNumberField(_("身份证件号"))
    identity_number_key = SearchKey("identity_number")
    phone = PhoneField(_("联系电话"))
    phone_key = SearchKey("phone")

    objects = VersionedQuerySet["Person"].as_manager()
    sealed: ClassVar[tuple[str, ...]] = ("name",)
    seals_itself: ClassVar[bool] = True

    class Meta:
        verbose_name = _("人员")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number_key"],
                condition=~models.Q(identity_number_key=""),
                name="one_person_each_identity_number",
                violation_error_message=_("这个身份证件号已经登记过。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def sealed_for(self) -> int:
        return self.pk

    def erase(self) -> None:
        """Forget this person for good, as the law may demand: what rows say of them, and the key to their history."""
        with transaction.atomic():
            for model in versioned_models():
                if model.sealed and model is not Person:
                    empty = {name: nothing_in(model._meta.get_field(name)) for name in model.sealed}
                    if any(field.name == "person" for field in model._meta.concrete_fields):
                        cast(Any, model)._default_manager.filter(person=self).update(**empty)
            self.name, self.identity_number, self.phone = ERASED, "", ""
            self.save()
            sealing.destroy_key(self.pk)


def nothing_in(field: Any) -> str | None:
    """What a personal field says once its person is erased."""
    if field.null:
        return None
    return "" if isinstance(field, SealedField | SearchKey) else ERASED


class PersonKey(models.Model):
    """The wrapped key of one person; `wrapped` is empty once the person has been erased. No version is kept of it.

    It outlives the person's row: a row deleted by mistake keeps a history that can be read.
    """

    person = models.OneToOneField(
        Person, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="history_key"
    )
    wrapped = models.BinaryField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person_id)


@keep_versions
class Post(Versioned):
    """Somebody's post: the right to act for an organisation in one role. One person may hold several."""

    Role = roles.Role  # what each may do: see roles.py

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("账号"), related_name="posts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="posts")
    role = models.CharField(_("岗位"), max_length=12, choices=Role)
    since = models.DateField(_("任职日期"), default=date.today)
    until = models.DateField(_("离任日期"), null=True, blank=True)

    objects = VersionedQuerySet["Post"].as_manager()

    class Meta:
        verbose_name = _("岗位")

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_role_display()}"

    def clean(self) -> None:
        held = Post.objects.filter(user_id=self.user_id).exclude(pk=self.pk)
        standing = held.filter(models.Q(until__isnull=True) | models.Q(until__gt=self.since))
        if roles.clash({self.role, *standing.values_list("role", flat=True)}):
            raise ValidationError(
                {"role": _("三员分立：一个人不能兼任两种管理员，也不能既当管理员又经办台账；请另设账号。")}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


def system() -> User:
    """The account that acts where nobody is logged in. It is made at its first use; nobody can log in with it."""
    user, made = User.objects.get_or_create(username="system", defaults={"is_active": False, "first_name": "系统"})
    if made:
        user.set_unusable_password()
        user.save()
    return user


def posts_of(user: AbstractBaseUser | AnonymousUser) -> list[Post]:
    """The posts that open the books to a user today: those of administrators and auditors open no record."""
    return [post for post in every_post_of(user) if Right.READ in roles.rights_of(post.role)]


def every_post_of(user: AbstractBaseUser | AnonymousUser) -> list[Post]:
    """All posts a user holds today, read once for each request's user object."""
    if not user.is_authenticated:
        return []
    kept: list[Post] | None = getattr(user, "_posts_today", None)
    if kept is None:
        today = timezone.localdate()
        held = Post.objects.filter(user_id=user.pk, since__lte=today).select_related("organisation__parent")
        with present():
            kept = list(held.filter(models.Q(until__isnull=True) | models.Q(until__gt=today)))
        setattr(user, "_posts_today", kept)  # noqa: B010  (a note on the request's own object)
    return kept


def may(user: AbstractBaseUser | AnonymousUser, right: Right) -> bool:
    """Whether any post of this person gives the right, wherever it is."""
    if roles.all_powerful(user):
        return True
    return any(right in roles.rights_of(post.role) for post in every_post_of(user))


def scope_of(user: AbstractBaseUser | AnonymousUser, prefix: str, *rights: Right) -> models.Q:
    """What a user may see of rows whose organisation is reached by `prefix` ("organisation__", or "" for itself).

    A section 科室 sees the whole bureau it belongs to; a school sees itself and its campuses; nobody sees nothing.
    Only posts that give one of the `rights` count: to read, where none is named.
    """
    if roles.all_powerful(user):
        return models.Q()
    wanted = set(rights or (Right.READ,))
    places = [post.organisation for post in every_post_of(user) if wanted & roles.rights_of(post.role)]
    section = Organisation.Kind.SECTION
    return inside(prefix, [(p.parent if p.kind == section and p.parent else p).path for p in places])


def functions_of(user: AbstractBaseUser | AnonymousUser) -> set[str]:
    """The functions a user answers for, through the sections in which they hold a post; the office and leaders all."""
    posts = posts_of(user)
    if may(user, Right.EVERY_FUNCTION):
        return {str(function) for function in Function.values}
    sections = [post.organisation_id for post in posts]
    with present():
        return set(Organisation.objects.filter(pk__in=sections).values_list("duties__function", flat=True)) - {None}
