"""A lot as JSON-LD, in the GS1 Web Vocabulary, for machines that follow a scanned code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traceability.models import ConformityCertificate, Lot, TraceEvent
from traceability.rules import digital_link
from traceability.rules.epcis import CONTEXT


def trace_as_jsonld(
    lot: Lot, certificate: ConformityCertificate | None, events: Sequence[TraceEvent], stem: str
) -> dict[str, Any]:
    """Product, producer, certificate and the EPCIS events; ``stem`` is the county's address."""
    link = digital_link.build(lot.gtin, lot.code)
    document: dict[str, Any] = {
        "@context": [CONTEXT, {"gs1": "https://ref.gs1.org/voc/"}],
        "@id": link.uri(stem),
        "@type": "gs1:Product",
        "gs1:gtin": lot.gtin,
        "gs1:hasBatchLotNumber": lot.code,
        "gs1:productName": {"@value": lot.product_name, "@language": "zh"},
        "gs1:netContentStatement": lot.product_spec,
        "gs1:countryOfOrigin": {"gs1:countryCode": "CN"},
        "gs1:manufacturer": {"@type": "gs1:Organization", "gs1:organizationName": lot.producer_name},
        "gs1:provenanceStatement": lot.place_name,
        "events": [{k: v for k, v in event.epcis.items() if k != "@context"} for event in events],
    }
    if certificate is not None:
        document["gs1:certification"] = {
            "@type": "gs1:CertificationDetails",
            "gs1:certificationStandard": f"承诺达标合格证（{certificate.decree}）",
            "gs1:certificationStatement": certificate.wording,
            "gs1:initialCertificationDate": certificate.issued_on.isoformat(),
        }
    return document
