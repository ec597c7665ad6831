"""Rules about products: numbers, prices, levels, the library's file."""
