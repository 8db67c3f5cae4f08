"""Time the heaviest methods of mapping, each beside a peer that does the same work.

    .venv/bin/python benchmarks/mapping.py [--rounds 3] [--cases moran inequality ...] [--small]

In every round ours and its peers run one after the other, so that a busy minute of the machine
strikes all of them. Linear algebra has one thread; what compiles itself is called once before.
The aims are for the full sizes; `--small` only shows that everything runs.

- *wall* and *CPU*: seconds, medians over rounds, without imports and without making the data.
- *to ours*: median of the ratios within a round. 3.0 means three times the time of ours.
- *load*: of the machine, lowest and highest at the start of a round.
- *same*: largest relative difference between results.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import time
from pathlib import Path

import esda
import numpy as np
import pandas as pd
from inequality.gini import Gini
from libpysal.weights import lat2W
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from kajian.mapping.clusters.local_moran import local_moran
from kajian.mapping.index.design import IndexDesign
from kajian.mapping.index.rank_uncertainty import rank_uncertainty
from kajian.mapping.multidimensional.alkire_foster import alkire_foster
from kajian.mapping.small_area.fay_herriot import fay_herriot
from kajian.mapping.welfare.inequality import gini


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--small", action="store_const", const=50, default=1)
    options = parser.parse_args()
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    numba = "with" if importlib.util.find_spec("numba") else "without"
    print(f"{model[1] if model else '?'}, {os.cpu_count()} processors", end="; ")
    print(f"NumPy {np.__version__}, pandas {pd.__version__}, esda {esda.__version__} {numba} numba")
    print(f"Medians of {options.rounds} rounds{', SMALL' if options.small > 1 else ''}")
    with threadpool_limits(1):
        for name in options.cases:
            time_case(options.rounds, *CASES[name](options.small))


def time_case(rounds, title, aim, contenders, same, part=1.0):
    """Run contenders, ours first; the last does this part of the work, its time is scaled up."""
    seconds, results, loads = {name: [] for name in contenders}, {}, []
    for _ in range(rounds):
        loads.append(os.getloadavg()[0])
        for name, run in contenders.items():
            wall, cpu = time.perf_counter(), time.process_time()
            results[name] = run()
            seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    seconds[name] = [(wall / part, cpu / part) for wall, cpu in seconds[name]]
    print(f"\n{title}\naim: {aim}; load: {min(loads):.1f} to {max(loads):.1f}")
    print(f"  {'':46}{'wall s':>9}{'CPU s':>9}  to ours: wall, CPU")
    ours = next(iter(seconds.values()))
    for name, each in seconds.items():
        wall, cpu, *ratios = *np.median(each, axis=0), *np.median(np.divide(each, ours), axis=0)
        print(f"  {name:46}{wall:9.3f}{cpu:9.3f}{ratios[0]:11.2f}{ratios[1]:9.2f}")
    print(f"  same: {same(*results.values())}", flush=True)


def apart(theirs, ours):
    return np.abs(np.asarray(theirs, dtype=float) / np.asarray(ours, dtype=float) - 1).max()


# A case: title, aim, contenders, what to say of their results, part of the work the last one does.
def multidimensional(small):
    rng, n = np.random.default_rng(1), 5_000_000 // small
    codes = [f"d{i}" for i in range(10)]
    shares = pd.Series([1 / 6] * 4 + [1 / 18] * 6, index=codes)
    deprived = pd.DataFrame({code: rng.random(n) < 0.25 for code in codes})
    weight = pd.Series(rng.uniform(50, 150, n))
    group = pd.Series(np.array([f"33.72.{i:02}" for i in range(54)])[rng.integers(0, 54, n)])
    title = f"Alkire-Foster: {n:,} households, 10 indicators, sample weights, 54 groups"

    def same(ours, theirs):
        terms, part = ["H", "A", "M0"], "contribution_pct"
        parts = theirs[:-1].filter(like=part).to_numpy().ravel()
        far = [apart(theirs.loc["semua", terms], ours.measures["estimate"])]
        far += [apart(theirs[terms][:-1], ours.by_group[terms])]
        far += [apart(parts, ours.group_indicators[part])]
        return f"H {ours.H:.4f}, M0 {ours.M0:.4f}; these, groups and parts within {max(far):.0e}"

    contenders = {
        "kajian": lambda: alkire_foster(deprived, shares, 1 / 3, weight, by=group),
        "pandas": lambda: counted_with_pandas(deprived, shares, 1 / 3, weight, group),
    }
    return title, "1.5 s of CPU", contenders, same


def counted_with_pandas(deprived, shares, k, weight, group):
    """The usual way: score, censor, multiply by the weights, add up by group."""
    score = deprived @ shares
    poor = score >= k - 1e-9
    sums = pd.DataFrame({"everyone": weight, "poor": weight * poor, "score": weight * poor * score})
    raw = deprived.mul(weight, axis=0).add_prefix("headcount_")
    censored = deprived.mul(weight * poor, axis=0).add_prefix("censored_")
    table = pd.concat([sums, raw, censored], axis=1).groupby(group).sum()
    table.loc["semua"] = table.sum()
    found = table.filter(like="_").div(table["everyone"], axis=0)
    found["H"], found["A"] = table["poor"] / table["everyone"], table["score"] / table["poor"]
    found["M0"] = found["H"] * found["A"]
    for code, share in shares.items():
        found[f"contribution_pct_{code}"] = 100 * share * found[f"censored_{code}"] / found["M0"]
    return found


def composite(small):
    rng, draws, looped = np.random.default_rng(1), 10_000 // small, 200 // small
    codes = [f"x{i}" for i in range(20)]
    table = pd.DataFrame(rng.normal(50, 5, (54, 1)) + rng.normal(0, 5, (54, 20)), columns=codes)
    described = pd.DataFrame({"code": codes, "dimension": np.repeat(list("abcd"), 5)})
    described = described.assign(direction=1, weight=rng.uniform(1, 3, 20))
    errors = pd.DataFrame(2.0, index=table.index, columns=codes)
    ways, means = ("min-max", "z", "rank"), ("arithmetic", "geometric")
    design = IndexDesign(ways, aggregate=means, weight_spread=0.25, std_errors=errors)
    title = f"Ranks of an index: {draws:,} draws of choices, weights, errors; 54 units, 20 columns"

    def ours(points):
        options = {"draws": draws, "rng": np.random.default_rng(1), "sobol_points": points}
        return rank_uncertainty(table, described, design, **options)

    def loop():
        rng, drawn = np.random.default_rng(2), []
        for _ in range(looped):
            values = table + errors * rng.standard_normal(table.shape)
            moves = rng.uniform(0.75, 1.25, 20), rng.uniform(0.75, 1.25, 4)
            choices = rng.choice(ways), rng.choice(means)
            drawn.append(index_with_pandas(values, described, *moves, *choices))
        return pd.DataFrame(drawn).rank(axis=1, ascending=False, method="min").median()

    def same(ours, _, theirs):
        exact = index_with_pandas(table, described, 1, np.ones(4), ways[0], means[0])
        alike, far = theirs.corr(ours.table["rank_median"]), apart(exact, ours.table["index"])
        return f"index without errors within {far:.0e}; correlation of median ranks {alike:.3f}"

    contenders = {
        "kajian, least Sobol: 2 points (12 draws more)": lambda: ours(2),
        "kajian, usual Sobol: 1,024 points (6,144 more)": lambda: ours(1024),
        f"pandas, loop of {looped} draws, scaled up": loop,
    }
    return title, "1 s", contenders, same, looped / draws


def index_with_pandas(values, described, move, move_dimension, way, mean):
    weight, least = described["weight"] * move, 1 if mean == "geometric" else 0
    weight /= weight.groupby(described["dimension"]).transform("sum")
    weight *= np.repeat(move_dimension / move_dimension.sum(), 5)
    if way == "z":
        scores = 50 + 10 * (values - values.mean()) / values.std(ddof=0)
    else:
        values = values.rank() if way == "rank" else values
        scores = least + (100 - least) * (values - values.min()) / (values.max() - values.min())
    if mean == "geometric":
        return np.exp(np.log(scores.clip(lower=1)) @ weight.to_numpy())
    return scores @ weight.to_numpy()


def moran(small):
    side = int(288 / small**0.5)
    lattice = lat2W(side, side, rook=False)
    lattice.transform = "r"
    W, noise = csr_array(lattice.sparse), np.random.default_rng(1).normal(size=side**2)
    values = noise + W @ noise
    peer = {"permutations": 999, "n_jobs": 1, "keep_simulations": False, "seed": 1}
    esda.Moran_Local(noise[:81], lat2W(9, 9, rook=False), **peer)  # compiles, if there is numba
    title = f"Local Moran: {side**2:,} areas, queen, 999 permutations (p of esda: one-sided)"

    def same(ours, theirs):
        far = apart(theirs.Is * side**2 / (side**2 - 1), ours.statistic)
        alike = np.corrcoef(theirs.p_sim, ours.p_value)[0, 1]
        return f"statistic, scaled alike, within {far:.0e}; correlation of p {alike:.4f}"

    contenders = {
        "kajian": lambda: local_moran(values, W, permutations=999, rng=np.random.default_rng(1)),
        "esda, one job": lambda: esda.Moran_Local(values, lattice, **peer),
    }
    return title, "10 s", contenders, same


def small_areas(small):
    rng, m = np.random.default_rng(1), 80_000 // small
    X, variance = rng.normal(size=(m, 5)), rng.uniform(0.5, 2.0, m)
    direct = 10 + X @ [1.0, -0.5, 0.3, 0.0, 0.2] + rng.normal(0, np.sqrt(1 + variance))
    title = f"""Fay-Herriot: {m:,} areas, 6 coefficients; ours also looks for a second maximum and
averages intervals over 24 variances (samplics is not installed and left out)"""

    def same(ours, theirs):
        far = max(map(apart, theirs, (ours.area_variance, ours.estimate, ours.mse)))
        return f"variance between areas {ours.area_variance:.4f}, estimates, MSE within {far:.0e}"

    contenders = {
        "kajian": lambda: fay_herriot(direct, variance, X),
        "NumPy, Fisher scoring": lambda: scored_with_numpy(direct, variance, X),
    }
    return title, "5 s", contenders, same


def scored_with_numpy(y, d, X):
    """The textbook: Fisher scoring of the restricted likelihood, then EBLUP and g1 + g2 + 2 g3."""
    X = np.column_stack([np.ones(y.size), X])
    s2, step = float(np.median(d)), np.inf
    while True:
        w = 1 / (s2 + d)
        inverse = np.linalg.inv(X.T @ (w[:, None] * X))
        fitted = X @ (inverse @ (X.T @ (w * y)))
        if abs(step) <= 1e-10 * s2:
            break
        once, twice = (inverse @ (X.T @ ((w**power)[:, None] * X)) for power in (2, 3))
        score = (w * (y - fitted)) @ (w * (y - fitted)) - w.sum() + np.trace(once)
        step = score / (w @ w - 2 * np.trace(twice) + np.trace(once @ once))
        s2 += step
    gamma, leverage = s2 * w, ((X @ inverse) * X).sum(axis=1)
    mse = gamma * d + (1 - gamma) ** 2 * leverage + 4 * d**2 * w**3 / (w @ w)
    return s2, fitted + gamma * (y - fitted), mse


def inequality(small):
    rng, n = np.random.default_rng(1), 500_000 // small
    spending, weight = rng.lognormal(14, 0.7, n), rng.uniform(50, 150, n)

    def same(ours, _, theirs):
        return f"Gini {ours.estimate:.4f}, within {apart(theirs.g, ours.estimate):.0e}"

    contenders = {
        "kajian, with error": lambda: gini(spending),
        "kajian, with weights and error": lambda: gini(spending, weight),
        "inequality, neither": lambda: Gini(spending),
    }
    return f"Gini index: {n:,} persons", "none", contenders, same


CASES = {f.__name__: f for f in (multidimensional, composite, moran, small_areas, inequality)}

if __name__ == "__main__":
    main()
