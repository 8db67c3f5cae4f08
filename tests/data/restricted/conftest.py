"""Small sound restricted tables, to be spoilt one cell at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kajian.data.restricted.check import check_folder
from kajian.data.restricted.tables import restricted_table
from kajian.errors import DataError

DATE = "2025-06-30"
NAMES = ("Slamet Riyadi", "Sri Rahayu", "Budi", "Wagiyem", "Joko")
SECRETS = (*NAMES, "Jalan Mawar 7", "081234567890", "RT-0001", "RT-0002")

Tables = dict[str, pd.DataFrame]


def _rows(table: str, shared: dict[str, str], *rows: dict[str, str]) -> pd.DataFrame:
    columns = [field.name for field in restricted_table(table).fields]
    return pd.DataFrame([{**shared, **row} for row in rows], columns=columns, dtype="str")


@pytest.fixture(scope="session")
def known() -> pd.Index:
    """Kelurahan codes of the study; 05.1001 was split, 05.1014 is one of its parts."""
    return pd.Index(["33.72.01.1001", "33.72.01.1002", "33.72.05.1001", "33.72.05.1014"])


@pytest.fixture(scope="session")
def crosswalk() -> pd.DataFrame:
    """One split of 2019, and one kelurahan that only changed its code."""
    rows = [
        ("33.72.05.1001", "33.72.05.1001", "2019-01-01", 0.4),
        ("33.72.05.1001", "33.72.05.1014", "2019-01-01", 0.6),
        ("33.72.01.1099", "33.72.01.1002", "2020-01-01", 1.0),
    ]
    table = pd.DataFrame(rows, columns=["kode_lama", "kode_baru", "berlaku_sejak", "bagian_luas"])
    return table.assign(nama_lama="Lama", nama_baru="Baru")


@pytest.fixture
def tables() -> Tables:
    """Two households of three and two persons, and the other tables; simulated."""
    dated = {"tanggal_data": DATE}
    home = {
        **dated,
        **{"kode_wilayah": "33.72.01.1001", "rw": "3", "alamat": "Jalan Mawar 7"},
        **{"telepon": "081234567890", "jk_kepala": "L", "umur_kepala": "45"},
        **{"pendidikan_kepala": "sma", "kerja_kepala": "informal", "pengeluaran_rp": "3500000"},
        **{"luas_lantai_m2": "45.5", "status_rumah": "milik_sendiri", "lantai": "keramik"},
        **{"dinding": "tembok", "atap": "genteng", "sumber_air": "ledeng"},
        **{"fasilitas_bab": "sendiri", "pembuangan_tinja": "tangki_septik"},
        **{"daya_listrik_va": "900", "bahan_bakar": "gas", "punya_motor": "1"},
        **{"punya_mobil": "0", "punya_kulkas": "1", "punya_komputer": "0"},
        **{"akses_internet": "1", "banjir_setahun": "0"},
    }
    person = {
        **dated,
        **{"hubungan": "anak", "status_kawin": "belum_kawin", "disabilitas": "tidak_ada"},
        **{"partisipasi_sekolah": "tidak_bersekolah_lagi", "ijazah": "sd"},
        **{"lama_sekolah_tahun": "6", "kegiatan": "informal", "jaminan_kesehatan": "pbi_apbn"},
        **{"jaminan_kerja": "0"},
    }
    one = {"id_rumah_tangga": "RT-0001", "no_kk": "9972011702100001"}
    two = {"id_rumah_tangga": "RT-0002", "no_kk": "9972011702100002"}
    head = {"hubungan": "kepala", "status_kawin": "kawin"}
    slamet, sri, budi, wagiyem, joko = (
        {"nik": "9972012502800001", "nama": NAMES[0], "tanggal_lahir": "1980-02-25", "jk": "L"},
        {"nik": "9972016907820002", "nama": NAMES[1], "tanggal_lahir": "1982-07-29", "jk": "P"},
        {"nik": "9972013006100003", "nama": NAMES[2], "tanggal_lahir": "2010-06-30", "jk": "L"},
        {"nik": "9972014101500004", "nama": NAMES[3], "tanggal_lahir": "1950-01-01", "jk": "P"},
        {"nik": "9972013112990005", "nama": NAMES[4], "tanggal_lahir": "1999-12-31", "jk": "L"},
    )
    served = {**dated, **one, "kode_wilayah": "33.72.01.1001", "nik": slamet["nik"]}
    sample = {name: value for name, value in home.items() if name not in dated}
    place = {"tahun": "2024", "kode_wilayah": "33.72.01.1001"}
    shares = [f.name for f in restricted_table("kelurahan").fields if f.name.endswith("_pct")]
    return {
        "rumah_tangga": _rows(
            "rumah_tangga",
            home,
            {**one, "jumlah_anggota": "3", "desil": "4"},
            {**two, "jumlah_anggota": "2", "jk_kepala": "P", "umur_kepala": "75"},
        ),
        "orang": _rows(
            "orang",
            person,
            {**slamet, **one, **head, "umur": "45"},
            {**sri, **one, "hubungan": "pasangan", "umur": "42"},
            {
                **{**budi, **one, "umur": "15", "kegiatan": "sekolah"},
                **{"partisipasi_sekolah": "masih_sekolah", "jenjang_sekolah": "smp"},
            },
            {**wagiyem, **two, **head, "umur": "75", "kategori_ppks": "fakir_miskin"},
            {**joko, **two, "umur": "25"},
        ),
        "survei": _rows(
            "survei",
            {
                **{**sample, "tahun": "2024", "strata": "kota", "klaster": "A1"},
                **{"penimbang": "120.5", "jumlah_anggota": "4"},
                **{"pengeluaran_kapita_rp": "900000", "garis_kemiskinan_rp": "650000"},
                **{"lama_sekolah_kepala_tahun": "12", "anggota_disabilitas": "0"},
                **{"anak_13_18": "1", "anak_13_18_tidak_sekolah": "0", "pekerja_informal": "1"},
                **{"pekerja_informal_tanpa_bpjs": "1", "anggota_tanpa_jaminan_kesehatan": "0"},
            },
            {"id_sampel": "S1"},
            {"id_sampel": "S2"},
            {"id_sampel": "S3", "klaster": "B1", "strata": "desa"},
        ),
        "penerima": _rows(
            "penerima",
            {**served, "nama": NAMES[0], "tahun": "2025", "nilai_rp": "3000000"},
            {"program": "PKH"},
            {"program": "SEMBAKO"},
        ),
        "esik": _rows(
            "esik",
            {**served, "nama": NAMES[0], "tanggal_daftar": "2023-01-02", "status": "aktif"},
            {},
            {"nik": wagiyem["nik"], "nama": NAMES[3]},
        ),
        "kelurahan": _rows(
            "kelurahan",
            {
                **dict.fromkeys(shares, "12.5"),
                **{**place, "penduduk": "9000", "rumah_tangga": "2800"},
                **{"genangan_kejadian": "2", "kejahatan_per_10rb": "14.2", "lembaga_aktif": "7"},
            },
            {},
            {"kode_wilayah": "33.72.01.1002"},
        ),
        "belanja": _rows("belanja", {**place, "belanja_rp": "500000000"}, {"jenis": "modal"}),
        "fasilitas": _rows(
            "fasilitas",
            {
                **{**place, "id_fasilitas": "P3372010201", "nama_fasilitas": "Puskesmas Pajang"},
                **{"lintang": "-7.565312", "bujur": "110.784301", "kapasitas": "38"},
            },
            {"jenis_fasilitas": "puskesmas"},
            {"jenis_fasilitas": "rumah_sakit", "id_fasilitas": "3372012"},
        ),
        "program_bertahap": _rows(
            "program_bertahap",
            {"program": "rtlh"},
            {"kode_wilayah": "33.72.01.1001", "tahun_mulai": "2021"},
            {"kode_wilayah": "33.72.01.1002"},
        ),
        "uji_coba": _rows(
            "uji_coba",
            {
                **{"program": "pelatihan_usaha", "tahun": "2025", "kode_wilayah": "33.72.01.1001"},
                **{"jk": "P", "umur_peserta": "41", "pendidikan": "sma", "omzet_rp": "4000000"},
                "omzet_awal_rp": "3500000",
            },
            {"id_peserta": "U-1", "kelompok_undi": "33.72.01.1001-03", "lengan": "perlakuan"},
            {"id_peserta": "U-2", "kelompok_undi": "33.72.01.1001-04", "lengan": "kontrol"},
        ),
        "seleksi": _rows(
            "seleksi",
            {
                **{"program": "modal_usaha", "tahun": "2025", "kode_wilayah": "33.72.01.1001"},
                **{"ambang": "60", "omzet_rp": "4000000"},
            },
            {"id_pemohon": "M-1", "skor": "71.25", "menerima": "1"},
            {"id_pemohon": "M-2", "skor": "44.5", "menerima": "0"},
        ),
        "wawancara": _rows(
            "wawancara",
            {
                **{"id_segmen": "W01-1", "tanggal": "2025-05-02", "peran_informan": "kader"},
                **{"kode_wilayah": "33.72.01.1001", "teks": "Air macet, kata warga."},
                **{"id_wawancara": "W01", "jenis": "wawancara", "tema": "sanitasi_air"},
            },
            {"pengode": "A", "parafrase": "Air pipa belum lancar."},
            {"pengode": "B"},
            {"pengode": "B", "tema": "hunian"},
            {"id_segmen": "W01-2", "pengode": "A", "teks": "Got penuh."},
        ),
    }


@pytest.fixture(scope="session")
def says_nobody() -> Callable[[DataError], None]:
    """Hold a message to the promise that it gives nobody away."""

    def scan(error: DataError) -> None:
        said = f"{error} {error.rows}"
        assert not re.search(r"\d{11,}", said), said
        assert not [secret for secret in SECRETS if secret in said], said

    return scan


@pytest.fixture
def check(
    tmp_path: Path,
    known: pd.Index,
    crosswalk: pd.DataFrame,
    says_nobody: Callable[[DataError], None],
) -> Callable[..., list[DataError]]:
    """Write tables as CSV and check them; no message may give anybody away."""

    def write_and_check(tables: Tables, *, simulated: bool = True) -> list[DataError]:
        folder = tmp_path / "terbatas"
        folder.mkdir()
        for name, table in tables.items():
            table.to_csv(folder / f"{name}.csv", index=False)
        errors = check_folder(folder, known, simulated=simulated, crosswalk=crosswalk)
        for error in errors:
            assert error.remedy
            says_nobody(error)
        return errors

    return write_and_check


@pytest.fixture
def spoilt(
    tables: Tables, check: Callable[..., list[DataError]]
) -> Callable[[str, int, str, str], DataError]:
    """Change one cell (row counted from 0) and give the one error that follows."""

    def change(table: str, row: int, column: str, value: str | None) -> DataError:
        tables[table].loc[row, column] = value
        linked = {"rumah_tangga", "orang"}
        needed = linked if table in linked else {table}
        [error] = check({name: tables[name] for name in needed})
        assert Path(error.file).name == f"{table}.csv"
        return error

    return change
