"""How much memory a kernel may take."""

from __future__ import annotations

import os
from pathlib import Path

SHARE = 0.8
LEAST_GB = 1
CONTAINER = Path("/sys/fs/cgroup/memory.max")


def default_gb() -> float:
    """Four fifths of the memory of this machine, or of the container we are in, in GB.

    At least `LEAST_GB`; 0, which sets no limit, where it cannot be asked.
    """
    if not hasattr(os, "sysconf"):
        return 0
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if CONTAINER.is_file() and (limit := CONTAINER.read_text().strip()).isdigit():
        total = min(total, int(limit))
    return max(SHARE * total / 1e9, LEAST_GB)
