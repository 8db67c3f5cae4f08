"""Passports: shipped ones hold, wrong ones are refused by key."""

from __future__ import annotations

from pathlib import Path

import pydantic
import pytest
import yaml

from kajian.data.passport import PASSPORT, Passport, read_passport
from kajian.errors import DataError

RAW = Path(__file__).parents[2] / "data" / "raw"
SOURCES = sorted(file.parent for file in RAW.glob(f"*/{PASSPORT}"))


def edit(folder: Path, old: str, new: str) -> None:
    """Replace text that occurs in the passport."""
    file = folder / PASSPORT
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_shipped_sources_satisfy_frictionless(folder):
    """Another library agrees: descriptor, size, hash, and every value against the schema."""
    frictionless = pytest.importorskip("frictionless")
    descriptor = yaml.safe_load((folder / PASSPORT).read_text(encoding="utf-8"))
    assert list(frictionless.Package.metadata_validate(descriptor)) == []
    report = frictionless.validate(str(folder / PASSPORT))
    assert report.valid, report.flatten(["type", "message"])


@pytest.mark.parametrize("folder", SOURCES, ids=lambda folder: folder.name)
def test_shipped_passports_are_read_and_complete(folder):
    passport = read_passport(folder)
    assert passport.name == folder.name
    assert passport == read_passport(folder / PASSPORT)
    described = {passport.path_of(resource.name).name for resource in passport.resources}
    assert described == {file.name for file in folder.iterdir()} - {PASSPORT, "LICENSE"}


def test_parts_are_frozen_and_custom_properties_are_kept():
    passport = read_passport(RAW / "bps-jateng")
    panel = passport.resource("panel_kabkota")
    poverty = next(field for field in panel.fields if field.name == "kemiskinan_pct")
    assert (poverty.unit, poverty.constraints.minimum) == ("persen", 1)
    assert any("Karanganyar" in fault.where for fault in panel.known_faults)
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        poverty.unit = "rasio"  # type: ignore[misc]


def test_unknown_custom_key_is_allowed(source):
    edit(source, "title: Seri tingkat kota", "title: Seri tingkat kota\n    kustom: apa saja")
    assert isinstance(read_passport(source), Passport)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: Seri tingkat kota\n", "\n", r"resources\[0\]\.title wajib ada"),
        ("unit: jiwa", "satuan: jiwa", r"schema\.fields\[\d\]\.unit wajib ada"),
        ("unit: jiwa", "unit:", r"unit harus teks"),
        ("unit: jiwa", 'unit: ""', r"unit tidak boleh kosong"),
        ("minimum: 10000", "minimun: 10000", r"constraints\.minimun tidak dikenal"),
        ("minimum: 10000", "minimum: '10000'", r"constraints\.minimum harus angka"),
        ("required: true", "required: 1", r"constraints\.required harus true atau false"),
        ("type: integer", "type: year", r"type harus salah satu dari 'string', 'integer'"),
        ("format: csv", "format: xlsx", r"format harus salah satu dari 'csv'"),
        ('hash: "sha256:', 'hash: "md5:', r"resources\[0\]\.hash tidak cocok dengan pola"),
        ("primaryKey: [indikator", "primaryKey: [kode", r"primaryKey menyebut kolom .*kode"),
        ("- column: nilai", "- column: nulai", r"known_faults menyebut .*nulai"),
        ("- name: tahun", "- name: nilai", r"kolom tertulis dua kali: nilai"),
        ("pattern: '^33", "pattern: '(^33", r"bukan pola regex yang sah"),
        ("{required: true}", "{minimum: 1}", r"hanya untuk kolom angka"),
        ("minimum: 10000", "enum: ['1']", r"hanya untuk kolom teks"),
        ("format: csv", "format: csv\n    crs: EPSG:4326", r"crs dan geometry_types"),
        ('created: "2026-11-21T', 'created: "21 November', r"created harus waktu seperti"),
        ("licenses:", "lisensi:", r"kunci licenses wajib ada"),
        ("name: kecamatan\n", "name: seri_kota\n", r"nama tabel berulang"),
        ("path: seri_kota.csv", "path: ../seri_kota.csv", r"keluar dari folder"),
        ("path: seri_kota.csv", "path: /etc/passwd", r"keluar dari folder"),
        ("name: surakarta", "name: 'surakarta", r"bukan YAML yang sah \(baris \d+\)"),
    ],
)
def test_wrong_passport_names_key_and_remedy(source, old, new, message):
    edit(source, old, new)
    with pytest.raises(DataError, match=message) as caught:
        read_passport(source)
    assert Path(caught.value.file) == source / PASSPORT
    assert caught.value.remedy


def test_missing_empty_and_undecodable_passport(source, tmp_path):
    with pytest.raises(DataError, match="paspor tidak ditemukan"):
        read_passport(tmp_path / "tidak-ada")
    (source / PASSPORT).write_bytes(b"")
    with pytest.raises(DataError, match="paspor kosong"):
        read_passport(source)
    (source / PASSPORT).write_bytes("name: café".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        read_passport(source)


def test_unknown_resource_lists_the_known(source):
    with pytest.raises(DataError, match="seri_kota, kecamatan"):
        read_passport(source).resource("seri")
