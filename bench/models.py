"""A ledger's columns as a plain Django model: what the floor and the peers write, without history, checks or states."""

from copy import deepcopy
from typing import Any

from django.db import models

from shuyuan.staff.models import Training


def _plain(model: type[models.Model], name: str) -> Any:
    columns = {field.name: deepcopy(field) for field in model._meta.concrete_fields if not field.primary_key}
    meta = type("Meta", (), {"app_label": "bench", "managed": False})
    return type(name, (models.Model,), {**columns, "__module__": __name__, "Meta": meta})


PlainTraining: Any = _plain(Training, "PlainTraining")
