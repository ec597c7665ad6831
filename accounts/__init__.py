"""People, roles, login."""
