"""Which programmes a city reports: for which aim, by which office, for whom."""
