"""Time methods of causes and evaluation beside libraries that do the same work on the same data.

    .venv/bin/python benchmarks/causal.py [--rounds 3] [--cases regression spatial ...] [--small]

All run once first: what compiles itself does so there, and figures are compared before any time
counts. Then, in every round, ours and its peers run one after the other, so that a busy minute
strikes all of them. Linear algebra has one thread, and nobody starts processes. A peer that is not
installed is left out and named. Nothing is asserted. With KAJIAN_REFERENCE naming the folder of
published data, California's tobacco control is added.

- *wall* and *CPU*: seconds, medians over rounds, without imports and without making the data.
- *to ours*: median of the ratios within a round. 3.0 means three times the time of ours.
- *load*: of the machine, lowest and highest at the start of a round.
- *figures*: the first ones compared.
- *apart*: largest difference from ours, relative to the largest figure of its kind, and, after
  "of", what rounding, an earlier stop or other draws explain; "NO" where it is more. Not where
  importances of predictors are searched for: who reaches a smaller error has searched better.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import re
import time
import warnings
from functools import partial
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from libpysal.weights import lat2W
from threadpoolctl import threadpool_limits

from kajian.causal.inference.bootstrap import wild_cluster_bootstrap
from kajian.causal.spatial.lag import spatial_lag
from kajian.evaluation.differences.staggered import att_gt
from kajian.evaluation.discontinuity.density_test import density_test
from kajian.evaluation.discontinuity.regression_discontinuity import regression_discontinuity
from kajian.evaluation.synthetic.placebos import placebo_in_space
from kajian.evaluation.synthetic.predictors import Predictor
from kajian.evaluation.synthetic.synthetic_control import synthetic_control
from kajian.evaluation.synthetic.synthetic_did import synthetic_did
from kajian.linear.regression import ols, panel_fe

TERMS = ["x0", "x1", "x2", "x3", "x4"]
FORMULA = f"y ~ {' + '.join(TERMS)}"


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--small", action="store_const", const=10, default=1)
    options = parser.parse_args()
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    print(f"{model[1] if model else '?'}, {os.cpu_count()} processors; NumPy {np.__version__}")
    print(f"Medians of {options.rounds} rounds{', SMALL' if options.small > 1 else ''}")
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        for name in options.cases:
            for case in CASES[name](options.small):
                time_case(options.rounds, *case)


# A case: title, what is allowed, ours, peers, and the part of the work that peers do (their time is
# scaled up, and all run once only). A peer is named by its package and, after a comma, how it is
# used, and is a function of the package. All return kinds of figures.
def time_case(rounds, title, allowed, ours, peers, part=1.0):
    runs, notes, results, said, loads = {"kajian": ours}, [], {}, {}, []
    for name, run in peers.items():
        package = name.partition(",")[0]
        try:
            runs[name] = partial(run, importlib.import_module(package))
            notes.append(f"{package} {version(package)}")
        except ImportError as error:
            notes.append(f"{package} LEFT OUT: {error}")
    seconds = {name: [] for name in runs}
    for number in range(1 + (rounds if part == 1 else 0)):
        loads.append(os.getloadavg()[0])
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            with contextlib.redirect_stdout(io.StringIO()):
                found = [np.ravel(kind).astype(float) for kind in run()]
            seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
            if number == 0:
                said[name] = ", ".join(f"{figure:.4g}" for figure in np.hstack(found)[:3])
                results[name] = found
                if allowed and name != "kajian":
                    pairs = zip(results["kajian"], found, strict=True)
                    far = max(np.abs(b - a).max() / np.abs(a).max() for a, b in pairs)
                    said[name] += f"; {'' if far <= allowed else 'NO: '}{far:.0e} of {allowed:.0e}"
    print(f"\n{title}\n{', '.join(dict.fromkeys(notes))}; load: {min(loads):.1f} to", end=" ")
    print(f"{max(loads):.1f}{'' if part == 1 else f'; one run, peers {part:.0%} of the work'}")
    print(f"  {'':38}{'wall s':>9}{'CPU s':>9}  to ours: wall, CPU   figures; apart")
    timed = {name: np.array(each[len(each) > 1 :]) for name, each in seconds.items()}
    for name, each in timed.items():
        each = each / (part if name in peers else 1)
        wall, cpu, *ratios = *np.median(each, axis=0), *np.median(each / timed["kajian"], axis=0)
        print(f"  {name:38}{wall:9.3f}{cpu:9.3f}{ratios[0]:11.2f}{ratios[1]:9.2f}   {said[name]}")


def figures(names, function, *arguments, **options):
    found = function(*arguments, **options)
    return [attrgetter(name)(found) for name in names.split()]


def clustered(group, effect):
    rng = np.random.default_rng(1)
    rows = pd.DataFrame(rng.normal(size=(len(group), 5)), columns=TERMS).assign(g=group)
    common = rng.normal(size=(2, group.max() + 1))[:, group]
    rows["x0"] += common[0]
    rows["y"] = effect * rows[TERMS].sum(axis=1) + common[1] / 2 + rng.normal(size=len(group))
    return rows


def regression(small):
    n, units, times, groups = 100_000 // small, 2_000 // small, 20, {"CRV1": "g"}
    rows = clustered(np.random.default_rng(2).integers(0, 500, n), 1.0)
    panel = clustered(np.arange(units * times) // times, 1.0)
    panel = panel.assign(t=panel.index % times).sample(frac=0.9, random_state=1)

    def feols(effects, data, vcov, module):
        found = module.feols(FORMULA + effects, data, vcov=vcov)
        return found.coef(), found.se()

    def absorbed(module):
        at, two = panel.set_index(["g", "t"]), {"entity_effects": True, "time_effects": True}
        plain = dict.fromkeys(("debiased", "group_debias", "auto_df", "count_effects"), False)
        fit = module.PanelOLS(at["y"], at[TERMS], **two).fit
        found, n = fit(cov_type="clustered", cluster_entity=True, **plain), len(panel)
        correction = units / (units - 1) * (n - 1) / (n - len(TERMS) - times)
        return found.params, found.std_errors * np.sqrt(correction)

    ours = partial(figures, "coefficients std_errors")
    for kind, vcov in {"HC1": "HC1", "500 clusters": groups}.items():
        title = f"Least squares: {n:,} rows, 5 terms, {kind}"
        peers = {"pyfixest": partial(feols, "", rows, vcov)}
        yield title, 1e-8, partial(ours, ols, FORMULA, rows, vcov=vcov), peers
    title = f"Two-way effects: {units:,} units, {times} times, a tenth missing; clusters are units"
    fit = partial(ours, panel_fe, FORMULA, panel, entity="g", time="t", vcov=groups)
    peers = {"pyfixest": partial(feols, " | g + t", panel, groups)}
    yield title, 1e-8, fit, {**peers, "linearmodels, corrected alike": absorbed}


def bootstrap(small):
    n, draws, kept = 10_000, 9_999 // small, {}
    rows = clustered(np.random.default_rng(2).integers(0, 20, n), 0.1)

    def ours():
        fit, rng = ols(FORMULA, rows, vcov={"CRV1": "g"}), np.random.default_rng(1)
        test = partial(wild_cluster_bootstrap, draws=draws, rng=rng)
        return figures("p_value", test, fit, "x0", "g")

    def theirs(compile_once, module):
        inner = importlib.import_module(f"{module.__name__}.wildboottest")
        njit, model = inner.njit, smf.ols(FORMULA, rows)
        once = lambda **ways: lambda f: kept.setdefault(f.__name__, njit(**ways)(f))  # noqa: E731
        ways = {"weights_type": "webb", "seed": 1, "parallel": False, "show": False}
        with patch.object(inner, "njit", once if compile_once else njit):
            return inner.wildboottest(model, draws, rows["g"], "x0", **ways)["p-value"]

    title = f"Wild cluster bootstrap: {n:,} rows, 20 clusters, {draws:,} draws of Webb weights"
    ways = {"compiles in every call": False, "made to compile once": True}
    peers = {f"wildboottest, {way}": partial(theirs, ways[way]) for way in ways}
    allowed = 4 * (2 * (1 - 0.2) / 0.2 / draws) ** 0.5  # four errors of a difference of p near 0.2
    yield f"{title}; ours also has an interval (aim: 0.5 s)", allowed, ours, peers


def synthetic(small):
    yield from tobacco(simulated_states(), "simulated", "u00", 100 // small)
    if folder := os.environ.get("KAJIAN_REFERENCE"):
        table = pd.read_csv(Path(folder) / "prop99_adh_table1" / "smoking_adh.csv")
        yield from tobacco(table.astype({"year": int}), "published", "California", 100 // small)


def simulated_states():
    """39 units, 31 times, four common factors; the first unit is near a mixture of the others."""
    rng, (unit, year) = np.random.default_rng(1), np.divmod(np.arange(39 * 31), 31)
    loading = rng.dirichlet(np.full(4, 3.0), 39)
    loading[0] = rng.dirichlet(np.full(38, 0.15)) @ loading[1:]
    factors = np.linspace(120, 60, 31)[:, None] + 6 * rng.normal(size=(31, 4)).cumsum(axis=0)
    sales = (loading @ factors.T).ravel() + 2 * rng.normal(size=unit.size)
    sales -= 15 * ((unit == 0) & (year >= 19))
    table = pd.DataFrame({"st": [f"u{j:02}" for j in unit], "year": 1970 + year, "cigsale": sales})
    for k, name in enumerate(("lnincome", "age15to24", "retprice", "beer")):
        table[name] = 10 * loading[unit, k] + 0.05 * year + 0.3 * rng.normal(size=unit.size)
    return table


def tobacco(table, kind, treated, steps):
    names = {"unit": "st", "time": "year", "outcome": "cigsale", "treated": treated, "start": 1989}
    units = [treated, *sorted(set(table["st"]) - {treated})]
    wide = table.pivot_table(index="year", columns="st", values="cigsale").loc[:1988]
    plain, eighties = ["lnincome", "age15to24", "retprice"], range(1980, 1989)
    special = [("beer", range(1984, 1989)), *(("cigsale", [year]) for year in (1988, 1980, 1975))]
    declared = [Predictor(*one) for one in (*((name, eighties) for name in plain), *special)]
    columns, means = (plain, "mean", "cigsale", "st", "year"), [(*one, "mean") for one in special]

    def ours(predictors=None):
        fit = synthetic_control(table, **names, predictors=predictors)
        return placebo_in_space(fit, treated_in_pool=False).units["pre_rmspe"] ** 2

    def theirs(steps, chosen, module):
        reached = []
        for unit in chosen:
            fit, pool = module.Synth(), [other for other in units[1:] if other != unit]
            if steps is None:  # importances that undo its scaling, of a size that SLSQP bears
                V = wide[[unit, *pool]].var(axis=1).to_numpy()
                fit.fit(None, wide[pool], wide[unit], wide[pool], wide[unit], custom_V=V / V.mean())
            else:
                prepared = module.Dataprep(table, *columns, unit, pool, eighties, wide.index, means)
                fit.fit(prepared, optim_initial="ols", optim_options={"maxiter": steps})
            reached.append(fit.loss_V)
        return reached

    def theirs_did(module):
        marked = table.assign(d=(table["st"] == treated).astype(int))
        columns = {"outcome": "cigsale", "treatment": "d", "unit": "st", "time": "year"}
        fit, later = module.SyntheticDiD(seed=1, n_bootstrap=38).fit, list(range(1989, 2001))
        return figures("att", fit, marked, **columns, post_periods=later)

    title = f"{kind}: fit and placebos of 39 units, 31 times; MSPE before the start"
    peers = {"pysyncon": partial(theirs, None, units)}
    yield f"Synthetic control on outcomes, {title}", 1e-3, ours, peers
    peers = {f"pysyncon, {steps} steps at most": partial(theirs, steps, units[:3])}
    fit = partial(ours, declared)
    yield f"Synthetic control on seven predictors, {title}", None, fit, peers, 3 / len(units)
    title = f"Synthetic difference-in-differences, {kind}: fit and 38 placebos"
    did = partial(figures, "estimate", synthetic_did, table, **names)
    yield title, 1e-3, did, {"diff_diff": theirs_did}


def staggered(small):
    rng, n = np.random.default_rng(1), 5_000 // small
    (i, t), x = np.divmod(np.arange(n * 10), 10), rng.normal(size=n)
    first = rng.choice([0, 4, 5, 6, 7, 8], n, p=[0.4, *[0.12] * 5])
    table = pd.DataFrame({"i": i, "t": t + 1, "first": first[i], "x": x[i]})
    table["cohort"] = table["first"].where(table["first"] > 0)
    moved = rng.normal(size=n)[i] + 0.2 * t * (1 + x[i]) + (table["t"] >= table["cohort"])
    table["y"] = moved + rng.normal(size=i.size)
    ours = partial(figures, "estimates std_errors", att_gt, table, cohort="cohort")
    names = {"outcome": "y", "unit": "i", "time": "t"}

    def sant_anna(x, module):
        fit = module.CallawaySantAnna().fit(table, **names, first_treat="first", covariates=x)
        effects = fit.group_time_effects
        return [[effects[cell][what] for cell in sorted(effects)] for what in ("effect", "se")]

    def modern(x, module):
        names = {"yname": "y", "tname": "t", "idname": "i", "gname": "first"}
        return figures("att_gt se_gt", module.att_gt, table, **names, xformla=x and f"~{x[0]}")

    # With a covariate the logit of diff_diff stops earlier.
    for x, kind, allowed in (None, "", 1e-8), (["x"], ", doubly robust with a covariate", 1e-4):
        peers = {"diff_diff": partial(sant_anna, x), "moderndid": partial(modern, x)}
        title = f"Staggered adoption: {n:,} units, 10 times, 45 effects{kind}"
        yield title, allowed, partial(ours, **names, covariates=x or (), inference="large"), peers


def cutoff(small):
    rng, n = np.random.default_rng(1), 100_000 // small
    x = 0.6 * rng.normal(size=n) - 0.1
    y = 0.5 * x + x**3 + (x >= 0) + rng.normal(size=n)

    def theirs(module):
        found = module.rdrobust(y, x)
        return found.coef.iloc[1], found.se.iloc[2], found.bws.iloc[0, 0]

    def their_density(module):
        found = module.rddensity(x, bino_flag=False)
        return found.test["p_jk"], *found.h

    title = f"Jump at a cutoff: {n:,} rows, bandwidths and robust interval"
    ours = partial(figures, "robust.estimate robust.std_error h", regression_discontinuity, y, x)
    yield title, 1e-6, ours, {"rdrobust": theirs}
    title = f"Density at a cutoff: {n:,} rows, bandwidths and test"
    ours = partial(figures, "p_value h_left h_right", density_test, x)
    yield title, 1e-6, ours, {"rddensity": their_density}


def spatial(small):
    rng, side = np.random.default_rng(1), int(50 / small**0.5)
    lattice, n = lat2W(side, side, rook=False), side**2
    links = pd.DataFrame(lattice.full()[0], lattice.id_order, lattice.id_order)
    lattice.transform = "r"
    X, W = rng.normal(size=(n, 3)), lattice.sparse.toarray()
    y = np.linalg.solve(np.eye(n) - 0.5 * W, 1 + X @ [1, 2, -1] + rng.normal(size=n))
    rows = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=y, unit=lattice.id_order)

    def theirs(method, module):
        brief = {"method": method, "spat_diag": False, "spat_impacts": None}
        found = module.ML_Lag(y[:, None], X, lattice, **brief)
        return found.betas[-1], found.betas[:-1], found.std_err

    title = f"Spatial lag by maximum likelihood: {n:,} units of a lattice, queen, 4 coefficients"
    names = "spatial_parameter coefficients std_errors"
    ours = partial(figures, names, spatial_lag, "y ~ a + b + c", rows, links, unit="unit")
    peers = {f"spreg, method {way}": partial(theirs, way) for way in ("full", "LU")}
    yield title, 1e-6, ours, peers


CASES = {f.__name__: f for f in (regression, bootstrap, synthetic, staggered, cutoff, spatial)}

if __name__ == "__main__":
    main()
