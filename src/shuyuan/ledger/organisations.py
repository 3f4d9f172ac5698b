"""The registers of organisations 机构名录, shown and filled like any other ledger."""

from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.core.models import Duty, Organisation, OrganisationName, SchoolSection
from shuyuan.ledger.ledger import Ledger, register


@register(Organisation)
class Organisations(Ledger[Organisation]):
    slug, title, function = "organisation", _("机构名录"), Function.OFFICE
    columns = (
        "name",
        "kind",
        "code",
        "credit_code",
        "parent",
        "school_type",
        "urban_rural",
        "founder",
        "since",
        "until",
        "order",
    )
    subject = "name"


@register(OrganisationName)
class OtherNames(Ledger[OrganisationName]):
    slug, title, function = "organisation_name", _("简称与曾用名"), Function.OFFICE
    columns = ("organisation", "name", "kind", "since", "until")
    subject = "name"


@register(SchoolSection)
class SchoolSections(Ledger[SchoolSection]):
    slug, title, function = "school_section", _("学段部"), Function.OFFICE
    columns = ("organisation", "stage", "since", "until")


@register(Duty)
class Duties(Ledger[Duty]):
    slug, title, function = "duty", _("科室职能"), Function.OFFICE
    columns = ("organisation", "function")
