"""Whom a programme reaches: coverage, leakage and their errors."""
