"""Forms about divisions: key marks, new names, mergers."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length

from app.core import clock
from app.core.forms import BaseForm, Required
from stations.forms.network import stripped
from stations.forms.profile import TickField

_BASIS = _l("文件名和文号，例如 县发〔2026〕3 号")


class KeyForm(BaseForm):
    """Villages or townships to be marked as key ones, or to be unmarked."""

    codes = TickField(_l("哪些"))
    effective_on = DateField(_l("从哪一天起"), [Required()], default=clock.today)
    reason = StringField(_l("依据"), [Required(), Length(max=200)], filters=[stripped], description=_BASIS)


class RenameForm(BaseForm):
    """A new official name."""

    new_name = StringField(
        _l("新名称"), [Required(), Length(max=64)], filters=[stripped], description=_l("写全称，例如 花莲村村民委员会")
    )
    effective_on = DateField(_l("从哪一天起"), [Required()], default=clock.today)
    reason = StringField(_l("依据"), [Required(), Length(max=200)], filters=[stripped], description=_BASIS)


class MergeForm(BaseForm):
    """Into what a division goes."""

    into_code = SelectField(_l("并入哪里"), [Required()])
    effective_on = DateField(_l("从哪一天起"), [Required()], default=clock.today)
    reason = StringField(_l("依据"), [Required(), Length(max=200)], filters=[stripped], description=_BASIS)

    def offer(self, places: dict[str, list[tuple[str, Any]]]) -> MergeForm:
        """Fill in what may be chosen, by township."""
        self.into_code.choices = {"": [("", _l("请选一个"))], **places}
        return self
