"""Bad input of a whole study: named by file, column, row and remedy, in Indonesian, exit code 1."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kajian.cli import main
from kajian.data.seal import seal

RAW = Path("data/raw")
PANEL = RAW / "bps-jateng/panel_kabkota.csv"
UMK = RAW / "umk-jateng/umk_kabkota.csv"
SCHOOLS = RAW / "sekolah-surakarta/sekolah_2019.csv"
DISTRICTS = RAW / "batas-wilayah/kabkota_jateng.geojson"
TESTS = RAW / "kajian-2025/uji_pernyataan.csv"
REGISTER = RAW / "program-surakarta/register_program.csv"
STUDY = Path("studies/surakarta-2025.toml")


@pytest.fixture
def project(copy_project, tmp_path, monkeypatch) -> Path:
    """Give a fresh copy of the project and make it the working directory."""
    monkeypatch.chdir(copy_project(tmp_path / "proyek"))
    return Path.cwd()


def edit(path: Path, pattern: str, replacement: str, *, count: int = 1) -> Callable[[], None]:
    """Plan one edit of a file, sealed when it is raw data: an intended but bad change."""

    def apply() -> None:
        text = path.read_text(encoding="utf-8")
        changed = re.sub(pattern, replacement, text, count=count, flags=re.MULTILINE)
        assert changed != text
        path.write_text(changed, encoding="utf-8")
        if path.is_relative_to(RAW):
            seal(path.parent)

    return apply


def together(*edits: Callable[[], None]) -> Callable[[], None]:
    """Plan several edits."""

    def apply() -> None:
        for each in edits:
            each()

    return apply


def unsealed() -> None:
    """Change a raw figure and tell nobody."""
    PANEL.write_text(PANEL.read_text(encoding="utf-8").replace("7.69", "7.99", 1))


def bow_tie() -> None:
    """Replace the outline of Cilacap by one that crosses itself."""
    ring = "[[109,-7],[110,-8],[110,-7],[109,-8],[109,-7]]"
    edit(
        DISTRICTS,
        r'("33\.01".*?"geometry": )\{.*?\]\s*\}\s*\}',
        rf'\1{{"type": "Polygon", "coordinates": [{ring}]}}}}',
    )()


CASES = {
    "missing file": (lambda: UMK.unlink(), ["umk_kabkota.csv"]),
    "changed file": (unsealed, ["panel_kabkota.csv", "kajian seal bps-jateng"]),
    "missing column": (edit(PANEL, ",tpt_pct,", ",tpt,"), ["panel_kabkota.csv", "tpt_pct"]),
    "text in a number": (
        edit(PANEL, r"(33\.72,Kota Surakarta,2025,)7\.69", r"\1tujuh"),
        ["panel_kabkota.csv", "kemiskinan_pct", "tujuh"],
    ),
    "decimal comma": (
        edit(PANEL, r"(33\.72,Kota Surakarta,2025,)7\.69", r'\1"7,69"'),
        ["panel_kabkota.csv", "kemiskinan_pct", "7,69", "titik"],
    ),
    "fraction instead of percent": (
        edit(PANEL, r"(33\.72,Kota Surakarta,2025,)7\.69", r"\g<1>0.0769"),
        ["panel_kabkota.csv", "kemiskinan_pct", "0.0769", "persen"],
    ),
    "wage in thousands": (
        edit(UMK, r"^(33\.72,.*,2025,)(\d{4})\d{3}(\.\d+)?", r"\g<1>\2"),
        ["umk_kabkota.csv", "umk_rp", "rupiah"],
    ),
    "duplicate row": (
        edit(PANEL, r"^(33\.72,Kota Surakarta,2025,.*)$", r"\1\n\1"),
        ["panel_kabkota.csv", "33.72"],
    ),
    "unknown code": (
        edit(PANEL, r"^33\.72,(.*,2025,)", r"33.98,\1"),
        ["panel_kabkota", "kode_wilayah", "33.98"],
    ),
    "BPS code": (
        edit(PANEL, r"^33\.72,(.*,2025,)", r"3372,\1"),
        ["panel_kabkota", "kode_wilayah", "3372", "BPS"],
    ),
    "lost trailing zero": (
        edit(PANEL, r"^33\.10,(.*,2025,)", r"33.1,\1"),
        ["panel_kabkota", "kode_wilayah", "33.1", "nol"],
    ),
    "district missing in one year": (
        edit(PANEL, r"^33\.74,.*,2023,.*\n", ""),
        ["panel_kabkota", "33.74", "2023"],
    ),
    "invalid geometry": (bow_tie, ["kabkota_jateng", "33.01"]),
    "school at (0, 0)": (
        edit(SCHOOLS, r"^(20327935,.*,)-7\.[\d]+,110\.[\d]+$", r"\g<1>0,0"),
        ["sekolah", "20327935", "lintang", "(0, 0)"],
    ),
    "claims": (
        together(
            edit(TESTS, "^inti_unggul,pendidikan,kelurahan", "inti_unggul,pendidikkan,kelurahan"),
            edit(TESTS, "kemiskinan.perubahan < 0", "kemiskinan.perubahan di bawah 0"),
        ),
        [
            "uji_pernyataan, baris 2: dimensi 'pendidikkan'",
            "'makro_dan_jarak' tidak terbaca pada 'kemiskinan.perubahan di bawah 0'",
        ],
    ),
    "codes of programmes": (
        together(
            edit(REGISTER, "warga_miskin", "warga_miskn"),
            edit(REGISTER, "naikkan_pendapatan", "naikan_pendapatan"),
        ),
        ["'warga_miskn' tidak dikenal", "'naikan_pendapatan'", "register_program", "kolom: tujuan"],
    ),
    "misspelt parameter": (
        edit(STUDY, "permutasi =", "permutsi ="),
        ["surakarta-2025.toml", "permutsi", "permutasi"],
    ),
    "code as a number": (
        edit(STUDY, 'kode_wilayah = "33.72"', "kode_wilayah = 33.72"),
        ["surakarta-2025.toml", "kode_wilayah", "tanda kutip"],
    ),
    "place not in the list": (
        edit(STUDY, 'kode_wilayah = "33.72"', 'kode_wilayah = "34.71"'),
        ["surakarta-2025.toml", "kode_wilayah", "34.71"],
    ),
}


def test_the_shipped_study_is_in_order(project, capsys):
    assert main(["check"]) == 0
    assert "lolos" in capsys.readouterr().out


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_named(project, capsys, name):
    spoil, named = CASES[name]
    spoil()
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert [word for word in named if word not in said] == [], said
    assert re.search(r"Perbaikan|mungkin maksudnya|tanda kutip", said), said


def test_an_unknown_study_lists_the_known_ones(project, capsys):
    assert main(["run", "surakarta-2052"]) == 1
    said = capsys.readouterr().err
    assert "surakarta-2025" in said
    assert "Traceback" not in said
