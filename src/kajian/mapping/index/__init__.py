"""Composite indices and the uncertainty of their ranks."""
