"""The parts of which :mod:`kajian.figures` and :mod:`kajian.maps` are made."""
