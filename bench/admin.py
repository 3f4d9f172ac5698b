"""Django's admin over the same ledger and the same columns: the peer of our list page."""

from django.contrib import admin

from shuyuan.staff.models import Training

BOOK = Training.ledger


@admin.register(Training)
class TrainingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (*BOOK.names, "state")
    list_filter = ("period", "state", *(column.name for column in BOOK.sheet if column.kind == "choice"))
    list_select_related = tuple(column.name for column in BOOK.sheet if column.field.is_relation)
    list_per_page = 50
    search_fields = (
        *(column.name for column in BOOK.sheet if column.kind == "text"),
        "organisation__name",
        "person__name",
    )
