"""Money against need: a formula with a floor and a cap, and its uncertainty."""
