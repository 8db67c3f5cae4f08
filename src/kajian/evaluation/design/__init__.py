"""What a design can show: detectable effects, many outcomes, spillovers."""
