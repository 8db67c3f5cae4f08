"""Regression discontinuity: the jump at a cutoff, its bandwidth, and tests of the design."""
