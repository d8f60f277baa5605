"""W1 and W2 as one would write them: the model's formulas, all totals stored, np.quantile at the end.
The other peers are these with every trick that we could find."""

import math

import numpy as np
from numba import get_num_threads, njit, prange

from workloads import PROBABILITIES, Result

CHUNK = 100_000


def result(work, totals):
    hits = np.count_nonzero(totals[:, -work.last :].sum(axis=1) >= work.target)
    return Result(hits, work.paths, np.quantile(totals, PROBABILITIES, axis=0).T)


def with_numpy(work, seed):
    rng = np.random.Generator(np.random.SFC64(seed))
    totals = np.empty((work.paths, work.steps))
    scales = np.sqrt(work.variance)[:, None]
    for first in range(0, work.paths, CHUNK):
        paths = min(CHUNK, work.paths - first)
        draws = rng.standard_normal((paths, work.steps, work.flows))
        shocks = scales * (draws @ work.noise.T)
        flows = work.weights * np.exp(np.cumsum(shocks, axis=1))
        totals[first : first + paths] = flows.sum(axis=2)
    return result(work, totals)


@njit(parallel=True, fastmath=True)
def simulate(paths, weights, noise, scales):
    steps, flows = weights.shape
    totals = np.empty((paths, steps))
    for path in prange(paths):
        level = np.zeros(flows)
        draws = np.empty(flows)
        for step in range(steps):
            for flow in range(flows):
                draws[flow] = np.random.standard_normal()
            total = 0.0
            for flow in range(flows):
                shock = 0.0
                for other in range(flow + 1):
                    shock += noise[flow, other] * draws[other]
                level[flow] += scales[step] * shock
                total += weights[step, flow] * math.exp(level[flow])
            totals[path, step] = total
    return totals


@njit(parallel=True)
def seed_all(seed, threads):
    for thread in prange(threads):
        np.random.seed(seed + thread)


def with_numba(work, seed):
    seed_all(seed, get_num_threads())
    return result(work, simulate(work.paths, work.weights, work.noise, np.sqrt(work.variance)))


def warm_up(work):
    """Compiles."""
    simulate(1000, work.weights, work.noise, np.sqrt(work.variance))
