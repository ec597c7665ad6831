from __future__ import annotations

import pytest
from flask import Flask

from app.core import secrets


@pytest.fixture
def engine() -> str:
    return "sqlite"


def test_what_is_encrypted_comes_back_for_the_same_purpose_only(app: Flask) -> None:
    with app.app_context():
        token = secrets.encrypt("密钥 JBSW", purpose="totp")
        assert "JBSW" not in token
        assert secrets.decrypt(token, purpose="totp") == "密钥 JBSW"
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(token, purpose="other")


def test_another_secret_key_reads_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        token = secrets.encrypt("text", purpose="totp")
        monkeypatch.setitem(app.config, "SECRET_KEY", "another")
        with pytest.raises(secrets.Unreadable):
            secrets.decrypt(token, purpose="totp")


def test_derived_bytes_are_repeatable_and_differ_by_purpose_and_context(app: Flask) -> None:
    with app.app_context():
        assert secrets.derive("a", b"1") == secrets.derive("a", b"1")
        assert len({secrets.derive("a", b"1"), secrets.derive("a", b"2"), secrets.derive("b", b"1")}) == 3
        assert len(secrets.derive("a", length=255)) == 255
