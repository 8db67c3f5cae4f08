"""Restricted data: keyed pseudonyms, the gate they pass, what may leave, and what git refuses."""
