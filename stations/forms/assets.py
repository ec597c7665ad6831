"""Forms for counting labelled things on site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.core import clock
from app.core.forms import BaseForm, Required
from stations.models import CountResult, EquipmentUnit
from stations.rules.counting import Counted, typed_numbers


class CountForm(BaseForm):
    """A walk through a station; a choice for each label is added by :func:`count_form`."""

    checked_on = DateField(_l("清点日期"), [Required()], default=clock.today)
    numbers = TextAreaField(
        _l("扫到或输入的标签号"),
        [Optional(), Length(max=20_000)],
        description=_l("一行一个，都算“在”；也可以在下面逐件勾选"),
    )
    offered: Mapping[str, str]

    def counted(self) -> list[Counted]:
        """What was ticked, and what was typed and not ticked otherwise. Raises InvalidInput at ``numbers``."""
        ticked = {number: CountResult(self[field].data) for field, number in self.offered.items() if self[field].data}
        for number in typed_numbers(self.numbers.data or ""):
            ticked.setdefault(number, CountResult.PRESENT)
        return [Counted(number, result) for number, result in ticked.items()]


def count_form(units: Sequence[EquipmentUnit], label: Mapping[str, str]) -> CountForm:
    """The form with a choice for each thing, labelled as ``label`` says by number."""
    fields: dict[str, Any] = {"offered": {f"n{unit.number}": unit.number for unit in units}}
    for unit in units:
        fields[f"n{unit.number}"] = RadioField(
            label[unit.number], [Optional()], choices=CountResult.choices(), validate_choice=True
        )
    form: CountForm = type("ListedCountForm", (CountForm,), fields)()
    return form


class SeenForm(BaseForm):
    """One thing, seen on site."""

    result = RadioField(_l("这件设备"), [Required(_l("请选一个。"))], choices=CountResult.choices())
    remark = StringField(_l("说明"), [Optional(), Length(max=200)])
