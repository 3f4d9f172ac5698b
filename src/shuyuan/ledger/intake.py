"""Intake: workbooks handed in, one or sixty at once: whose and which each is, what became of it, and why.

Each file is all or nothing by itself. What a person must say first (which ledger, what the headings mean) is asked; a
file that was taken already is told, not taken twice.
"""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core import sealing
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, OrganisationName
from shuyuan.core.people import posts_of
from shuyuan.core.roles import all_powerful
from shuyuan.ledger import headings, sheets, wordings
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.headings import UnknownHeadings, Words
from shuyuan.ledger.ledger import Ledger, UnknownLedger, all_ledgers, ledger
from shuyuan.ledger.record import User as Person
from shuyuan.ledger.unpacking import MOST_BYTES, Opened, Problem, Unreadable, unpack

MOST_FILES = 500
MOST_IN_ZIP = 500 * 2**20
KEPT_DAYS = 30  # a file that was not taken is forgotten after this


class Outcome(models.TextChoices):
    """What became of a workbook."""

    WAITING = "waiting", _("等待读取")  # handed in; nobody has looked yet
    ASKING = "asking", _("待确认")  # a person must say which ledger it is, or what its headings mean
    REFUSED = "refused", _("有问题")  # nothing of it was taken; the marked workbook says why
    TAKEN = "taken", _("已导入")  # its rows are in the book
    UNCHANGED = "unchanged", _("无变化")  # the book says all of it already


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: Person) -> Self:
        """A file holds what its ledger may keep confidential: only whoever handed it in opens it."""
        return self.filter(by_id=user.pk) if user.is_authenticated else self.none()


def _kept_at(intake: Intake, name: str) -> str:
    return f"intake/{intake.sha256[:2]}/{secrets.token_hex(16)}"


class Intake(models.Model):
    """One file that somebody handed in. The content goes when it is taken: the records are what is kept."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("账号"), related_name="+")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    batch = models.CharField(_("批次"), max_length=16, blank=True, db_index=True)
    name = models.CharField(_("文件名"), max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("文件"), upload_to=_kept_at, max_length=120, blank=True)
    ledger = models.CharField(_("台账"), max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+", null=True, blank=True
    )
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome, default=Outcome.WAITING)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    schools = models.JSONField(_("单位"), default=list)
    told = models.JSONField(_("说明"), default=list)
    problems = models.JSONField(_("问题"), default=list)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("来件")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "sha256"], condition=models.Q(outcome="taken"), name="one_workbook_taken_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def book(self) -> Ledger[Any] | None:
        try:
            return ledger(self.ledger) if self.ledger else None
        except UnknownLedger:
            return None

    @property
    def faults(self) -> list[Problem]:
        return [Problem(message, row, heading, place) for message, row, heading, place in self.problems]

    @property
    def can_be_marked(self) -> bool:
        """Whether there is a cell or a row to mark."""
        return bool(self.file) and any(row for _message, row, *_rest in self.problems)

    def content(self) -> bytes:
        with self.file.open("rb") as file:
            return sealing.opened_file(bytes(file.read()))

    def become(self, outcome: Outcome, problems: Sequence[Problem] = (), **facts: Any) -> bool:
        """Write down what became of it; what has been taken stays so. Returns whether this was the first to say."""
        kept = [[p.message, p.row, p.heading, p.place] for p in problems]
        values = {"outcome": outcome, "problems": kept, **facts}
        changed = Intake.objects.filter(pk=self.pk).exclude(outcome=Outcome.TAKEN).update(**values)
        self.refresh_from_db()
        return bool(changed)

    def forget(self) -> None:
        """The content goes; that it came, from whom and when, stays."""
        if self.file:
            self.file.delete(save=False)
            Intake.objects.filter(pk=self.pk).update(file="")


@dataclass(frozen=True)
class Rights:
    """For whom a workbook is read: what they may write and accept. The command line may write everything."""

    user: User
    accept: bool | None = None  # None: as the ledger says
    everything: bool = False

    def organisations(self) -> list[Organisation] | None:
        if self.everything or all_powerful(self.user):
            return None
        return list(Organisation.objects.visible_to(self.user))

    def books(self) -> list[Ledger[Any]]:
        if self.everything:
            return list(all_ledgers())
        return [one for one in all_ledgers() if one.visible_to(self.user) and one.may_write(self.user)]

    def accepts(self, book: Ledger[Any]) -> bool:
        return book.may_accept(self.user) if self.accept is None else self.accept

    def may_change_accepted(self, book: Ledger[Any]) -> bool:
        return self.everything or book.may_accept(self.user)

    def home(self) -> Organisation | None:
        """Where this person's own words are kept: the organisation of their first post, else the bureau."""
        own = next((post.organisation for post in posts_of(self.user)), None)
        return own or Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()


def receive(user: User, name: str, content: bytes, *, batch: str = "", book: Ledger[Any] | None = None) -> Intake:
    """Keep a file until it is read. The name is what people called it, never a path on our disk."""
    _forget_the_old()
    plain = PurePosixPath(name.replace("\\", "/")).name[-150:] or _t("未命名")
    made = Intake(by=user, name=plain, sha256=hashlib.sha256(content).hexdigest(), batch=batch)
    made.ledger = book.slug if book else ""
    made.file.save(plain, ContentFile(sealing.sealed_file(content)), save=False)
    made.save()
    return made


def _forget_the_old() -> None:
    for old in Intake.objects.filter(at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).exclude(file="")[:50]:
        old.forget()


def unzipped(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The workbooks of a zip by name, within bounds. Chinese Windows writes the names in GB 18030.

    Raises Unreadable.
    """
    try:
        with zipfile.ZipFile(BytesIO(content), metadata_encoding="gb18030") as packed:
            wanted = [part for part in packed.infolist() if _is_workbook(part.filename)]
            if len(wanted) > MOST_FILES or sum(part.file_size for part in wanted) > MOST_IN_ZIP:
                raise Unreadable([Problem(_t("压缩包里的文件太多或太大；请分成几个压缩包"))])
            for part in wanted:
                if part.file_size > MOST_BYTES:
                    raise Unreadable([Problem(_t("压缩包里的 %(name)s 超过 20 MB") % {"name": part.filename})])
                yield part.filename, packed.read(part)
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable([Problem(_t("压缩包打不开：%(error)s") % {"error": error})]) from None


def _is_workbook(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in {".xlsx", ".xlsm"} and not path.name.startswith(("~$", "."))


def is_zip_of_workbooks(name: str, content: bytes) -> bool:
    return name.lower().endswith(".zip") and content.startswith(b"PK")


def take(intake: Intake, rights: Rights, *, adjustment: str = "", reason: str = "") -> sheets.Reading | None:
    """Read a workbook and take all of it or nothing; what became of it stands on the intake."""
    try:
        opened = unpack(intake.content())
    except Unreadable as refused:
        intake.become(Outcome.REFUSED, refused.problems)
        return None
    except OSError:
        intake.become(Outcome.REFUSED, [Problem(_t("文件已不在服务器上；请重新上传"))])
        return None
    book = intake.book or recognised(opened, intake.name, rights)
    if book is None or book.slug not in {one.slug for one in rights.books()}:
        intake.become(Outcome.ASKING, [Problem(_t("看不出是哪本台账；请选一本"))])
        return None
    organisations = rights.organisations()
    school = intake.organisation or sheets.only_school(organisations) or school_of(opened, intake.name, organisations)
    intake.become(Outcome(intake.outcome), intake.faults, ledger=book.slug, organisation=school)
    if told := _taken_before(intake):
        intake.become(Outcome.REFUSED, [Problem(told)])
        return None
    wording = wordings.wording_of(book, [school, rights.home()])
    words = wording.words() if wording else Words()
    note = reason or adjustment or _t("导入工作簿 %(name)s") % {"name": intake.name}
    try:
        with acting(rights.user, note, adjusting=bool(adjustment)):
            reading = sheets.read(
                book,
                opened,
                organisations,
                may_accept=rights.may_change_accepted(book),
                words=words,
                home=school,
            )
            _load(intake, reading, accept=rights.accepts(book))
    except UnknownHeadings as refused:
        changed = wordings.moved(wording, opened.rows[refused.row]) if wording else ""
        more = [Problem(changed, refused.row + 1)] if changed else []
        intake.become(Outcome.ASKING, [*more, *refused.problems])
        return None
    except Unreadable as refused:
        intake.become(Outcome.REFUSED, refused.problems)
        return None
    except BooksClosed as closed:
        intake.become(Outcome.REFUSED, [Problem(closed.messages[0])])
        return None
    told_of = sheets.told(reading) + (_told_of_words(wording, opened) if wording else [])
    Intake.objects.filter(pk=intake.pk).update(told=told_of)
    intake.refresh_from_db()
    intake.forget()
    return reading


def _load(intake: Intake, reading: sheets.Reading, *, accept: bool) -> None:
    """Save the rows and that they were taken, together; the database holds that a file is taken once."""
    schools = sorted({str(record.organisation) for record in reading.written})
    try:
        with transaction.atomic():
            rows = sheets.load(reading, accept=accept)
            outcome = Outcome.TAKEN if rows else Outcome.UNCHANGED
            if not intake.become(outcome, rows=rows, schools=schools[:20]):
                raise Unreadable([Problem(_taken_before(intake) or _t("这个文件刚刚导入过，没有重复导入"))])
    except IntegrityError:
        raise Unreadable([Problem(_taken_before(intake) or _t("这个文件刚刚导入过，没有重复导入"))]) from None


def _taken_before(intake: Intake) -> str:
    """When and by whom the very same file was taken; empty when it was not."""
    same = Intake.objects.filter(ledger=intake.ledger, sha256=intake.sha256, outcome=Outcome.TAKEN)
    found = same.select_related("by").first()
    if found is None:
        return ""
    return _t("同一个文件已由%(who)s于 %(when)s 导入（%(name)s，%(n)s 行），没有重复导入") % {
        "who": found.by.first_name or found.by.username,
        "when": timezone.localtime(found.at).strftime("%Y-%m-%d %H:%M"),
        "name": found.name,
        "n": found.rows,
    }


def _told_of_words(wording: wordings.Wording, opened: Opened) -> list[str]:
    """That headings were read by what a person confirmed, and how the workbook's layout differs from then."""
    book = ledger(wording.ledger)
    header = opened.rows[headings.find(book, opened.rows, wording.words())]
    used = [head for head in wordings.layout_of(header) if head in wording.headings]
    if not used:
        return []
    version = wording.history().select_related("written_by").first()
    who = (version.written_by.first_name or version.written_by.username) if version else ""
    told = _t("标题按%(who)s为%(organisation)s确认过的对照读取：%(headings)s。") % {
        "who": who,
        "organisation": wording.organisation,
        "headings": _t("、").join(used),
    }
    changed = wordings.moved(wording, header)
    return [told, changed] if changed else [told]


def recognised(opened: Opened, name: str, rights: Rights) -> Ledger[Any] | None:
    """Which ledger a workbook is of: by our own note in it, by headings that fit one only, by a title."""
    books = rights.books()
    for note in opened.notes:
        if note and note[0] == "ledger":
            return next((book for book in books if book.slug == note[1]), None)
    fits = []
    for book in books:
        row = headings.find(book, opened.rows, Words()) if opened.rows else 0
        try:
            fits.append((len(headings.match(book, opened.rows[row], row, Words(), home=True).columns), book))
        except (Unreadable, IndexError):
            continue
    if fits:
        most = max(width for width, _book in fits)
        best = [book for width, book in fits if width == most]
        if len(best) == 1:
            return best[0]
        books = best
    said = _titles(opened, name)
    named = [(len(title), book) for book in books for title in _names(book) if any(title in text for text in said)]
    longest = {book.slug: book for length, book in named if length == max(length for length, _book in named)}
    return next(iter(longest.values())) if len(longest) == 1 else None


def _names(book: Ledger[Any]) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield str(book)


def _titles(opened: Opened, name: str) -> list[str]:
    """The texts that may say whose and what a workbook is: file, sheet, and rows with a single text on top."""
    alone = [[cell for cell in row if cell not in (None, "")] for row in opened.rows[: headings.TITLE_ROWS]]
    return [name, opened.title, *(str(cells[0]) for cells in alone if len(cells) == 1)]


def school_of(opened: Opened, name: str, allowed: Iterable[Organisation] | None) -> Organisation | None:
    """The school that a workbook's own note, file name, sheet name or title names; None when it is none or several."""
    places = {one.pk: one for one in (Organisation.objects.all() if allowed is None else allowed)}
    for note in opened.notes:
        if note and note[0] == "organisation":
            return places.get(int(note[1])) if str(note[1]).isdecimal() else None
    schools = {pk: one for pk, one in places.items() if one.kind == Organisation.Kind.SCHOOL}
    known = [(one.name, pk) for pk, one in schools.items()]
    known += OrganisationName.objects.filter(organisation__in=schools).values_list("name", "organisation_id")
    for text in _titles(opened, name):
        found = [(len(said), pk) for said, pk in known if said and said in text]
        longest = {pk for length, pk in found if length == max(length for length, _pk in found)}
        if len(longest) == 1:
            return schools[longest.pop()]
    return None
