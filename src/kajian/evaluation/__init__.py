"""What a programme did, whom it reached, and how sure one can be."""
