"""Two forms beside the table ``wawancara``: its documents, and the theme that a code means."""

from __future__ import annotations

import functools

from kajian.data.resource import Constraints
from kajian.data.restricted.tables import (
    RestrictedField,
    RestrictedSchema,
    RestrictedTable,
    restricted_table,
)

INTERVIEWS = "wawancara"
DOCUMENTS, CODES = "dokumen_wawancara", "tema_wawancara"
FORMS = (DOCUMENTS, CODES)


@functools.cache
def interview_form(name: str) -> RestrictedTable:
    """Give one of `FORMS`: a column that names its rows, and columns of ``wawancara``."""
    about: tuple[str, ...] = ("tema",)
    key = _key("kode", "Kode", "Nama kode (tag), persis seperti di Taguette atau QualCoder")
    title, rows = "Tema tiap kode wawancara", "Satu baris per kode; beberapa kode boleh setema"
    if name == DOCUMENTS:
        about = ("id_wawancara", "jenis", "tanggal", "kode_wilayah", "peran_informan")
        key = _key("dokumen", "Dokumen", "Nama dokumen, persis seperti di Taguette atau QualCoder")
        title, rows = "Dokumen wawancara", "Satu baris per dokumen yang dikode"
    fields = (key, *(restricted_table(INTERVIEWS).field(column) for column in about))
    schema = {"fields": fields, "primaryKey": (key.name,)}
    return RestrictedTable(
        name=name,
        title=title,
        description=f"{rows}. Untuk `kajian interviews`; bukan tabel kajian.",
        table_schema=RestrictedSchema.model_validate(schema),
        snapshot=False,
    )


def _key(name: str, title: str, description: str) -> RestrictedField:
    return RestrictedField(
        name=name,
        type="string",
        title=title,
        description=description,
        unit="tanpa satuan",
        constraints=Constraints(required=True),
    )
