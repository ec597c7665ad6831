"""Indicators, statistics, period reports."""
