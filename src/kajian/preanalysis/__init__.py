"""What a study declares before its outcomes are read, and how far it keeps to it."""
