"""What a reader meets in place of figures that nobody published."""

from __future__ import annotations

from kajian.evaluation.register.shown import UNNAMED, UNTOLD, register_words


def test_nothing_unknown_looks_like_a_number(shipped):
    before = shipped.copy()
    words = register_words(shipped)
    assert shipped.equals(before)
    assert len(words) == len(shipped)
    named = words[words["tujuan"].notna()]
    assert len(named) == 13
    assert set(named["anggaran"]) == set(named["cakupan"]) == {UNTOLD}
    assert set(named["tahun"]) == {UNTOLD, "2025"}
    assert named.query("program.str.startswith('POWER')")["opd"].tolist() == [UNNAMED]
    silent = words[words["tujuan"].isna()]
    assert silent["opd"].tolist()[0] == "Dinas Pendidikan"
    assert set(silent["program"]) == {"belum dirinci pada rapat"}
    assert silent.drop(columns=["opd", "program"]).isna().all(axis=None)


def test_figures_are_indonesian(register):
    rows = [("A", "lansia;umum", "kurangi_beban"), ("B", None, None), ("C", "umum", None)]
    words = register_words(
        register(
            *rows,
            anggaran_rp=[1_500_000_000, None, None],
            cakupan=[1234, 2.5, None],
            satuan_cakupan=["orang", "ha", None],
            tahun_awal=[2024, 2025, None],
            tahun_akhir=[2025, None, 2026],
        )
    )
    assert words["anggaran"].tolist() == ["Rp1.500.000.000", UNTOLD, UNTOLD]
    assert words["cakupan"].tolist() == ["1.234 orang", "2,5 ha", UNTOLD]
    assert words["tahun"].tolist() == ["2024–2025", "mulai 2025", "sampai 2026"]
    assert words.loc[0, ["kelompok", "tujuan"]].tolist() == [
        "lansia, warga umumnya",
        "pengurangan beban",
    ]
    assert words.loc[1, ["kelompok", "tujuan", "instrumen"]].tolist() == [UNNAMED] * 3
