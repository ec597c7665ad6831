"""Producers, resource library, catalogue, listings, stock."""
