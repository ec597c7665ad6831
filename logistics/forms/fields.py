"""Fields that several forms of logistics share."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.words import in_language
from logistics.models import SizeClass
from logistics.rules.carriers import carriers


class TickField(SelectMultipleField):
    """A list of ticks; ``data`` are the ids that are ticked, each once."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=uuid.UUID, choices=[], **kwargs)

    def offer(self, choices: Sequence[tuple[uuid.UUID, Any]], ticked: Sequence[uuid.UUID]) -> None:
        """What can be ticked, and what is ticked when the page is opened."""
        self.choices = [(str(key), label) for key, label in choices]
        if self.raw_data is None and not self.data:
            self.data = list(ticked)


def size_choices() -> list[tuple[str, Any]]:
    """Sizes of a parcel."""
    return SizeClass.choices()


def carrier_choices(recognise: Any) -> list[tuple[str, Any]]:
    """Carriers; the first choice leaves it to the waybill number."""
    return [("", recognise), *((c.key, in_language(c.name, c.name_en)) for c in carriers().values())]
