"""Causal diagrams: what causes what, as declared, and what must be adjusted for."""
