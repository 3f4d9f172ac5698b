"""Once: a request that a program sends again, for it heard no answer, is answered again and not done again.

The program gives each request a key of its own (Idempotency-Key). That it was done is written in the same transaction
as what it did: after a crash it was either done and is known, or neither. No content is kept, only keys of records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.web.api import Refusal

KEPT = timedelta(days=7)
LONGEST = 100


class Answered(models.Model):
    """One request that was done: `asked` tells it from another under the same key, `facts` is what came of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST)
    asked = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_each")]

    def __str__(self) -> str:
        return self.key


def once(request: HttpRequest, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Do it and return the facts, or return those of the first time. Raises Refusal, and whatever `act` does."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return act()
    if len(key) > LONGEST or not key.isprintable():
        raise Refusal(422, _t("Idempotency-Key 最多 %(most)s 个可见字符。") % {"most": LONGEST})
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    with transaction.atomic():
        # A second one at the same moment waits here for the first.
        known, new = Answered.objects.get_or_create(user_id=request.user.pk or 0, key=key, defaults={"asked": asked})
        if known.asked != asked:
            raise Refusal(422, _t("这个 Idempotency-Key 已用于另一个请求；每个新请求请换一个。"))
        if new:
            known.facts = act()
            known.save(update_fields=["facts"])
    facts: dict[str, Any] = known.facts
    return facts


def forget() -> None:
    """Keys are good for a week."""
    Answered.objects.filter(at__lt=timezone.now() - KEPT).delete()
