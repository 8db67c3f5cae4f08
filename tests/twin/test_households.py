from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from numpy.testing import assert_array_equal

from kajian.twin.households import draw_households
from kajian.twin.truth import TRUTH


@pytest.fixture(scope="module")
def fit(homes, persons):
    """Regression on what the files say, with the kelurahan absorbed."""
    dependant = (persons["umur"] < 15) | (persons["umur"] >= 65)
    share = dependant.groupby(persons["id_rumah_tangga"]).mean()
    table = homes.assign(log=np.log(homes["kapita_rp"]), tanggungan=share)
    formula = (
        "log ~ C(pendidikan_kepala, Treatment('tidak_tamat_sd'))"
        " + C(kerja_kepala, Treatment('formal')) + C(jk_kepala, Treatment('L'))"
        " + np.log(jumlah_anggota) + tanggungan + C(kode_wilayah)"
    )
    return smf.ols(formula, table).fit()


@pytest.mark.parametrize(
    ("term", "name"),
    [
        *(
            (f"C(pendidikan_kepala, Treatment('tidak_tamat_sd'))[T.{level}]", f"pendidikan_{level}")
            for level in ("sd", "smp", "sma", "pt")
        ),
        *(
            (f"C(kerja_kepala, Treatment('formal'))[T.{work}]", f"kerja_{work}")
            for work in ("informal", "menganggur", "bukan_angkatan_kerja")
        ),
        ("C(jk_kepala, Treatment('L'))[T.P]", "kepala_perempuan"),
        ("np.log(jumlah_anggota)", "log_anggota"),
        ("tanggungan", "rasio_tanggungan"),
    ],
)
def test_regression_recovers_the_coefficients(fit, known, term, name):
    assert fit.params[term] == pytest.approx(known[f"pengeluaran.{name}"], abs=3 * fit.bse[term])


def test_regression_recovers_error_and_effects(fit, known, read):
    # The standard deviation of n normal errors has standard error sd / sqrt(2n).
    sd = known["pengeluaran.simpangan_rumah_tangga"]
    assert np.sqrt(fit.scale) == pytest.approx(sd, abs=3 * sd / np.sqrt(2 * fit.nobs))
    truth = read("kebenaran_kelurahan").set_index("kode_wilayah")["efek_kelurahan"]
    places = fit.params.filter(like="kode_wilayah")
    places.index = places.index.str.extract(r"T\.([\d.]+)\]")[0]
    error = fit.params["Intercept"] + places - known["pengeluaran.intersep"] - truth[places.index]
    # Errors of 53 effects of about 190 households each: 0.42 / sqrt(190) = 0.03.
    assert np.sqrt((error**2).mean()) < 0.06


def test_a_chunk_is_the_same_whatever_is_drawn_before_it(chunks):
    alone = draw_households(chunks[40], TRUTH)
    for chunk in (chunks[3], chunks[50]):
        draw_households(chunk, TRUTH)
    pd.testing.assert_frame_equal(draw_households(chunks[40], TRUTH), alone)


def test_members_add_up(chunks):
    for chunk in chunks[:10]:
        table = draw_households(chunk, TRUTH)
        assert table["jumlah_anggota"].sum() == chunk.persons
        spouse = (table["umur_pasangan"] > 0).astype(int)
        parts = 1 + spouse + table["anak"] + table["orang_tua"] + table["dewasa"]
        assert_array_equal(parts, table["jumlah_anggota"])
        assert not (spouse.astype(bool) & (table["jk_kepala"] == "P")).any()
