"""Comparing those who received with those who did not, alike in what was observed."""
