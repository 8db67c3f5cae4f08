"""Behind the gate nobody is named, and everything that links people still does."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from kajian.data.restricted.tables import RestrictedField, restricted_table
from kajian.errors import DataError
from kajian.privacy.gate import admit, person_names, refuse_identities
from kajian.privacy.pseudonym import pseudonyms

KEY = bytes(range(32))
# Of a province that there is not; built from parts, so that no number stands in this file.
PREFIX = "99" + "72" + "01" + "17" + "08" + "90"
NIKS = [f"{PREFIX}{serial:04}" for serial in range(1, 5)]
KKS = [f"{PREFIX}{serial:04}" for serial in (11, 11, 12, 12)]
NAMES = ["Tukinem Wiryodarsono", "Slamet", "  BAMBANG   Purwoko ", "Slamet"]
PHONE = "".join(["08", "1234", "567", "890"])
ADDRESS = "Jalan Kenanga 17"
BIRTH = "1990-08-17"


def usual(field: RestrictedField) -> object:
    """A value that a column may hold."""
    if field.constraints.enum:
        return field.constraints.enum[0]
    if field.type != "string":
        least = field.constraints.minimum or 1
        return int(least) if field.type == "integer" else least
    return "33.72.01.1001" if field.name == "kode_wilayah" else "2030-03-31"


def made(name: str, rows: int, **columns: object) -> pd.DataFrame:
    fields = restricted_table(name).fields
    content = {field.name: columns.get(field.name, [usual(field)] * rows) for field in fields}
    return pd.DataFrame(content)


@pytest.fixture
def restricted(tmp_path: Path) -> Path:
    """Two households of four people, what they get, and an interview."""
    folder = tmp_path / "terbatas"
    folder.mkdir()
    ids = ["RT-1", "RT-1", "RT-2", "RT-2"]
    households = made(
        *("rumah_tangga", 2),
        id_rumah_tangga=["RT-1", "RT-2"],
        no_kk=KKS[::2],
        alamat=[ADDRESS, None],
        telepon=[PHONE, None],
        rw=pd.array([3, None], dtype="Int64"),
    )
    people = made(
        *("orang", 4),
        nik=NIKS,
        no_kk=KKS,
        id_rumah_tangga=ids,
        nama=NAMES,
        tanggal_lahir=[BIRTH] * 4,
        umur=[39, 40, 41, 42],
    )
    granted = made("penerima", 1, nik=NIKS[2:3], no_kk=KKS[2:3], nama=["Bambang Purwoko"])
    talks = made("wawancara", 2, id_segmen=["S1", "S2"], teks=["Slamet dari banjir.", "Aman."])
    households.to_csv(folder / "rumah_tangga.csv", index=False)
    people.to_parquet(folder / "orang.parquet")
    granted.to_excel(folder / "penerima.xlsx", index=False, engine="xlsxwriter")
    talks.to_csv(folder / "wawancara.csv", index=False)
    return folder


def admitted(restricted: Path, target: Path, key: bytes = KEY) -> dict[str, pd.DataFrame]:
    admit(restricted, target, key=key)
    return {path.stem: pd.read_parquet(path) for path in sorted(target.glob("tables/*"))}


def test_identities_are_left_out_or_disguised(restricted: Path, tmp_path: Path) -> None:
    tables = admitted(restricted, tmp_path / "gerbang")
    assert set(tables) == {"rumah_tangga", "orang", "penerima", "wawancara"}
    gone = {"nik", "no_kk", "id_rumah_tangga", "nama", "alamat", "telepon", "tanggal_lahir"}
    for name, table in tables.items():
        fields = restricted_table(name).fields
        assert not gone & set(table.columns)
        assert len(table.columns) == sum(
            field.role not in ("nama", "alamat", "telepon", "tanggal_lahir") for field in fields
        )
    assert list(tables["orang"].columns[:4]) == [
        *("tanggal_data", "samaran_nik", "samaran_rumah_tangga", "samaran_kk")
    ]


def test_no_file_holds_an_identity_or_the_key(restricted: Path, tmp_path: Path) -> None:
    """Looked for in the bytes of uncompressed copies, besides the bytes of the files."""
    tables = admitted(restricted, tmp_path / "gerbang")
    written = b"".join(p.read_bytes() for p in (tmp_path / "gerbang").rglob("*") if p.is_file())
    for name, table in tables.items():
        plain = tmp_path / f"{name}.parquet"
        table.to_parquet(plain, compression=None)
        written += plain.read_bytes() + table.to_csv().encode()
    assert b"2030-03-31" in written
    secrets = [*NIKS, *KKS, "RT-1", "Tukinem", "Purwoko", PHONE, "Kenanga", BIRTH, KEY.hex()]
    assert not [secret for secret in secrets if secret.encode() in written]
    assert KEY not in written


def test_what_links_people_still_does(restricted: Path, tmp_path: Path) -> None:
    tables = admitted(restricted, tmp_path / "gerbang")
    people = tables["orang"]
    home = people.merge(tables["rumah_tangga"], on=["samaran_rumah_tangga", "samaran_kk"])
    assert len(home) == 4
    got = people.merge(tables["penerima"], on=["samaran_nik", "samaran_kk"])
    assert list(got["umur"]) == [41]
    nik = pd.Series(NIKS, dtype="str")
    assert list(people["samaran_nik"]) == list(pseudonyms(nik, KEY, "nik"))


def test_the_rest_is_unchanged_and_typed(restricted: Path, tmp_path: Path) -> None:
    tables = admitted(restricted, tmp_path / "gerbang")
    household = tables["rumah_tangga"].set_index("samaran_rumah_tangga")
    given = pd.read_csv(restricted / "rumah_tangga.csv", dtype={"kode_wilayah": "str"})
    kept = [name for name in given if name in household]
    assert len(kept) > 20
    result = household[kept].reset_index(drop=True)
    assert_frame_equal(result, given[kept], check_dtype=False)
    kinds = result.dtypes.map(str)
    assert kinds["rw"] == "Int64"
    assert kinds["luas_lantai_m2"] == "float64"
    assert kinds["pengeluaran_rp"] == "int64"
    assert set(kinds[["kode_wilayah", "jk_kepala", "tanggal_data"]]) == {"str"}


def test_another_key_gives_other_pseudonyms_and_the_same_one_the_same_files(
    restricted: Path, tmp_path: Path
) -> None:
    first = admitted(restricted, tmp_path / "a")["orang"]
    again = admitted(restricted, tmp_path / "b")["orang"]
    other = admitted(restricted, tmp_path / "c", bytes(reversed(KEY)))["orang"]
    disguised = ["samaran_nik", "samaran_kk", "samaran_rumah_tangga"]
    assert_frame_equal(first, again)
    for name in ("orang", "penerima"):
        files = [(tmp_path / run / f"tables/{name}.parquet").read_bytes() for run in "ab"]
        assert files[0] == files[1]
    for name in disguised:
        assert not set(first[name]) & set(other[name])
    assert_frame_equal(first.drop(columns=disguised), other.drop(columns=disguised))


def test_only_the_owner_may_look(restricted: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        admitted(restricted, tmp_path / "gerbang")
    finally:
        os.umask(before)
    places = [tmp_path / "gerbang", *(tmp_path / "gerbang").rglob("*")]
    assert len(places) == 6
    for place in places:
        assert stat.S_IMODE(place.stat().st_mode) == (0o700 if place.is_dir() else 0o600)


def test_one_table_at_a_time_is_in_memory(
    restricted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kajian.privacy import gate

    written: list[list[str]] = []
    read = gate.read_restricted

    def watched(path: Path, table: object) -> pd.DataFrame:
        written.append(sorted(p.stem for p in (tmp_path / "gerbang/tables").iterdir()))
        return read(path, table)

    monkeypatch.setattr(gate, "read_restricted", watched)
    admit(restricted, tmp_path / "gerbang", key=KEY)
    assert [len(names) for names in written] == [0, 1, 2, 3]


# --- texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind", "secret"),
    [
        (f"NIK saya {NIKS[0]}.", "NIK atau No. KK", NIKS[0]),
        (f"Telepon {PHONE} saja.", "nomor telepon", PHONE),
        ("Tanya bu tukinem wiryodarsono.", "nama orang", "wiryodarsono"),
    ],
)
@pytest.mark.parametrize("column", ["teks", "parafrase"])
def test_an_interview_that_tells_of_somebody_is_refused(
    restricted: Path, tmp_path: Path, column: str, said: str, kind: str, secret: str
) -> None:
    texts = {column: ["Aman.", said, said]}
    talks = made("wawancara", 3, id_segmen=["S1", "S2", "S3"], **texts)
    talks.to_csv(restricted / "wawancara.csv", index=False)
    with pytest.raises(DataError, match=f"2 baris masih memuat {kind}") as caught:
        admit(restricted, tmp_path / "gerbang", key=KEY)
    error = caught.value
    assert (error.column, error.rows) == (column, ["data ke-2", "data ke-3"])
    assert "wawancara.csv" in str(error)
    assert "samarkan" in str(error)
    assert secret not in str(error)
    assert not (tmp_path / "gerbang/tables/wawancara.parquet").exists()


def test_a_number_in_any_text_column_is_refused() -> None:
    table = pd.DataFrame({"rw": [1, 2], "catatan": pd.Series([None, f"kk {KKS[0]}"], dtype="str")})
    with pytest.raises(DataError, match="1 baris") as caught:
        refuse_identities(table)
    assert caught.value.column == "catatan"
    assert KKS[0] not in str(caught.value)


def test_pseudonyms_dates_and_codes_are_no_identities() -> None:
    """Fifty thousand pseudonyms: letters and digits in the form of chance."""
    numbers = pd.Series([f"{PREFIX}{number:06}" for number in range(50_000)], dtype="str")
    table = pd.DataFrame(
        {
            "samaran_nik": pseudonyms(numbers, KEY, "nik"),
            "tanggal_data": pd.Series(["2030-03-31"] * 50_000, dtype="str"),
            "kode_wilayah": pd.Series(["33.72.01.1001"] * 50_000, dtype="str"),
        }
    )
    refuse_identities(table, {"slamet", "tukinem wiryodarsono"})


# --- names ------------------------------------------------------------------------------------


def test_names_of_all_tables_are_known_in_one_writing(restricted: Path) -> None:
    assert person_names(restricted) == {"tukinem wiryodarsono", "slamet", "bambang purwoko"}


def test_tables_without_people_have_no_names(tmp_path: Path) -> None:
    made("belanja", 1).to_csv(tmp_path / "belanja.csv", index=False)
    assert person_names(tmp_path) == frozenset()
