"""Divisions, station network, plan and coverage, acceptance."""
