"""A synthetic twin of the restricted household tables, with a truth that is known."""
