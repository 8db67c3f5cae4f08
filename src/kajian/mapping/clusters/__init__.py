"""Spatial association: global and local tests, and rates from small counts."""
