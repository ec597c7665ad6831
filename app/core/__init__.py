"""The ground floor: what every domain stands on. Knows no domain."""
