"""Rights: who may read a report, who runs it, who writes which part, who signs a reading."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from shuyuan.core.codes import Function
from shuyuan.core.models import Duty, Organisation, Post
from shuyuan.core.people import posts_of
from shuyuan.core.roles import Right, all_powerful, rights_of
from shuyuan.report.models import Part, Report

Somebody = AbstractBaseUser | AnonymousUser


def belongs(user: Somebody, organisation: Organisation) -> bool:
    """Whether somebody holds a post in the organisation or in one of its sections."""
    return all_powerful(user) or any(_of(post.organisation, organisation) for post in posts_of(user))


def runs(user: Somebody, organisation: Organisation) -> bool:
    """Whether somebody opens, divides and puts together the organisation's reports: the bureau's office; in a school
    its head and its clerk."""
    if all_powerful(user):
        return True
    posts = [post for post in posts_of(user) if _of(post.organisation, organisation)]
    if organisation.kind != Organisation.Kind.BUREAU:
        return any(Right.FILE in rights_of(post.role) for post in posts)
    places = [post.organisation_id for post in posts]
    office = Duty.objects.filter(organisation_id__in=places, function=Function.OFFICE)
    return any(post.role == Post.Role.OFFICE for post in posts) or office.exists()


def writes(user: Somebody, part: Part) -> bool:
    """Whether somebody may change this part's text now: its section until it is adopted, the office at any time."""
    if part.removed or part.report.state != Report.State.DRAFTING:
        return False
    if runs(user, part.report.organisation):
        return True
    return part.state != Part.State.ADOPTED and drafts(user, part)


def concerned(user: Somebody, part: Part) -> bool:
    """Whether the part is somebody's at all: their section's, or the office's."""
    return drafts(user, part) or runs(user, part.report.organisation)


def drafts(user: Somebody, part: Part) -> bool:
    """Whether the part was given to a section that somebody holds a post in."""
    return part.section_id is not None and part.section_id in {post.organisation_id for post in posts_of(user)}


def sections_of(organisation: Organisation) -> list[Organisation]:
    """Whom parts of the organisation's reports can be given to: its sections, and the organisation itself."""
    sections = Organisation.objects.filter(parent=organisation, kind=Organisation.Kind.SECTION)
    return [*sections, organisation]


def _of(place: Organisation, organisation: Organisation) -> bool:
    section = place.kind == Organisation.Kind.SECTION and place.parent_id == organisation.pk
    return place.pk == organisation.pk or section
