"""Where welfare is unequal: access, composite index, inequality, ranks and clusters on the map."""
