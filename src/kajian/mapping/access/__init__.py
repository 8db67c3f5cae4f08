"""Access to facilities: distance and floating catchments."""
