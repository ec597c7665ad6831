"""Pure rules of logistics: the time and the amounts come in as arguments."""
