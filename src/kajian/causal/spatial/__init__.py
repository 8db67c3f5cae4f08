"""Regressions whose outcomes or errors depend on those of neighbours."""
