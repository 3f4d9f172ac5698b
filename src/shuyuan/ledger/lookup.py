"""Lookup: what people type (a school's short name, a person, a place) found in the registers, read once for a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _t

from shuyuan.core import numbers, sealing
from shuyuan.core.models import Organisation, OrganisationName, Person, Place
from shuyuan.core.sensitive import SealedField, masked, search_key_of, share_keys

IDENTITY = cast("SealedField", Person._meta.get_field("identity_number"))


class Refused(ValueError):
    """A cell that cannot be taken as it is; the message says what is wrong and how to mend it."""


class Waiting(Refused):
    """A cell that makes sense only once another one does: told only when nothing else is wrong with the row."""


class Lookup:
    """One batch's view of the registers.

    People and places that a register ledger introduces are made here, unsaved, and saved with the batch, and so is
    what it says anew of people it knows. `correcting` is the person whose own numbers may be put right.
    """

    def __init__(
        self, organisations: Iterable[Organisation] | None = None, *, correcting: Person | None = None
    ) -> None:
        self._allowed = None if organisations is None else {organisation.pk for organisation in organisations}
        self.new_people: list[Person] = []
        self.changed_people: dict[int, Person] = {}
        self._correcting = correcting.pk if correcting else None
        self._people_by_key: dict[str, Person] = {}
        self._keys_shared = True
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
            known = self._people_by_number.setdefault(person.number, person)
            self._people_by_name[known.organisation_id, known.name].append(known)
            if known.identity_number_key:
                self._people_by_key.setdefault(known.identity_number_key, known)
        self._keys_shared = False

    def _people(self) -> models.QuerySet[Person]:
        people = Person.objects.all()
        return people if self._allowed is None else people.filter(organisation_id__in=self._allowed)

    @cached_property
    def _numbers(self) -> set[str]:
        return set(self._people().values_list("number", flat=True))

    def _numbered(self, number: str) -> Person | None:
        """The person of that number, of whatever organisation."""
        if number not in self._people_by_number and number in self._numbers:
            self._people_by_number[number] = self._people().get(number=number)
        return self._people_by_number.get(number)

    @cached_property
    def _identity_keys(self) -> set[str]:
        return set(Person.objects.exclude(identity_number_key="").values_list("identity_number_key", flat=True))

    def _identified(self, key: str) -> Person | None:
        """The person of that identity number, told by its keyed hash, of whatever organisation. Raises Refused."""
        if key not in self._people_by_key and key in self._identity_keys:
            found = self._people().filter(identity_number_key=key).first()
            if found is None:
                raise Refused(_t("这个身份证件号已登记在其他单位；同一个人请由负责科室办理转入"))
            self._people_by_key[key] = self._people_by_number.setdefault(found.number, found)
        return self._people_by_key.get(key)

    def person(
        self,
        organisation: Organisation,
        name: str,
        number: str,
        make: Person.Kind | None,
        given: dict[SealedField, str] | None = None,
    ) -> Person:
        """By number or identity number, else by name within the organisation; a register makes those it does not know
        yet, and keeps what is `given` of them."""
        self._meet(organisation)
        if numbers.looks_like_identity(number):  # where a school has no numbers of its own for people
            given, number = {IDENTITY: number, **(given or {})}, ""
        told = {field: _told(field, text) for field, text in (given or {}).items()}
        key = _key(IDENTITY, told.get(IDENTITY, ""))
        same = self._identified(key) if key else None
        person = self._numbered(number) if number else same
        if person is None and (number or key):
            if same is not None:
                raise Refused(
                    _t("这个身份证件号已登记在人员编号 %(number)s 名下；同一个人请用原来的编号")
                    % {"number": same.number}
                )
            person = self._made(organisation, name, number, make, told)
        if person is not None:
            self._agrees(person, name, same, key)
            self._learn(person, told)
            return person
        if make is not None:
            raise Refused(_t("请填写人员编号"))
        return self._named(organisation, name)

    def _made(
        self, organisation: Organisation, name: str, number: str, make: Person.Kind | None, told: dict[SealedField, str]
    ) -> Person:
        if make is None:
            if number:
                raise Refused(_t("没有人员编号『%(number)s』；请先在名册中登记") % {"number": number})
            raise Refused(_t("没有人登记过这个身份证件号；请先在名册中登记"))
        if not number:
            raise Refused(_t("请填写人员编号"))
        if not name:
            raise Refused(_t("请填写姓名"))
        person = Person(organisation=organisation, kind=make, number=number, name=name)
        self._people_by_number[number] = person
        self.new_people.append(person)
        return person

    def _agrees(self, person: Person, name: str, same: Person | None, key: str) -> None:
        """One person has one name, one number and one identity number; what differs is told, never guessed."""
        if name and person.name != name:
            raise Refused(
                _t("人员编号 %(number)s 登记的姓名是『%(kept)s』，不是『%(name)s』")
                % {"number": person.number, "kept": person.name, "name": name}
            )
        if same is not None and same is not person:
            told = _t("这个身份证件号已登记在人员编号 %(number)s 名下；请核对是否填错了人")
            raise Refused(told % {"number": same.number})
        if key and person.identity_number_key not in ("", key) and person.pk != self._correcting:
            raise Refused(
                _t("与人员编号 %(number)s 已登记的身份证件号不同；请核对证件，确需更正的在名册中打开此人修改")
                % {"number": person.number}
            )

    def _learn(self, person: Person, told: dict[SealedField, str]) -> None:
        """Put what is said anew on the person; a mask stands for what is there."""
        for field, text in told.items():
            beside = search_key_of(field)
            assert beside is not None
            if "*" in text:
                self._stands_for(person, field, text)
            elif (key := _key(field, text)) != getattr(person, beside.name):
                setattr(person, field.name, text)
                setattr(person, beside.name, key)
                if person.pk:
                    self.changed_people[person.pk] = person
                if field is IDENTITY:
                    self._people_by_key[key] = person

    def _stands_for(self, person: Person, field: SealedField, text: str) -> None:
        if not self._keys_shared:
            share_keys(one for one in self._people_by_number.values() if one.pk)
            self._keys_shared = True
        if masked(field.sensitivity, getattr(person, field.name)) != text:
            told = _t("「%(field)s」是掩码，不是原值；不修改的保持原样，要填写的请写完整")
            raise Refused(told % {"field": field.verbose_name})

    def _named(self, organisation: Organisation, name: str) -> Person:
        found = self._people_by_name.get((organisation.pk, name), [])
        if len(found) == 1:
            return found[0]
        if not found:
            raise Refused(
                _t("%(organisation)s没有叫『%(name)s』的人；请先在名册中登记，或填写人员编号")
                % {"organisation": organisation, "name": name}
            )
        told = _t("、").join(person.number for person in found)
        raise Refused(
            _t("%(organisation)s有 %(n)s 人叫『%(name)s』，请填写人员编号：%(numbers)s")
            % {"organisation": organisation, "n": len(found), "name": name, "numbers": told}
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


def _told(field: SealedField, text: str) -> str:
    """A person's number in the form it is kept in, or the mask it was handed out with. Raises Refused."""
    if "*" in text:
        return text
    try:
        return field.tidied(text)
    except ValidationError as wrong:
        raise Refused(wrong.messages[0]) from None


def _key(field: SealedField, text: str) -> str:
    return sealing.search_key(field.sensitivity.value, text) if text and "*" not in text else ""
