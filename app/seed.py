"""A believable year: the domains' seeds in dependency order."""
