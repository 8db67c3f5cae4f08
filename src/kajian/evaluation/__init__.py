"""Evaluation of one treated place: synthetic control, its placebos and the solver beneath them."""
