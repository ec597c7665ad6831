"""Rules of traceability: Digital Links, lot codes, EPCIS events, certificates, label sheets."""
