"""Parcels, handovers, runs, two-echelon planning."""
