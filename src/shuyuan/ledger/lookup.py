"""Lookup: what people type (a school's short name, a person, a place) found in the registers, read once for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, OrganisationName, Person, Place


class Refused(ValueError):
    """A cell that cannot be taken as it is; the message says what is wrong and how to mend it."""


class Waiting(Refused):
    """A cell that makes sense only once another one does: told only when nothing else is wrong with the row."""


class Lookup:
    """One batch's view of the registers.

    People and places that a register ledger introduces are made here, unsaved, and saved with the batch.
    """

    def __init__(self, organisations: Iterable[Organisation] | None = None) -> None:
        self._allowed = None if organisations is None else {organisation.pk for organisation in organisations}
        self.new_people: list[Person] = []
        self.new_places: list[Place] = []
        self._met: set[int] = set()
        self._people_by_number: dict[str, Person] = {}
        self._people_by_name: dict[tuple[int, str], list[Person]] = defaultdict(list)
        self._references: dict[type[models.Model], dict[tuple[int, str], list[Any]]] = {}
        self._codes: dict[models.Field[Any, Any], dict[str, str]] = {}

    def codes(self, field: models.Field[Any, Any]) -> dict[str, str]:
        """The code for whatever people may write for it, code or label in any language we speak, read once a batch."""
        if field not in self._codes:
            known = self._codes[field] = {str(code): str(code) for code, _label in field.flatchoices}
            for language, _name in settings.LANGUAGES:
                with translation.override(language):
                    for code, label in field.flatchoices:
                        known.setdefault(str(label), str(code))
        return self._codes[field]

    @cached_property
    def _organisations(self) -> dict[str, dict[int, Organisation]]:
        known: dict[str, dict[int, Organisation]] = defaultdict(dict)
        rows = {organisation.pk: organisation for organisation in Organisation.objects.all()}
        for organisation in rows.values():
            for text in filter(None, (organisation.name, organisation.code)):
                known[text][organisation.pk] = organisation
        for other in OrganisationName.objects.values_list("name", "organisation_id"):
            known[other[0]][other[1]] = rows[other[1]]
        return known

    def organisation(self, text: str) -> Organisation:
        """By name, other name or identification code; two schools of one name must be told apart by code."""
        found = list(self._organisations.get(text, {}).values())
        if self._allowed is not None:
            if found and not any(organisation.pk in self._allowed for organisation in found):
                raise Refused(_t("无权填报「%(text)s」的数据；请只保留本单位的行") % {"text": text})
            found = [organisation for organisation in found if organisation.pk in self._allowed]
        if len(found) == 1:
            return found[0]
        if not found:
            near = self._near(text)
            cure = _t("是否为：%(near)s？") % {"near": _t("、").join(near)} if near else _t("请按机构名录填写全称")
            raise Refused(_t("没有单位『%(text)s』；%(cure)s") % {"text": text, "cure": cure})
        codes = _t("、").join(
            _t("%(name)s（%(code)s）") % {"name": place.name, "code": place.code or "—"} for place in found
        )
        raise Refused(_t("有 %(n)s 个单位叫『%(text)s』，请改填学校标识码：%(codes)s") % {
            "n": len(found), "text": text, "codes": codes
        })  # fmt: skip

    def learn(self, organisation: Organisation) -> None:
        """An organisation read a few rows above may be the parent of those below it."""
        for text in filter(None, (organisation.name, organisation.code)):
            self._organisations[text][-len(self._organisations)] = organisation

    def _near(self, text: str) -> list[str]:
        import difflib

        return difflib.get_close_matches(text, list(self._organisations), n=3, cutoff=0.5)

    def _meet(self, organisation: Organisation) -> None:
        """Read an organisation's people at its first row: a batch speaks of few organisations, the book of all."""
        if organisation.pk in self._met:
            return
        self._met.add(organisation.pk)
        for person in self._people().filter(organisation_id=organisation.pk):
            self._people_by_number.setdefault(person.number, person)
            self._people_by_name[person.organisation_id, person.name].append(person)

    def _people(self) -> models.QuerySet[Person]:
        people = Person.objects.only("pk", "number", "name", "kind", "organisation_id")
        return people if self._allowed is None else people.filter(organisation_id__in=self._allowed)

    @cached_property
    def _numbers(self) -> set[str]:
        return set(self._people().values_list("number", flat=True))

    def _numbered(self, number: str) -> Person | None:
        """The person of that number, of whatever organisation."""
        if number not in self._people_by_number and number in self._numbers:
            self._people_by_number[number] = self._people().get(number=number)
        return self._people_by_number.get(number)

    def person(self, organisation: Organisation, name: str, number: str, make: Person.Kind | None) -> Person:
        """By number, else by name within the organisation; a register makes those it does not know yet."""
        self._meet(organisation)
        if number:
            if person := self._numbered(number):
                if name and person.name != name:
                    raise Refused(
                        _t("人员编号 %(number)s 登记的姓名是『%(kept)s』，不是『%(name)s』")
                        % {"number": number, "kept": person.name, "name": name}
                    )
                return person
            if make is None:
                raise Refused(_t("没有人员编号『%(number)s』；请先在名册中登记") % {"number": number})
            if not name:
                raise Refused(_t("请填写姓名"))
            person = Person(organisation=organisation, kind=make, number=number, name=name)
            self._people_by_number[number] = person
            self.new_people.append(person)
            return person
        if make is not None:
            raise Refused(_t("请填写人员编号"))
        found = self._people_by_name.get((organisation.pk, name), [])
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refused(
                _t("%(organisation)s没有叫『%(name)s』的人；请先在名册中登记，或填写人员编号")
                % {"organisation": organisation, "name": name}
            )
        numbers = _t("、").join(person.number for person in found)
        raise Refused(
            _t("%(organisation)s有 %(n)s 人叫『%(name)s』，请填写人员编号：%(numbers)s")
            % {"organisation": organisation, "n": len(found), "name": name, "numbers": numbers}
        )

    @cached_property
    def _places(self) -> dict[tuple[int, str, str], Place]:
        return {(place.organisation_id, place.kind, place.name): place for place in Place.objects.all()}

    def place(self, organisation: Organisation, kind: str, name: str) -> Place:
        """A place of that kind and name at the organisation; named for the first time, it is put on the register."""
        key = (organisation.pk, kind, name)
        if key not in self._places:
            self._places[key] = Place(organisation=organisation, kind=kind, name=name)
            self.new_places.append(self._places[key])
        return self._places[key]

    def reference(self, model: type[models.Model], organisation: Organisation, text: str) -> Any:
        """A record of another ledger of the same room, by the phrase that names it, at this organisation."""
        if model not in self._references:
            known: dict[tuple[int, str], list[Any]] = defaultdict(list)
            for row in model._default_manager.all():
                known[row.organisation_id, str(row)].append(row)  # type: ignore[attr-defined]
            self._references[model] = known
        found = self._references[model].get((organisation.pk, text), [])
        if len(found) == 1:
            return found[0]
        what = str(model._meta.verbose_name)
        raise Refused(
            _t("%(organisation)s有 %(n)s 条%(what)s叫『%(text)s』，须恰好一条")
            % {"organisation": organisation, "n": len(found), "what": what, "text": text}
        )
