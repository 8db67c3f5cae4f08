"""Synthetic controls and their placebos."""
