"""Small secrets at rest, and keys for one purpose, all drawn from the application's ``SECRET_KEY``.

A purpose is a short name such as ``"totp"``: what was encrypted for one can't be read for another (HKDF, RFC 5869).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError


class Unreadable(DomainError):
    """The text was not encrypted here for this purpose: SECRET_KEY was changed, or somebody altered it."""

    code = "secret-unreadable"
    status = 409


def derive(purpose: str, context: bytes = b"", length: int = 32) -> bytes:
    """``length`` bytes that only this installation can make: always the same for the same purpose and context."""
    return _derive(str(current_app.config["SECRET_KEY"]), purpose, context, length)


def encrypt(text: str, *, purpose: str) -> str:
    """Encrypt a small text for storage (Fernet: AES-128-CBC with HMAC-SHA-256); the result is plain ASCII."""
    return _fernet(purpose).encrypt(text.encode()).decode("ascii")


def decrypt(token: str, *, purpose: str) -> str:
    """The text again. Raises :class:`Unreadable`."""
    try:
        return _fernet(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable(_l("保存的密钥读不出来了（服务器的密钥换过）。请重新设置。")) from None


def _fernet(purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(derive(purpose)))


@lru_cache(maxsize=64)
def _derive(secret: str, purpose: str, context: bytes, length: int) -> bytes:
    info = b"xiangyi/" + purpose.encode() + b"/" + context
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret.encode())
