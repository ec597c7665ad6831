"""What can be done with lots, their events, codes and labels."""

from traceability.service.events import list_events, record_harvest, record_packing
from traceability.service.labels import AT_ONCE, MOST, label_url, labels_pdf, start_labels
from traceability.service.lots import (
    GROWING,
    all_lots,
    find_by_gtin_lot,
    find_lot_by_code,
    get_lot,
    get_lot_by_code,
    list_lots,
    lots_of_producer,
    lots_of_product,
    open_lot,
    product_choices,
    township_choices,
)
from traceability.service.scans import Scans, count_miss, count_scan, misses_since, scans_of
from traceability.service.trace import Told, Trace, listed_product, trace_of

__all__ = [
    "AT_ONCE",
    "GROWING",
    "MOST",
    "Scans",
    "Told",
    "Trace",
    "all_lots",
    "count_miss",
    "count_scan",
    "find_by_gtin_lot",
    "find_lot_by_code",
    "get_lot",
    "get_lot_by_code",
    "label_url",
    "labels_pdf",
    "list_events",
    "list_lots",
    "listed_product",
    "lots_of_producer",
    "lots_of_product",
    "misses_since",
    "open_lot",
    "product_choices",
    "record_harvest",
    "record_packing",
    "scans_of",
    "start_labels",
    "township_choices",
    "trace_of",
]
