"""Signatures: what we signed is told intact, and nothing else is."""

from __future__ import annotations

import io
import stat
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from app.core.pdf import Frame, parts, render
from app.core.pdf.signing import KeyMaterial, Signature, inspect, load, make_key, save, sign
from tests.core.paper import FRAME, run

NOON = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
START = datetime(2024, 2, 29, tzinfo=UTC)


@cache
def key(name: str = "酉阳县乡驿平台") -> KeyMaterial:
    return make_key(name, START)


@cache
def unsigned() -> bytes:
    return render(Frame(**FRAME), [parts.heading("一、情况"), parts.table([parts.Column("乡镇")], [["龙潭镇"]])])


@cache
def signed() -> bytes:
    return sign(unsigned(), key(), number="YS-7K2M-4QX8", signed_at=NOON, reason="验收报告")


def gap() -> tuple[int, int]:
    """Where the signature itself lies: the only bytes it does not cover."""
    start = signed().rindex(b"/Contents <") + len(b"/Contents ")
    return start, signed().index(b">", start) + 1


def state(pdf: bytes, *trusted: x509.Certificate) -> Signature:
    return inspect(pdf, *(trusted or (key().certificate,))).state


def appended(pdf: bytes, **metadata: str) -> bytes:
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({f"/{name}": value for name, value in metadata.items()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_signed_document_is_intact_and_says_who_and_when() -> None:
    found = inspect(signed(), key().certificate)
    assert (found.state, found.signer, found.signed_at) == (Signature.INTACT, "酉阳县乡驿平台", NOON)
    assert str(found.state.label) == "签名有效，内容未被改动"


def test_the_same_document_key_and_time_give_the_same_bytes() -> None:
    again = sign(unsigned(), key(), number="YS-7K2M-4QX8", signed_at=NOON, reason="验收报告")
    assert again == signed()


def test_signing_adds_to_the_document_and_changes_nothing_in_it() -> None:
    assert signed().startswith(unsigned())
    assert len(PdfReader(io.BytesIO(signed())).pages) == 1


def test_the_outside_reader_agrees(tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed())
    report = run("pdfsig", "-nocert", str(file))
    assert "Signature is Valid." in report
    assert "Total document signed" in report
    assert "ETSI.CAdES.detached" in report
    assert "酉阳县乡驿平台" in report


def test_an_unsigned_document_is_told() -> None:
    assert state(unsigned()) is Signature.UNSIGNED


def test_another_key_of_the_same_name_is_told() -> None:
    other = make_key("酉阳县乡驿平台", START)
    forged = sign(unsigned(), other, number="YS-7K2M-4QX8", signed_at=NOON)
    assert state(forged) is Signature.OTHER_KEY
    assert state(signed(), other.certificate) is Signature.OTHER_KEY


def test_a_former_key_still_counts_when_it_is_named() -> None:
    newer = make_key("酉阳县乡驿平台", START)
    assert state(signed(), newer.certificate, key().certificate) is Signature.INTACT


@pytest.mark.parametrize("tail", [b"\n", b"%", b" ", b"\0" * 10])
def test_a_byte_after_the_end_is_told(tail: bytes) -> None:
    assert state(signed() + tail) is Signature.ALTERED


def test_an_update_appended_after_signing_is_told() -> None:
    assert state(appended(signed(), Title="另一份报告")) is Signature.ALTERED


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"%PDF-1.7", b"%PDF-1.7\n" + b"x" * 5000])
def test_what_is_no_pdf_is_told(content: bytes) -> None:
    assert state(content) is Signature.NOT_A_PDF


def test_an_update_that_takes_the_signature_out_is_told() -> None:
    writer = PdfWriter(io.BytesIO(signed()), incremental=True)
    del writer._root_object["/AcroForm"]
    out = io.BytesIO()
    writer.write(out)
    assert state(out.getvalue()) is Signature.ALTERED


def test_a_changed_word_is_told() -> None:
    assert (
        state(signed().replace(b"(YS-7K2M", b"(YS-7K2N", 1).replace(b"/Count 1", b"/Count 2", 1)) is Signature.ALTERED
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_byte_changed_anywhere_is_never_intact(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(signed()) - 1))
    flip = data.draw(st.integers(1, 255))
    forged = bytearray(signed())
    forged[position] ^= flip
    assert state(bytes(forged)) is not Signature.INTACT


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_nothing_hides_in_the_room_of_the_signature(data: st.DataObject) -> None:
    start, end = gap()
    position = data.draw(st.integers(start, end - 1))
    letter = data.draw(st.sampled_from(b"0123456789ABCDEFabcdef <>"))
    forged = bytearray(signed())
    forged[position] = letter
    if bytes(forged) != signed():
        assert state(bytes(forged)) is not Signature.INTACT


def test_what_the_message_says_around_the_certificate_is_kept_as_well() -> None:
    """Version and algorithms at the head of a CMS message are not signed themselves."""
    start, _end = gap()
    for position in range(start + 1, start + 101):
        forged = bytearray(signed())
        forged[position] = ord("1") if forged[position] != ord("1") else ord("2")
        assert state(bytes(forged)) is not Signature.INTACT, position - start


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_a_truncated_file_is_never_intact(length: int) -> None:
    assert state(signed()[: length % len(signed())]) is not Signature.INTACT


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.booleans())
@example(b"", False)
@example(b"%PDF-1.7\nxref\n0 0\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF", False)
def test_rubbish_is_never_intact_and_never_raises(rubbish: bytes, dressed: bool) -> None:
    content = b"%PDF-1.7\n" + rubbish + b"\nstartxref\n9\n%%EOF" if dressed else rubbish
    assert state(content) is not Signature.INTACT


def test_the_certificate_is_made_for_signing_documents() -> None:
    certificate = key().certificate
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert key().private_key.key_size == 3072
    assert certificate.not_valid_before_utc == START
    assert certificate.not_valid_after_utc.year == 2044
    assert len(key().fingerprint.replace(" ", "")) == 64


@pytest.mark.parametrize("passphrase", [None, b"a long one"])
def test_a_kept_key_signs_the_same(tmp_path: Path, passphrase: bytes | None) -> None:
    save(key(), tmp_path / "keys", passphrase)
    again = load(tmp_path / "keys", passphrase)
    assert sign(unsigned(), again, number="YS-7K2M-4QX8", signed_at=NOON, reason="验收报告") == signed()
    (kept,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in kept.read_bytes()) == bool(passphrase)


@pytest.mark.parametrize(("kept", "given_"), [(b"right", b"wrong"), (b"right", None), (None, b"needless")])
def test_a_wrong_passphrase_is_told(tmp_path: Path, kept: bytes | None, given_: bytes | None) -> None:
    save(key(), tmp_path, kept)
    with pytest.raises(ValueError):
        load(tmp_path, given_)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    save(key(), tmp_path)
    with pytest.raises(FileExistsError):
        save(key(), tmp_path)


def test_a_key_and_a_certificate_of_another_are_refused(tmp_path: Path) -> None:
    save(key(), tmp_path)
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes().replace(key().certificate_pem, key("别的系统").certificate_pem))
    with pytest.raises(ValueError, match="belong together"):
        load(tmp_path)


def test_no_key_yet_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
