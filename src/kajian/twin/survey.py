"""The rows of the survey: what an interviewer would see of the sampled households."""

from __future__ import annotations

import pandas as pd

from kajian.twin.chunks import Chunk
from kajian.twin.tally import out_of_school
from kajian.twin.truth import YEAR

DESIGN = ("strata", "klaster", "penimbang", "kode_wilayah")
DWELLING = (
    *("luas_lantai_m2", "sumber_air", "fasilitas_bab", "pembuangan_tinja", "daya_listrik_va"),
    *("bahan_bakar", "akses_internet", "banjir_setahun"),
)


def survey_rows(
    chunk: Chunk,
    sample: pd.DataFrame,
    households: pd.DataFrame,
    persons: pd.DataFrame,
    line_rp: int,
) -> pd.DataFrame:
    """Describe the sampled households of a chunk as in ``survei``.

    Parameters
    ----------
    sample
        What `kajian.twin.sample.draw_sample` gave; its row number becomes ``id_sampel``.
    """
    position = sample["posisi"] - chunk.first
    here = (sample["kode_wilayah"] == chunk.place.code) & position.between(0, len(households) - 1)
    row = position[here].to_numpy()
    seen = households.iloc[row].reset_index(drop=True)
    heads = persons["hubungan"] == "kepala"
    head_years = persons.loc[heads, "lama_sekolah_tahun"].to_numpy()[row]
    counts = _counts(persons).groupby(persons["rumah_tangga"]).sum().iloc[row]
    drawn = sample[here]
    number = pd.Series(drawn.index + 1).astype("str").str.zfill(5)
    rows: dict[str, object] = {
        "tahun": YEAR,
        "id_sampel": "SIM-" + number,
        **{name: drawn[name].to_numpy() for name in DESIGN},
        "jumlah_anggota": seen["jumlah_anggota"],
        "pengeluaran_kapita_rp": seen["kapita_rp"],
        "garis_kemiskinan_rp": line_rp,
        "jk_kepala": seen["jk_kepala"],
        "umur_kepala": seen["umur_kepala"],
        "pendidikan_kepala": seen["pendidikan_kepala"],
        "kerja_kepala": seen["kerja_kepala"],
        "lama_sekolah_kepala_tahun": head_years,
        **{name: seen[name] for name in DWELLING},
        **{str(name): counts[name].to_numpy() for name in counts},
    }
    return pd.DataFrame(rows)


def _counts(persons: pd.DataFrame) -> pd.DataFrame:
    """Members who count in an indicator of the survey, one row per person."""
    teenager, absent = out_of_school(persons)
    informal = persons["kegiatan"] == "informal"
    flags = {
        "anggota_disabilitas": persons["disabilitas"] != "tidak_ada",
        "anak_13_18": teenager,
        "anak_13_18_tidak_sekolah": absent,
        "pekerja_informal": informal,
        "pekerja_informal_tanpa_bpjs": informal & (persons["jaminan_kerja"] == 0),
        "anggota_tanpa_jaminan_kesehatan": persons["jaminan_kesehatan"] == "tidak_ada",
    }
    return pd.DataFrame(flags).astype("int64")
