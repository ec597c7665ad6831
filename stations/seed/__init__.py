"""The demonstration's stations: what seeds them, noun by noun, through the services."""
