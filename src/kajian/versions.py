"""Which Python and which libraries a result was computed with."""

from __future__ import annotations

import functools
import importlib.metadata
import platform
import re


@functools.cache
def library_versions() -> dict[str, str]:
    """Versions of the libraries that the package names as its own."""
    named = [re.split(r"[^\w.-]", line)[0] for line in importlib.metadata.requires("kajian") or []]
    return {name: importlib.metadata.version(name) for name in sorted(named)}


def python_version() -> str:
    """Version of the running Python."""
    return platform.python_version()
