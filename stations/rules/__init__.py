"""Pure rules of the station network: county files, coverage, plan, network, acceptance."""
