"""Signing papers and telling whether a signed one is still what was signed.

PAdES baseline (ETSI EN 319 142-1), an invisible certifying signature that allows no change. The certificate is our own
and is pinned: what matters is that the paper was signed with the key of this system, not that somebody vouches for it.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID
from flask_babel import lazy_gettext as _l
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.info import update_info_dict
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore

_KEY_FILE = "document-key.pem"
_YEARS = 20
T = TypeVar("T")
_CONTENTS = re.compile(rb"<[0-9A-F]*>")


@dataclass(frozen=True)
class KeyMaterial:
    """The key that signs documents and the certificate that shows whose it is."""

    private_key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM, to be published and kept with what it signed."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in groups of four, to be compared by eye."""
        digest = self.certificate.fingerprint(hashes.SHA256()).hex().upper()
        return " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))


def make_key(common_name: str, not_before: datetime) -> KeyMaterial:
    """A new RSA-3072 key with a self-signed certificate for documents, valid 20 years from `not_before` (aware)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    start = not_before.astimezone(UTC).replace(microsecond=0)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start.replace(year=start.year + _YEARS, day=min(start.day, 28)))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyMaterial(key, certificate)


def save(key: KeyMaterial, directory: Path, passphrase: bytes | None = None) -> None:
    """Writes key (encrypted if there is a passphrase) and certificate into one file of mode 0600.

    It appears whole or not at all. FileExistsError when there is one: a key is never overwritten.
    """
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase)
    pem = key.private_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=directory) as file:  # mode 0600 from the start
        file.write(pem + key.certificate_pem)
        file.flush()
        os.fsync(file.fileno())
        (directory / _KEY_FILE).hardlink_to(file.name)


def load(directory: Path, passphrase: bytes | None = None) -> KeyMaterial:
    """Reads what `save` wrote. FileNotFoundError when there is none, ValueError when passphrase or pair is wrong."""
    return _parse((directory / _KEY_FILE).read_bytes(), passphrase)


@functools.lru_cache(maxsize=4)  # checking an RSA key takes a tenth of a second, and a batch signs hundreds of papers
def _parse(content: bytes, passphrase: bytes | None) -> KeyMaterial:
    private_pem, mark, certificate_pem = content.partition(b"-----BEGIN CERTIFICATE-----")
    certificate = x509.load_pem_x509_certificate(mark + certificate_pem)
    try:
        private = serialization.load_pem_private_key(private_pem, passphrase or None)
    except TypeError as error:  # a passphrase is missing, or there is one too many
        raise ValueError(str(error)) from error
    if not isinstance(private, rsa.RSAPrivateKey) or private.public_key() != certificate.public_key():
        raise ValueError("the document key and its certificate do not belong together")
    return KeyMaterial(private, certificate)


def sign(pdf: bytes, key: KeyMaterial, *, number: str, signed_at: datetime, reason: str = "") -> bytes:
    """The document with an invisible signature appended; the same input, key and aware time give the same bytes."""
    signed_at = signed_at.astimezone(UTC).replace(microsecond=0)
    metadata = PdfSignatureMetadata(
        field_name="XiangyiSignature",
        md_algorithm="sha256",
        reason=f"{reason}（编号 {number}）" if reason else f"编号 {number}",
        name=_common_name(key.certificate),
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    writer = _DatedWriter(io.BytesIO(pdf))
    writer.date(pdf, number, signed_at)
    signer = _DatedSigner(metadata, signer=_CmsSigner(key))
    signer.signed_at = signed_at
    signed: io.BytesIO = signer.sign_pdf(writer)
    return signed.getvalue()


class _DatedWriter(IncrementalPdfFileWriter):  # type: ignore[misc, unused-ignore]  # pyHanko ships no type marker
    """Appends with a given date and an identifier made from the content, where pyHanko takes the clock and chance."""

    def date(self, pdf: bytes, number: str, at: datetime) -> None:
        """Fixes what would differ from run to run."""
        first = self._document_id[0]
        digest = hashlib.sha256(pdf + number.encode() + at.isoformat().encode()).digest()
        self._document_id = ArrayObject([first, ByteStringObject(digest[:16])])
        self._at = at

    def _update_meta(self) -> None:
        self._meta.last_modified = self._at
        info: Any = self._info
        if info is not None and update_info_dict(self._meta, info.get_object()):
            self.mark_update(info)


class _DatedSigner(PdfSigner):  # type: ignore[misc, unused-ignore]
    """Signs at a given time."""

    signed_at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        """As pyHanko's, with our time as the system's."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.signed_at
        return session


class _CmsSigner(Signer):  # type: ignore[misc, unused-ignore]
    """Signs with a key that is loaded already; pyHanko's own would read and check it anew for every signature."""

    def __init__(self, key: KeyMaterial) -> None:
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(serialization.Encoding.DER)),
            cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        )
        self.private_key = key.private_key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-256; a dry run only wants to know the length."""
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        if dry_run:
            return bytes(self.private_key.key_size // 8)
        return self.private_key.sign(data, PKCS1v15(), hashes.SHA256())


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


class Signature(Enum):
    """What a file turns out to be."""

    NOT_A_PDF = "not_a_pdf"
    UNSIGNED = "unsigned"
    OTHER_KEY = "other_key"
    ALTERED = "altered"
    INTACT = "intact"

    @property
    def label(self) -> Any:
        """The sentence for the person who asks."""
        return _LABELS[self]


_LABELS = {
    Signature.NOT_A_PDF: _l("这不是能读的 PDF 文件"),
    Signature.UNSIGNED: _l("这份 PDF 没有签名"),
    Signature.OTHER_KEY: _l("签名不是本系统的"),
    Signature.ALTERED: _l("签名之后内容被改动过"),
    Signature.INTACT: _l("签名有效，内容未被改动"),
}


@dataclass(frozen=True)
class SignatureState:
    """The finding; signer and time are what the signature says and can be believed when the state is INTACT only."""

    state: Signature
    signer: str | None = None
    signed_at: datetime | None = None


def inspect(pdf: bytes, *trusted: x509.Certificate) -> SignatureState:
    """What the file is, judged by the certificates of this system (the present one and former ones). Never raises."""
    if b"%PDF-" not in pdf[:1024]:
        return SignatureState(Signature.NOT_A_PDF)
    try:
        return _inspect(pdf, {_der(certificate) for certificate in trusted})
    except Exception:  # a parser may stumble over rubbish in any way it likes
        return SignatureState(Signature.ALTERED if b"/ByteRange" in pdf else Signature.NOT_A_PDF)


def _inspect(pdf: bytes, trusted: set[bytes]) -> SignatureState:
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures: list[EmbeddedPdfSignature] = list(reader.embedded_signatures)
    if not signatures:
        return SignatureState(Signature.ALTERED if b"/ByteRange" in pdf else Signature.UNSIGNED)
    ours = [signature for signature in signatures if _certificate_of(signature) in trusted]
    if not ours:
        first = signatures[0]
        return _told(Signature.OTHER_KEY if _holds(first, pdf) else Signature.ALTERED, first)
    whole = len(signatures) == 1 and _holds(ours[0], pdf)
    return _told(Signature.INTACT if whole else Signature.ALTERED, ours[0])


def _holds(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the signature is valid and nothing in the file lies outside it but the signature itself."""
    digest = signature.compute_digest()
    if signature.evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        return False
    start, before, after, rest = (int(number) for number in signature.byte_range)
    gap = pdf[before:after]
    if start != 0 or after + rest != len(pdf) or not _CONTENTS.fullmatch(gap):
        return False
    intact, valid = validate_sig_integrity(signature.signer_info, signature.signer_cert, "data", digest)
    return bool(intact and valid) and _nothing_besides(signature, bytes.fromhex(gap[1:-1].decode()))


def _nothing_besides(signature: EmbeddedPdfSignature, contents: bytes) -> bool:
    """The room kept for the signature holds one in the form that we write, then zeros: nothing hides.

    What a CMS message says besides the signed attributes, the signature and the certificate is not signed itself (RFC
    5652), so the message is written anew from those three and must come out the same.
    """
    return contents == _message(signature).ljust(len(contents), b"\0")


def _message(signature: EmbeddedPdfSignature) -> bytes:
    certificate, info = signature.signer_cert, signature.signed_data["signer_infos"][0]
    sha256 = cms.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": sha256,
            "signed_attrs": cms.CMSAttributes.load(info["signed_attrs"].untag().dump()),
            "signature_algorithm": cms.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": info["signature"].native,
        }
    )
    message = {
        "version": "v1",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [signer],
    }
    content = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(message)})
    written: bytes = content.dump(force=True)
    return written


def _certificate_of(signature: EmbeddedPdfSignature) -> bytes:
    """The signer's certificate as the signature gives it, empty when it gives none that can be read."""
    return _quiet(lambda: bytes(signature.signer_cert.dump())) or b""


def _told(state: Signature, signature: EmbeddedPdfSignature) -> SignatureState:
    signer = _quiet(lambda: str(signature.signer_cert.subject.native["common_name"]))
    return SignatureState(state, signer, _quiet(lambda: signature.self_reported_timestamp))


def _quiet(read: Callable[[], T]) -> T | None:
    """What can be read, or None: a broken signature may have any part missing."""
    try:
        return read()
    except Exception:
        return None


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
