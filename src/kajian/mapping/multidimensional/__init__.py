"""Multidimensional poverty: deprivations, Alkire-Foster measures and their robustness."""
