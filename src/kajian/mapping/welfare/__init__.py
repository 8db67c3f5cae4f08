"""Poverty, inequality and concentration, with errors under a survey design."""
