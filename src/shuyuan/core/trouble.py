"""Trouble: a full disk, a busy store. Each store says so in its own words; people are told in theirs."""

from __future__ import annotations

import errno

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _t

FULL = ("disk is full", "disk i/o error", "no space left", "could not extend file", "disk quota")
BUSY = ("is locked", "deadlock detected", "lock timeout", "too many clients", "remaining connection slots")


def is_full(error: BaseException | None) -> bool:
    """Whether the disk, or the quota, is used up."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return isinstance(error, DatabaseError) and any(words in str(error).lower() for words in FULL)


def is_busy(error: BaseException | None) -> bool:
    """Whether others were writing for so long that the store gave up waiting."""
    return isinstance(error, OperationalError) and any(words in str(error).lower() for words in BUSY)


def told_of(error: BaseException | None) -> tuple[int, str] | None:
    """The status and the words for such trouble; None where it is something else."""
    if is_full(error):
        return 507, _t("服务器磁盘已满，刚才的内容没有写入，已保存的数据没有受影响；请系统管理员腾出空间后再试。")
    if is_busy(error):
        return 503, _t("现在写入的人太多，刚才的内容没有写入；请过一会儿再试。")
    return None
