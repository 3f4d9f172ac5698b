"""People: staff and pupils, the keys their history is sealed with, and posts: who may act for which organisation."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuyuan.core import sealing
from shuyuan.core.codes import Function
from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions, versioned_models
from shuyuan.core.organisations import Organisation, inside
from shuyuan.core.past import present
from shuyuan.core.sealing import ERASED


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

    objects = VersionedQuerySet["Person"].as_manager()
    sealed: ClassVar[tuple[str, ...]] = ("name",)

    class Meta:
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name

    def sealed_for(self) -> int:
        return self.pk

    def erase(self) -> None:
        """Forget this person for good, as the law may demand: what rows say of them, and the key to their history."""
        with transaction.atomic():
            for model in versioned_models():
                if model.sealed and model is not Person:
                    empty = {name: None if model._meta.get_field(name).null else ERASED for name in model.sealed}
                    cast(Any, model)._default_manager.filter(person=self).update(**empty)
            self.name = ERASED
            self.save()
            sealing.destroy_key(self.pk)


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

    class Role(models.TextChoices):
        CLERK = "clerk", _("学校填报员")
        HEADTEACHER = "headteacher", _("校长")
        OFFICER = "officer", _("科室人员")
        OFFICE = "office", _("办公室人员")
        LEADER = "leader", _("局领导")

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


def system() -> User:
    """The account that acts where nobody is logged in. It is made at its first use; nobody can log in with it."""
    user, made = User.objects.get_or_create(username="system", defaults={"is_active": False, "first_name": "系统"})
    if made:
        user.set_unusable_password()
        user.save()
    return user


def posts_of(user: AbstractBaseUser | AnonymousUser) -> list[Post]:
    """The posts a user holds today, read once for each request's user object."""
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


def scope_of(user: AbstractBaseUser | AnonymousUser, prefix: str) -> models.Q:
    """What a user may see of rows whose organisation is reached by `prefix` ("organisation__", or "" for itself).

    A section 科室 sees the whole bureau it belongs to; a school sees itself and its campuses; nobody sees nothing.
    """
    if getattr(user, "is_superuser", False):
        return models.Q()
    places = [post.organisation for post in posts_of(user)]
    section = Organisation.Kind.SECTION
    return inside(prefix, [(p.parent if p.kind == section and p.parent else p).path for p in places])


def functions_of(user: AbstractBaseUser | AnonymousUser) -> set[str]:
    """The functions a user answers for, through the sections in which they hold a post; the office and leaders all."""
    posts = posts_of(user)
    if getattr(user, "is_superuser", False) or any(post.role in {Post.Role.OFFICE, Post.Role.LEADER} for post in posts):
        return {str(function) for function in Function.values}
    sections = [post.organisation_id for post in posts]
    with present():
        return set(Organisation.objects.filter(pk__in=sections).values_list("duties__function", flat=True)) - {None}
