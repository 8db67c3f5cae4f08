"""What is behind a number of the brief: cell, functions, tables and raw rows."""
