"""What a report is stamped with: the state of the books it was made from, and our seal on its manifest."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from django.conf import settings

from shuyuan.core.history import versioned_models


def books_written() -> datetime:
    """The last change of the books, so that unchanged books give the same file.

    Readings, remarks and dismissals print nothing, and a final report is made after itself: they are no change of
    the books.
    """
    silent = {
        "report.reading",
        "report.remark",
        "report.frozen",
        "report.dismissal",
        "report.reportedvalue",
        "ledger.closing",
    }
    printed = [model for model in versioned_models() if model._meta.label_lower not in silent]
    # The newest version by its key: versions are only ever added, and looking for the latest time reads them all.
    newest = [model.versions._default_manager.order_by("-version_id").first() for model in printed]
    return max((one.written_at for one in newest if one), default=datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)


def key() -> bytes:
    """What a report's manifest is sealed with, so that only we can have written it."""
    return hmac.digest(settings.MASTER_KEY.encode(), b"report manifest", "sha256")
