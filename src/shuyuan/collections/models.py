"""Collections 专项填报: a form that the office draws for an occasion, and what schools answer to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.ledger.held import HeldValues
from shuyuan.ledger.record import Record, RecordQuerySet


@keep_versions
class Collection(Versioned):
    """One form. Its columns and rules are data (see `asked.py`); as a ledger it is made in `book.py`.

    `day` is what moment the answers speak of, and thereby of which year they are. Asked again another year it stays the
    same collection, and its figures can be compared.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    slug = models.CharField(_("代号"), max_length=20, unique=True, help_text=_("用在指标名里"))
    title = models.CharField(_("名称"), max_length=60)
    note = models.TextField(_("填报说明"), blank=True)
    function = models.CharField(_("负责科室"), max_length=12, choices=Function, default=Function.OFFICE)
    day = models.DateField(_("数据时点"), help_text=_("填的是哪一天的情况；也决定算作哪一年的数"))
    asked = models.JSONField(_("填报项目"), default=list)
    rules = models.JSONField(_("校验规则"), default=list, blank=True)
    elsewhere = models.JSONField(_("不再问的项目"), default=list, blank=True)
    archived = models.BooleanField(_("已归档"), default=False)

    objects = VersionedQuerySet["Collection"].as_manager()

    class Meta:
        verbose_name = _("专项填报")
        ordering = ["archived", "-day", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("collection", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        from shuyuan.collections.book import renew

        super().save(*args, **kwargs)
        renew()

    def answered(self) -> bool:
        """Whether anybody has written an answer: from then on its columns may only grow."""
        return bool(Answer.objects.filter(collection=self).exists())


class AnswerManager(models.Manager.from_queryset(RecordQuerySet["Answer"])):  # type: ignore[misc]
    """Through a collection's own model, its answers only."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(collection=self.model.collected) if self.model.collected else rows


@keep_versions
class Answer(Record):
    """One line that a school answers. A collection's own model, a proxy of this one, has its columns as fields."""

    collection = models.ForeignKey(
        Collection, models.PROTECT, verbose_name=_("专项填报"), related_name="+", editable=False
    )
    answers = HeldValues(_("填报内容"), default=dict, editable=False)

    objects = AnswerManager()  # type: ignore[misc]
    collected: ClassVar[int | None] = None
    """The collection whose model this is; None in the model of all answers."""

    class Meta(Record.Meta):
        verbose_name = _("专项填报答复")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.collected and "collection_id" in self.__dict__ and self.collection_id is None:
            self.collection_id = self.collected
        if self.collected and "date" in self.__dict__ and self.date is None:
            self.date = self.ledger.day

    def clean(self) -> None:
        super().clean()
        if len(self.answers) > 0 or self.pk:
            return
        raise ValidationError(_t("这一行还什么也没有填。"))
