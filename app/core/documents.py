"""Signed PDF documents with a number, and whether a file is the genuine one.

A document is made from frozen data; its number, the hash of the data and of the file are kept. The QR on its first
page opens ``/verify/{number}``.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import audit, clock, ids, uploads
from app.core.access import Actor
from app.core.database import Enumerated, Model, UTCDateTime, db, uuid_pk
from app.core.errors import DomainError, NotFound
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.pdf import signing
from app.core.uploads import Upload


class DocumentStatus(LabelEnum):
    """Whether an issued document still holds."""

    VALID = "valid", _l("有效"), "good"
    WITHDRAWN = "withdrawn", _l("已作废"), "bad"


DOCUMENT_MOVES = Moves({DocumentStatus.VALID: {DocumentStatus.WITHDRAWN}})


class IssuedDocument(Model):
    """A document as it was handed out."""

    __tablename__ = "issued_document"

    id: Mapped[uuid.UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(sa.String(24), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    title: Mapped[str] = mapped_column(sa.String(200))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    status: Mapped[DocumentStatus] = mapped_column(Enumerated(DocumentStatus), default=DocumentStatus.VALID)
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.String(200))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by: Mapped[str] = mapped_column(sa.String(64))
    frozen: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    frozen_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship()


class NoKey(DomainError):
    """The hub has no signing key yet."""

    code = "no-signing-key"


@dataclass(frozen=True)
class Issue:
    """What the page frame needs to know of the document being made."""

    number: str
    verify_url: str
    issued_at: datetime
    frozen_sha256: str


class Finding(LabelEnum):
    """What the examination of a file found."""

    GENUINE = "genuine", _l("真件：和本中心发出的文件完全一致"), "good"
    WITHDRAWN = "withdrawn", _l("真件，但已经作废"), "bad"
    ALTERED = "altered", _l("被改过：内容和签章对不上"), "bad"
    FOREIGN = "foreign", _l("不是本中心签的：签章用的是别的密钥"), "bad"
    UNSIGNED = "unsigned", _l("没有本中心的签章"), "bad"
    UNKNOWN = "unknown", _l("签章是本中心的，但登记里没有这份文件"), "bad"
    NOT_PDF = "not_pdf", _l("不是 PDF 文件"), "bad"


_BY_SIGNATURE = {
    signing.Signature.NOT_A_PDF: Finding.NOT_PDF,
    signing.Signature.UNSIGNED: Finding.UNSIGNED,
    signing.Signature.OTHER_KEY: Finding.FOREIGN,
    signing.Signature.ALTERED: Finding.ALTERED,
    signing.Signature.INTACT: Finding.UNKNOWN,
}


@dataclass(frozen=True)
class Verdict:
    """The finding, with the registered document when there is one."""

    finding: Finding
    document: IssuedDocument | None


def canonical_hash(frozen: dict[str, Any]) -> str:
    """SHA-256 of the data in one spelling: sorted keys, no spaces, UTF-8."""
    text = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def key_dir() -> Path:
    """Where the hub's keys lie."""
    return Path(current_app.config["DATA_DIR"]) / "keys"


def make_key(common_name: str = "乡驿县级公共服务中心") -> bool:
    """Make the hub's document key unless there is one; tells whether it was made."""
    try:
        signing.load(key_dir())
    except FileNotFoundError:
        try:
            signing.save(signing.make_key(common_name, clock.now()), key_dir())
        except FileExistsError:  # somebody else made it at the same moment
            return False
        return True
    return False


def signing_key() -> signing.KeyMaterial:
    """The hub's document key. Raises NoKey before ``xiangyi init``."""
    try:
        return signing.load(key_dir())
    except FileNotFoundError:
        raise NoKey(_l("还没有签章密钥：请先运行 xiangyi init。")) from None


def issue(
    *,
    actor: Actor,
    kind: str,
    title: str,
    division_code: str,
    frozen: dict[str, Any],
    build: Callable[[Issue], bytes],
) -> IssuedDocument:
    """Number, build, sign, store and register a document inside the open command.

    ``build`` turns the :class:`Issue` into unsigned PDF bytes. Raises NoKey.
    """
    key = signing_key()
    at = clock.now()
    number = _next_number(at)
    facts = Issue(number, verify_url(number), at, canonical_hash(frozen))
    content = signing.sign(build(facts), key, number=number, signed_at=at, reason=title)
    upload = uploads.store(actor, content, f"{title}-{number}.pdf", uploads.PDF, division_code)
    document = IssuedDocument(
        number=number,
        kind=kind,
        title=title,
        division_code=division_code,
        issued_at=at,
        issued_by=actor.name,
        frozen=frozen,
        frozen_sha256=facts.frozen_sha256,
        file_sha256=upload.sha256,
        upload=upload,
        status=DocumentStatus.VALID,
    )
    db.session.add(document)
    db.session.flush()
    audit.record(
        actor=actor,
        action="documents.issued",
        subject=document,
        division_code=division_code,
        text=f"签发《{title}》，编号 {number}",
    )
    return document


def _next_number(at: datetime) -> str:
    """Year, month, six random digits, check digit: nobody learns from a number how many there are, or the next one."""
    while True:
        number = ids.human_code(clock.local(at).strftime("%Y%m") + ids.random_code(6)[:6])
        if db.session.scalar(sa.select(IssuedDocument.id).where(IssuedDocument.number == number)) is None:
            return number


def verify_url(number: str) -> str:
    """The address printed on the document."""
    return f"{current_app.config['BASE_URL']}/verify/{number}"


def find_document(number: str) -> IssuedDocument | None:
    """By number as typed, with or without spaces and hyphens."""
    try:
        bare = ids.check_code(number)
    except ValueError:
        return None
    return db.session.scalar(sa.select(IssuedDocument).where(IssuedDocument.number == bare))


def get_document(document_id: uuid.UUID) -> IssuedDocument:
    """By id. Raises NotFound."""
    document = db.session.get(IssuedDocument, document_id)
    if document is None:
        raise NotFound(_l("没有这份文件。"))
    return document


def withdraw(*, actor: Actor, document: IssuedDocument, reason: str) -> None:
    """Declare an issued document void; it stays in the register."""
    DOCUMENT_MOVES.check(document.status, DocumentStatus.WITHDRAWN)
    document.status, document.withdrawn_reason = DocumentStatus.WITHDRAWN, reason
    audit.record(
        actor=actor,
        action="documents.withdrawn",
        subject=document,
        division_code=document.division_code,
        text=f"作废《{document.title}》{document.number}：{reason}",
    )


def verify(content: bytes) -> Verdict:
    """Tell a genuine file from an altered, foreign or unknown one. Never raises on rubbish."""
    digest = hashlib.sha256(content).hexdigest()
    document = db.session.scalar(sa.select(IssuedDocument).where(IssuedDocument.file_sha256 == digest))
    if document is not None:
        gone = document.status is DocumentStatus.WITHDRAWN
        return Verdict(Finding.WITHDRAWN if gone else Finding.GENUINE, document)
    state = signing.inspect(content, signing_key().certificate)
    return Verdict(_BY_SIGNATURE[state.state], None)
