"""Forms of the station network: stations, plan, acceptance."""
