"""Time methods of causes and evaluation beside libraries that do the same work on the same data.

    .venv/bin/python benchmarks/causal.py [--rounds 3] [--cases regression spatial ...] [--small]

Everything runs once first: what compiles itself does so there, and results are compared before any
time counts. Then, in every round, ours and its peers run one after the other, so that a busy minute
of the machine strikes all of them. Linear algebra has one thread, and peers one process. A peer
that is not installed is left out and named. Nothing is asserted.

- *wall* and *CPU*: seconds, medians over rounds, without imports and without making the data.
- *to ours*: median of the ratios within a round. 3.0 means three times the time of ours.
- *load*: of the machine, lowest and highest at the start of a round.
- *apart*: largest relative difference from ours (of p: absolute) and, after "of", how much rounding,
  an earlier stop or other draws explain. "NO" where it is larger.

Where importances of predictors are searched for, nobody knows the least mean squared error before
the start: both sides' are shown, and *apart* is how far theirs falls below ours. With
KAJIAN_REFERENCE naming the folder of published data, California's tobacco control is added.
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
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
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


class Peer(NamedTuple):
    """`run` takes the imported package; `compare` takes results and returns apart and a remark."""

    run: Callable[[Any], Any]
    compare: Callable[[Any, Any], tuple[float, str]]
    allowed: float = 1e-8
    part: float = 1.0  # of the work; its time is scaled up


class Case(NamedTuple):
    """Peers are named by their package and, after a comma, the way it is used."""

    title: str
    ours: Callable[[], Any]
    peers: dict[str, Peer]
    aim: str = "none"
    rounds: int = 99  # at most; without any the first run is the one timed


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
                time_case(min(options.rounds, case.rounds), case)


def time_case(rounds, case):
    runs, notes = {"kajian": case.ours}, []
    for name, peer in case.peers.items():
        package = name.partition(",")[0]
        try:
            runs[name] = partial(peer.run, importlib.import_module(package))
            notes.append(f"{package} {version(package)}")
        except ImportError as error:
            notes.append(f"{name} left out: {error}")
    results, loads = {}, []
    seconds = {name: [] for name in runs}
    for number in range(rounds + 1):
        loads.append(os.getloadavg()[0])
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            with contextlib.redirect_stdout(io.StringIO()):
                result = run()
            seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
            if number == 0:
                results[name] = result
        if number == 0:
            said = {name: agreement(case.peers.get(name), results, name) for name in runs}
    print(f"\n{case.title}\naim: {case.aim}; load: {min(loads):.1f} to {max(loads):.1f}", end="; ")
    print(f"{rounds or 'first run is its only'} round{'s' * (rounds > 1)}", end="; ")
    print(*dict.fromkeys(notes), sep=", ")
    print(f"  {'':38}{'wall s':>9}{'CPU s':>9}  to ours: wall, CPU   apart")
    timed = {name: np.array(each[min(rounds, 1) :]) for name, each in seconds.items()}
    for name, each in timed.items():
        each = each / (case.peers[name].part if name in case.peers else 1.0)
        wall, cpu, *ratios = *np.median(each, axis=0), *np.median(each / timed["kajian"], axis=0)
        print(f"  {name:38}{wall:9.3f}{cpu:9.3f}{ratios[0]:11.2f}{ratios[1]:9.2f}   {said[name]}")


def agreement(peer, results, name):
    if peer is None:
        return ""
    far, remark = peer.compare(results["kajian"], results[name])
    return f"{'' if far <= peer.allowed else 'NO: '}{far:.0e} of {peer.allowed:.0e}{remark}"


def apart(*pairs):
    """Largest relative difference over pairs of ours and theirs."""
    pairs = [(np.ravel(a).astype(float), np.ravel(b).astype(float)) for a, b in pairs]
    return max(np.abs(theirs / ours - 1).max() for ours, theirs in pairs), ""


def regression(small):
    rng, n = np.random.default_rng(1), 100_000 // small
    rows = pd.DataFrame(rng.normal(size=(n, 5)), columns=TERMS)
    rows["g"] = rng.integers(0, 500, n)
    noise = rng.normal(size=n) * (1 + rows["x0"] ** 2) + rng.normal(size=500)[rows["g"]]
    rows["y"] = rows[TERMS] @ np.arange(1, 6) + noise

    def same(ours, theirs):
        return apart((ours.coefficients, theirs.coef()), (ours.std_errors, theirs.se()))

    for kind, vcov in {"HC1": "HC1", "500 clusters": {"CRV1": "g"}}.items():
        title = f"Least squares: {n:,} rows, 5 terms, {kind}"
        peers = {"pyfixest": Peer(lambda m, v=vcov: m.feols(FORMULA, rows, vcov=v), same)}
        yield Case(title, partial(ols, FORMULA, rows, vcov=vcov), peers)

    units, times = 2_000 // small, 20
    panel = pd.DataFrame(rng.normal(size=(units * times, 5)), columns=TERMS)
    panel["i"], panel["t"] = np.divmod(np.arange(units * times), times)
    effects = rng.normal(size=units)[panel["i"]] + rng.normal(size=times)[panel["t"]]
    panel["y"] = panel[TERMS] @ np.arange(1, 6) + effects + rng.normal(size=len(panel))
    panel = panel.sample(frac=0.9, random_state=1)

    def linear(module):
        at, two = panel.set_index(["i", "t"]), {"entity_effects": True, "time_effects": True}
        plain = dict.fromkeys(("debiased", "group_debias", "auto_df", "count_effects"), False)
        fit = module.PanelOLS(at["y"], at[TERMS], **two).fit
        return fit(cov_type="clustered", cluster_entity=True, **plain)

    def same_but_corrected(ours, theirs):
        n, K = ours.n_obs, ours.n_parameters
        errors = theirs.std_errors * np.sqrt(units / (units - 1) * (n - 1) / (n - K))
        return apart((ours.coefficients, theirs.params), (ours.std_errors, errors))

    title = f"Two-way effects: {units:,} units, {times} times, a tenth missing; clusters are units"
    ours = partial(panel_fe, FORMULA, panel, entity="i", time="t", vcov={"CRV1": "i"})
    peers = {
        "pyfixest": Peer(lambda m: m.feols(f"{FORMULA} | i + t", panel, vcov={"CRV1": "i"}), same),
        "linearmodels, our G and n correction": Peer(linear, same_but_corrected),
    }
    yield Case(title, ours, peers)


def bootstrap(small):
    rng, n, draws, kept = np.random.default_rng(1), 10_000, 9_999 // small, {}
    rows = pd.DataFrame(rng.normal(size=(n, 5)), columns=TERMS)
    rows["g"] = rng.integers(0, 20, n)
    rows["x0"] += rng.normal(size=20)[rows["g"]]
    rows["y"] = 0.2 * rows["x0"] + rng.normal(size=n) + 0.5 * rng.normal(size=20)[rows["g"]]

    def ours():
        fit, rng = ols(FORMULA, rows, vcov={"CRV1": "g"}), np.random.default_rng(1)
        return wild_cluster_bootstrap(fit, "x0", "g", draws=draws, rng=rng)

    def theirs(module):
        test = importlib.import_module(f"{module.__name__}.wildboottest").wildboottest
        ways = {"weights_type": "webb", "seed": 1, "parallel": False, "show": False}
        return test(smf.ols(FORMULA, rows), draws, cluster=rows["g"], param="x0", **ways).iloc[0]

    def compiled_once(module):
        inner = importlib.import_module(f"{module.__name__}.wildboottest")
        njit = inner.njit

        def keep(**ways):
            return lambda function: kept.setdefault(function.__name__, njit(**ways)(function))

        with patch.object(inner, "njit", keep):
            return theirs(module)

    def compare(ours, theirs):
        p, t = theirs[["p-value", "statistic"]]
        far = apart((ours.statistic, t))[0]
        return abs(p - ours.p_value), f"; p {ours.p_value:.4f} and {p:.4f}; t within {far:.0e}"

    allowed = 4 * (0.5 / draws) ** 0.5  # four standard errors of a difference of p, at their widest
    ways = {"as it is: compiles every time": theirs, "made to compile once": compiled_once}
    peers = {f"wildboottest, {way}": Peer(run, compare, allowed) for way, run in ways.items()}
    title = f"Wild cluster bootstrap: {n:,} rows, 20 clusters, {draws:,} draws; ours with interval"
    yield Case(title, ours, peers, aim="0.5 s")


def synthetic(small):
    yield from tobacco(simulated_states(), "simulated", "u00", 100 // small)
    if folder := os.environ.get("KAJIAN_REFERENCE"):
        table = pd.read_csv(Path(folder) / "prop99_adh_table1" / "smoking_adh.csv")
        yield from tobacco(table.astype({"year": int}), "published", "California", 100 // small)


def simulated_states():
    """39 units, 31 times, four common factors; the first unit is near a mixture of the others."""
    rng, units, times = np.random.default_rng(1), 39, 31
    loading = rng.dirichlet(np.full(4, 3.0), units)
    loading[0] = rng.dirichlet(np.full(units - 1, 0.15)) @ loading[1:]
    factors = np.linspace(120, 60, times)[:, None] + 6 * rng.normal(size=(times, 4)).cumsum(axis=0)
    sales = loading @ factors.T + 2 * rng.normal(size=(units, times))
    sales[0, 19:] -= np.linspace(3, 25, 12)
    unit, year = np.divmod(np.arange(units * times), times)
    table = pd.DataFrame({"st": [f"u{j:02}" for j in unit], "year": 1970 + year})
    for k, name in enumerate(("lnincome", "age15to24", "retprice", "beer")):
        table[name] = 10 * loading[unit, k] + 0.05 * year + 0.3 * rng.normal(size=len(table))
    return table.assign(cigsale=sales.ravel())


def tobacco(table, kind, treated, steps):
    names = {"unit": "st", "time": "year", "outcome": "cigsale", "start": 1989}
    donors = sorted(set(table["st"]) - {treated})
    control = partial(synthetic_control, table, **names, treated=treated)
    plain = [(name, range(1980, 1989)) for name in ("lnincome", "age15to24", "retprice")]
    special = [("beer", range(1984, 1989)), *(("cigsale", [year]) for year in (1988, 1980, 1975))]
    declared = [Predictor(*each) for each in (*plain, *special)]
    every = partial(placebo_in_space, treated_in_pool=False)

    def on_outcomes(module):
        """Importances undo its scaling, so that it minimises what ours does, sized for SLSQP."""
        wide, reached = table[table["year"] < 1989].pivot(index="year", columns="st"), []
        for unit in (treated, *donors):
            own, others = wide["cigsale"][unit], wide["cigsale"][donors]
            others = others.drop(columns=unit, errors="ignore")
            variance, fit = pd.concat([others, own], axis=1).var(axis=1).to_numpy(), module.Synth()
            importance = variance / variance.mean()
            fit.fit(X0=others, X1=own, Z0=others, Z1=own, custom_V=importance)
            reached.append(fit.loss_V)
        return np.array(reached)

    def on_predictors(module, units):
        reached = []
        for unit in units:
            prepared = module.Dataprep(
                foo=table,
                predictors=[name for name, _ in plain],
                predictors_op="mean",
                dependent="cigsale",
                unit_variable="st",
                time_variable="year",
                treatment_identifier=unit,
                controls_identifier=[donor for donor in donors if donor != unit],
                time_predictors_prior=range(1980, 1989),
                time_optimize_ssr=range(1970, 1989),
                special_predictors=[(*each, "mean") for each in special],
            )
            fit = module.Synth()
            fit.fit(prepared, optim_initial="ols", optim_options={"maxiter": steps})
            reached.append(fit.loss_V)
        return np.array(reached)

    def errors(test, units):
        return test.units["pre_rmspe"][list(units)].to_numpy() ** 2

    def below(ours, theirs):
        shown = ", ".join(f"{a:.2f} and {b:.2f}" for a, b in zip(ours, theirs, strict=True))
        return max(0.0, *(1 - theirs / ours)), f"; MSPE {shown}"

    def compare_outcomes(ours, theirs):
        own = errors(ours, [treated, *donors])
        return apart((own, theirs))[0], below(own[:1], theirs[:1])[1]

    of = f"{kind}, 39 units, 31 times"
    peers = {"pyfixest": Peer(on_outcomes, compare_outcomes, 1e-3)}
    yield Case(f"Synthetic control on outcomes: {of}; a fit and 38 placebos", ..., peers)


CASES = {f.__name__: f for f in (regression, bootstrap, synthetic)}

if __name__ == "__main__":
    main()
