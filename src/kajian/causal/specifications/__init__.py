"""Declared sets of specifications: all of them shown, and tested together."""
