"""Interviews that two people coded in a program for coding, on their way into a study."""
