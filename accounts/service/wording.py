"""How people are named in the audit trail: in Chinese, whatever the language of the one who acts."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from accounts.models import UserAccount
from app.core.format import phone


def chinese(label: Any) -> str:
    """A label in Chinese."""
    with force_locale("zh_Hans_CN"):
        return str(label)


def who(user: UserAccount) -> str:
    """``李大山（138****1234）``."""
    return f"{user.name}（{phone(user.phone)}）" if user.phone else user.name
