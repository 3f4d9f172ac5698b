"""Checks: what would let rows change behind history's back stops the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.db import models

from shuyuan.core.history import Versioned, versioned_models

KEPT = {models.PROTECT, models.RESTRICT, models.DO_NOTHING}


def check_history(**options: Any) -> list[checks.CheckMessage]:
    """Cascades and many-to-many tables are written by Django itself, past every version."""
    return [
        checks.Error(message, hint=hint, obj=model, id="shuyuan.E003")
        for model in versioned_models()
        for message, hint in _faults(model)
    ]


def _faults(model: type[Versioned]) -> Iterator[tuple[str, str]]:
    for field in model._meta.concrete_fields:
        if field.remote_field and field.remote_field.on_delete not in KEPT:
            yield f"{field} would be deleted or emptied without a version", "Use models.PROTECT."
    for field in model._meta.many_to_many:
        yield f"{field} is many-to-many, which keeps no versions", "Make the relation a model with @keep_versions."
    for name in {*model.sealed, *model.decisive} - {field.name for field in model._meta.concrete_fields}:
        yield f"{model.__name__} names {name!r} as sealed or decisive", "Name fields of the model."
