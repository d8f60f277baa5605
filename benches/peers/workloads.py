"""The models of ../two-flows.toml (W1) and ../twelve-flows.toml (W2), as arrays.

Reads the scenario files with the standard library, so the constants cannot drift apart. Only what
the two files use is understood: Gaussian random walks with yearly medians and volatilities,
baselines of a year, pairwise correlations, one target.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BENCHES = Path(__file__).resolve().parent.parent

# Quantile sketch: the top bits of a double, 512 buckets an octave, as tradecast has it. 16 octaves
# from 1 hold every total of both workloads (tradecast's own sketch has no such limits).
SHIFT = 52 - 9
BASE = 1023 << 9
BUCKETS = 16 * 512
PROBABILITIES = np.array([0.05, 0.25, 0.50, 0.75, 0.95])


@dataclass(frozen=True)
class Workload:
    name: str
    file: Path
    paths: int
    flows: int
    steps: int
    labels: tuple  # of the steps, as in fan.csv
    weights: np.ndarray  # [step, flow]: median of the flow in that step
    noise: np.ndarray  # [flow, flow]: lower triangular, volatility × Cholesky factor, per √year
    variance: np.ndarray  # [step]: years of variance that the step adds
    correlated: bool
    target: float
    last: int  # the target period is the last so many steps

    @property
    def flow_steps(self):
        return self.paths * self.flows * self.steps


def percent(text):
    return float(text.rstrip("%")) / 100


def load(name, file, paths):
    scenario = tomllib.loads((BENCHES / file).read_text())
    flows, (target,) = scenario["flow"], scenario["target"]
    per_year = {"year": 1, "quarter": 4}[scenario.get("calendar", {}).get("step", "year")]
    first = int(flows[0]["baseline"]["period"]) + 1
    steps = (int(target["in"]) - first + 1) * per_year

    # DESIGN.md, section 4: from the midpoint of the baseline year to that of the first step, then
    # step by step; the first step's variance has a correction when a year precedes quarters.
    delta = np.full(steps, 1 / per_year)
    delta[0] = 0.5 + 0.5 / per_year
    variance = delta.copy()
    variance[0] += (1 - per_year**-2) / 6

    walks = [flow["growth"]["random_walk"] for flow in flows]
    drift = np.log1p([percent(walk["median"]) for walk in walks])
    base = np.array([float(flow["baseline"]["value"]) for flow in flows])
    weights = base * np.exp(np.cumsum(delta)[:, None] * drift) / per_year

    index = {flow["name"]: i for i, flow in enumerate(flows)}
    correlation = np.eye(len(flows))
    for entry in scenario.get("correlation", []):
        i, j = (index[flow] for flow in entry["between"])
        correlation[i, j] = correlation[j, i] = entry["value"]
    volatility = np.array([percent(walk["volatility"]) for walk in walks])

    years = [str(first + step // per_year) for step in range(steps)]
    labels = years
    if per_year == 4:
        labels = [f"{year}-Q{step % 4 + 1}" for step, year in enumerate(years)]
    return Workload(
        name=name,
        file=BENCHES / file,
        paths=paths,
        flows=len(flows),
        steps=steps,
        labels=tuple(labels),
        weights=weights,
        noise=volatility[:, None] * np.linalg.cholesky(correlation),
        variance=variance,
        correlated="correlation" in scenario,
        target=float(target["at_least"]),
        last=per_year,
    )


def w1():
    return load("W1", "two-flows.toml", 10_000_000)


def w2():
    return load("W2", "twelve-flows.toml", 200_000)


@dataclass(frozen=True)
class Result:
    hits: int
    paths: int
    quantiles: np.ndarray  # [step, probability]


def quantiles_of(counts):
    """Quantiles from sketch counts [step, bucket], linear within a bucket."""
    edges = (np.arange(BASE, BASE + BUCKETS + 1, dtype=np.int64) << SHIFT).view(np.float64)
    rows = []
    for row in counts:
        below = np.concatenate(([0], np.cumsum(row)))
        rank = PROBABILITIES * below[-1]
        bucket = np.searchsorted(below, rank, side="right") - 1
        inside = (rank - below[bucket]) / row[bucket]
        rows.append(edges[bucket] + inside * (edges[bucket + 1] - edges[bucket]))
    return np.array(rows)
