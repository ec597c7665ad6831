"""Lots, EPCIS events, codes and labels, public trace page."""
