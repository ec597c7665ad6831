"""Figures as ratios to a limit that is measured in the same run, in turn with what it limits."""
