"""Choosing a person without a script: one match is taken, several are offered, none is new."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _

from app.core import format as formats
from app.core import ids
from app.core.access import Actor
from trade.forms import PersonForm
from trade.models import Villager
from trade.rules.services import phone_tail
from trade.service.villagers import NewPerson, get_villager, match_villagers, register_villager

NEW = "new"


def chosen_person(actor: Actor, form: PersonForm) -> Villager | NewPerson | None:
    """Whom the form means; None while that is open: the form then offers the candidates, or says what is missing."""
    typed, picked = " ".join((form.person.data or "").split()), form.villager.data
    found = match_villagers(actor, typed)
    form.villager.choices = _choices(found, typed)
    if picked == NEW:
        return _new(form, typed)
    if picked in {str(v.id) for v in found}:
        return get_villager(actor, uuid.UUID(picked))
    if not found:
        return _new(form, typed)
    certain = _certain(found, typed, form.phone.data)
    if certain is None:
        form.villager.errors = [_("有 %(count)s 位可能的乡亲，请点一位。", count=len(found))]
    return certain


def _certain(found: Sequence[Villager], typed: str, phone: str | None) -> Villager | None:
    """The only one who fits exactly: by the phone typed beside the name, by name, or by phone tail."""
    if phone:
        found = [v for v in found if v.phone == phone]
    exact = [v for v in found if v.name == typed] or ([*found] if phone or phone_tail(typed) else [])
    return exact[0] if len(exact) == 1 else None


def _choices(found: Sequence[Villager], typed: str) -> list[tuple[str, str]]:
    known = [(str(v.id), f"{v.name}　{formats.phone(v.phone)}") for v in found]
    return [*known, *([] if phone_tail(typed) else [(NEW, _("都不是，新登记“%(name)s”", name=typed))])]


def _new(form: PersonForm, typed: str) -> NewPerson | None:
    if phone_tail(typed):
        form.person.errors = [_("没有找到这个号码的乡亲。第一次来，请在这里写姓名，手机写在下面。")]
        return None
    return NewPerson(typed, form.phone.data)


def offer(form: PersonForm, villager_id: uuid.UUID | None, name: str, phone: str) -> None:
    """Tick the person of an earlier record on a form that repeats it."""
    if villager_id is not None and not form.is_submitted():
        form.villager.choices = [(str(villager_id), f"{name}　{formats.phone(phone)}")]
        form.villager.data = str(villager_id)


def registered(actor: Actor, form: PersonForm, person: Villager | NewPerson) -> Villager:
    """The person in the register, put there when new. The same form sent twice registers nobody twice."""
    if isinstance(person, Villager):
        return person
    key = ids.derived_id(form.request_id.data, "person")
    return register_villager(actor=actor, request_id=key, name=person.name, phone=person.phone, consent=person.consent)
