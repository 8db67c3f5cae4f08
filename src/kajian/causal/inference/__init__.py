"""Inference for few clusters and for neighbours, and what a design could detect."""
