"""The seal of a source: size and SHA-256 of every table, written into its passport."""

from __future__ import annotations

from pathlib import Path

import yaml

from kajian.data.passport import passport_text, read_passport
from kajian.errors import DataError
from kajian.files import sha256, whole_file


def seal(folder: Path) -> list[str]:
    """Write the present size and SHA-256 of every table into the passport.

    Everything else in the file stays as it is, byte for byte.

    Parameters
    ----------
    folder
        The folder of a source.

    Returns
    -------
    list of str
        Names of the resources whose seal changed.

    Raises
    ------
    DataError
        When the passport is wrong or a table is missing; nothing is written then.
    """
    passport = read_passport(folder)
    text = passport_text(passport.file)
    edits: list[tuple[yaml.Node, str]] = []
    changed = []
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    assert tree is not None  # read_passport has read it
    nodes = _child(tree, "resources").value
    for resource, node in zip(passport.resources, nodes, strict=True):
        file = passport.path_of(resource.name)
        if not file.is_file():
            raise DataError(
                "tabel tidak ditemukan",
                remedy="letakkan berkas di folder sumbernya atau perbaiki path di paspor",
                file=file,
            )
        size, digest = seal_of(file)
        if (size, digest) != (resource.bytes, resource.hash):
            edits += [(_child(node, "bytes"), str(size)), (_child(node, "hash"), digest)]
            changed.append(resource.name)
    for scalar, value in sorted(edits, key=lambda edit: -edit[0].start_mark.index):
        start, end = scalar.start_mark.index, scalar.end_mark.index
        text = text[:start] + text[start:end].replace(scalar.value, value) + text[end:]
    if changed:
        with whole_file(passport.file) as temporary:
            temporary.write_bytes(text.encode())
    return changed


def seal_of(file: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file, as a passport states them."""
    return file.stat().st_size, f"sha256:{sha256(file)}"


def _child(node: yaml.Node, key: str) -> yaml.Node:
    """Value node of a key in a mapping node."""
    children: dict[str, yaml.Node] = {name.value: value for name, value in node.value}
    return children[key]
