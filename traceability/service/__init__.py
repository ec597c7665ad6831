"""What can be done with lots, their events, codes and labels."""

from traceability.service.events import list_events, record_harvest, record_packing
from traceability.service.labels import labels_pdf
from traceability.service.lots import (
    find_by_gtin_lot,
    find_lot_by_code,
    get_lot,
    get_lot_by_code,
    list_lots,
    lots_of_producer,
    lots_of_product,
    open_lot,
    product_choices,
)
from traceability.service.scans import count_miss, count_scan, scans_of
from traceability.service.trace import Trace, trace_of

__all__ = [
    "Trace",
    "count_miss",
    "count_scan",
    "find_by_gtin_lot",
    "find_lot_by_code",
    "get_lot",
    "get_lot_by_code",
    "labels_pdf",
    "list_events",
    "list_lots",
    "lots_of_producer",
    "lots_of_product",
    "open_lot",
    "product_choices",
    "record_harvest",
    "record_packing",
    "scans_of",
    "trace_of",
]
