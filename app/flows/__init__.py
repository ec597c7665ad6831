"""Verbs that touch two domains."""
