"""Reproducible policy studies of welfare inequality in an Indonesian city."""

__version__ = "0.1.0"
