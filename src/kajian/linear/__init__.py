"""Least squares on tables and panels, with its covariance matrices."""
