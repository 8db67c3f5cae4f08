"""Randomised experiments: effects by assigned arm, balance, attrition, families of outcomes."""
