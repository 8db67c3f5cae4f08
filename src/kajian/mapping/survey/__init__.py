"""What a sample survey says of areas, with errors that follow its design."""
