"""Differences-in-differences: two groups, staggered adoption, event studies and their bounds."""
