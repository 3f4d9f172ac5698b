"""The digest: one e-mail a day to whoever has an address and wants it, with what they have not seen yet. Never two.

That today's was sent is written before it is sent: after a crash somebody may go without, and nobody is written to
twice. What could not be sent is told in the log and comes with the next day's.
"""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from shuyuan.ledger.notices import unseen

logger = logging.getLogger(__name__)


class Mailing(models.Model):
    """Somebody's switch (on unless they turn it off), their language, and the day of their last digest."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    wanted = models.BooleanField(_("每天一封邮件"), default=True)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    last = models.DateField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


def choose(user: User, *, wanted: bool, language: str) -> None:
    Mailing.objects.update_or_create(user=user, defaults={"wanted": wanted, "language": language})


def wants(user: User) -> bool:
    found = Mailing.objects.filter(user=user).first()
    return found is None or found.wanted


def send(*, now: bool = False) -> int:
    """Send today's digests that are not sent yet; returns how many. Called as often as one likes; not before the hour
    that is set, unless `now`."""
    if not now and (not settings.DIGESTS or timezone.localtime().hour < settings.DIGEST_HOUR):
        return 0
    today, sent = timezone.localdate(), 0
    waiting = User.objects.filter(is_active=True, notices__seen=False).exclude(email="").distinct()
    for user in waiting.order_by("pk"):
        mailing, _new = Mailing.objects.get_or_create(user=user)
        found = unseen(user) if mailing.wanted else []
        if found and _first_today(mailing, today):
            with override(mailing.language):
                sent += _sent(user, [f"· {one.told}" for one in found])
    return sent


def _first_today(mailing: Mailing, today: object) -> bool:
    """Whether this is the first to claim the day, of any number at once; a clock set back claims no day again."""
    free = models.Q(last=None) | models.Q(last__lt=today)
    return bool(Mailing.objects.filter(free, pk=mailing.pk).update(last=today))


def _sent(user: User, lines: list[str]) -> int:
    name = user.first_name or user.username
    body = [_t("%(name)s：") % {"name": name}, "", *lines, "", _t("详见 %(url)s") % {"url": f"{settings.SITE_URL}/"}]
    body += [_t("不想再收到：登录后在「通知」页关掉「每天一封邮件」。")]
    subject = _t("数源：您有 %(n)s 条新通知") % {"n": len(lines)}
    try:
        return send_mail(subject, "\n".join(body), None, [user.email])
    except (smtplib.SMTPException, OSError):
        logger.exception("the digest for %s was not sent", user.username)
        return 0
