"""The models of core, each told in its own file."""

from shuyuan.core.history import Chain
from shuyuan.core.organisations import Duty, Organisation, OrganisationName, SchoolSection
from shuyuan.core.people import Person, PersonKey, Post
from shuyuan.core.periods import Period
from shuyuan.core.places import Place
from shuyuan.core.proof import Anchor
from shuyuan.core.tokens import AccessToken

__all__ = [
    "AccessToken",
    "Anchor",
    "Chain",
    "Duty",
    "Organisation",
    "OrganisationName",
    "Period",
    "Person",
    "PersonKey",
    "Place",
    "Post",
    "SchoolSection",
]
