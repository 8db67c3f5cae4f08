"""What a test could have detected, stated before its estimate."""

from __future__ import annotations

from scipy.special import stdtrit

from kajian.errors import MethodError


def mde(std_error: float, *, df: float, level: float = 0.05, power: float = 0.8) -> float:
    """Minimum detectable effect of a two-sided t test (Bloom 1995, p. 548).

    Parameters
    ----------
    std_error
        Standard error of the coefficient.
    df
        Degrees of freedom, such as clusters minus one.
    level
        Size of the test.
    power
        Probability of rejecting when the true effect has the returned size.

    Returns
    -------
    float
        (t[1 - level/2] + t[power]) * std_error, in units of the coefficient.

    Raises
    ------
    MethodError
        A standard error or degrees of freedom that are not positive, or a level or power outside
        (0, 1).
    """
    if not (std_error > 0 and df > 0 and 0 < level < 1 and level < power < 1):
        raise MethodError(
            f"Efek terkecil yang terdeteksi tidak dapat dihitung dari galat baku {std_error:g}, "
            f"derajat bebas {df:g}, taraf {level:g} dan kuasa {power:g}. Perbaikan: galat baku dan "
            "derajat bebas harus positif, taraf di antara nol dan kuasa, kuasa di bawah satu."
        )
    return float((stdtrit(df, 1 - level / 2) + stdtrit(df, power)) * std_error)
