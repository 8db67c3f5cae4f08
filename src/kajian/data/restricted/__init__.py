"""Restricted tables: what they must hold, and how they are read, checked and asked for."""
