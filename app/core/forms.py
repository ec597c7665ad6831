"""Forms: one base, and the fields that every domain needs."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, HiddenField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from app.core import ids
from app.core.errors import DomainError
from app.core.money import fen_to_yuan, yuan_to_fen


def typed_text(valuelist: Sequence[str]) -> str:
    """What was typed, with the full-width digits of Chinese keyboards made plain."""
    return unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""


MAX_FEN = 10**12  # ten thousand million yuan: beyond any sum of a county, below any column's limit


class RequestIdField(HiddenField):
    """The client-made id of this submission; a page that is shown again keeps it, a new page gets a new one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=ids.new_id, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        try:
            self.data = uuid.UUID(valuelist[0]) if valuelist and valuelist[0] else ids.new_id()
        except ValueError:
            self.data = ids.new_id()

    def _value(self) -> str:
        return str(self.data)


class BaseForm(FlaskForm):
    """A form with CSRF token and request id, whose domain errors stand at their fields."""

    request_id = RequestIdField()

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Run a verb; a DomainError (409, 422) is shown at the field it names, or above the form."""
        try:
            yield
        except DomainError as error:
            if error.status not in (409, 422):
                raise
            populate_errors(self, error)


def populate_errors(form: FlaskForm, error: DomainError) -> None:
    """Put a domain error where it belongs on the form."""
    field = form[error.field] if error.field and error.field in form else None
    if field is None:
        form.form_errors.append(error.message)
    else:
        field.errors = [*field.errors, error.message]


class MoneyField(StringField):
    """Yuan typed by a person; ``data`` is fen (int) or None."""

    widget_inputmode = "decimal"

    def __init__(self, label: Any = None, validators: Any = None, *, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.minimum = minimum

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        self.data = None
        typed = typed_text(valuelist)
        if not typed:
            return
        try:
            fen = yuan_to_fen(typed)
        except ValueError:
            raise ValueError(self.gettext(str(_l("价钱请写成 1.50 这样的数，最多两位小数。")))) from None
        if not self.minimum <= fen <= MAX_FEN:
            raise ValueError(str(_l("金额不能小于 %(least)s 元，也不能太大。", least=fen_to_yuan(self.minimum))))
        self.data = fen

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else fen_to_yuan(self.data)


class QuantityField(DecimalField):
    """A quantity with up to three decimals; ``data`` is a Decimal or None."""

    widget_inputmode = "decimal"

    def __init__(self, label: Any = None, validators: Any = None, *, minimum: str = "0.001", **kwargs: Any) -> None:
        super().__init__(label, validators, places=None, **kwargs)
        self.minimum = Decimal(minimum)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        self.data = None
        typed = typed_text(valuelist)
        if not typed:
            return
        try:
            amount = Decimal(typed.replace(",", "")) if re.fullmatch(r"[0-9.,]+", typed) else None
        except InvalidOperation:
            amount = None
        if amount is None or amount != amount.quantize(Decimal("0.001")):
            raise ValueError(str(_l("数量请写成 60 或 2.5 这样的数，最多三位小数。")))
        if not self.minimum <= amount < Decimal(10) ** 9:
            raise ValueError(str(_l("数量太小或太大了。")))
        self.data = amount


MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}")


class PhoneField(TelField):
    """A phone number; ``data`` is its digits."""

    widget_inputmode = "tel"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        self.data = None
        typed = re.sub(r"[\s-]", "", typed_text(valuelist))
        if not typed:
            return
        plain = typed.removeprefix("+86")
        if not (MOBILE.fullmatch(plain) or LANDLINE.fullmatch(plain)):
            raise ValueError(str(_l("电话请写成 13812341234 这样的 11 位手机号，座机请带区号。")))
        self.data = plain

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")


def _key(value: Any) -> uuid.UUID | None:
    """The id in a form's value; None for what is no id."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


class KeyField(SelectField):
    """A choice among stored rows that stays chosen when the form is shown again; ``data`` is a UUID or None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=_key, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Anything that is no UUID is nothing chosen."""
        self.data = _key(valuelist[0]) if valuelist else None


class Required(InputRequired):
    """Must be filled in."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _l("这里要填。"))


__all__ = [
    "BaseForm",
    "DataRequired",
    "KeyField",
    "MoneyField",
    "Optional",
    "PhoneField",
    "QuantityField",
    "RequestIdField",
    "Required",
    "ValidationError",
    "populate_errors",
]
