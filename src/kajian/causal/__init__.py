"""Regression on panels of districts, with inference for few clusters and for neighbours."""
