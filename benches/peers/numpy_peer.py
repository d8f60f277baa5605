"""W1 and W2 in numpy: chunks that stay in L2, SFC64 (numpy's fastest bit generator), no temporaries.

Two ways to the quantiles, the caller takes the faster: `exact` stores every total and partitions,
`sketch` counts the top bits of each total with bincount. `Pool` runs `sketch` on several processes
that were started before.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from workloads import BASE, BUCKETS, PROBABILITIES, SHIFT, Result, quantiles_of

CHUNK = 1 << 14  # draws: three such arrays of doubles are 384 KB


def totals(work, paths, seed):
    """Yields chunks, step by step: (first path, step, totals, totals of the target period)."""
    rng = np.random.Generator(np.random.SFC64(seed))
    size = CHUNK // work.flows
    scales = np.sqrt(work.variance)
    shape = (work.flows, size)
    buffers = [np.empty(shape), np.empty(shape), np.empty(shape)]
    volatility = np.ascontiguousarray(np.diag(work.noise))[:, None]
    factors = [scale * (work.noise if work.correlated else volatility) for scale in scales]
    total, period = np.empty(size), np.empty(size)
    for first in range(0, paths, size):
        lanes = min(size, paths - first)
        if lanes < size:
            buffers = [np.empty((work.flows, lanes)) for _ in buffers]
            total, period = np.empty(lanes), np.empty(lanes)
        draws, level, flow = buffers
        level.fill(0)
        period.fill(0)
        for step in range(work.steps):
            rng.standard_normal(out=draws)
            if work.correlated:
                np.matmul(factors[step], draws, out=flow)
                level += flow
            else:
                draws *= factors[step]
                level += draws
            np.exp(level, out=flow)
            np.matmul(work.weights[step], flow, out=total)
            if step >= work.steps - work.last:
                period += total
            yield first, step, total, period


def sketch_counts(work, paths, seed):
    counts = np.zeros((work.steps, BUCKETS), dtype=np.int64)
    hits = 0
    for _, step, total, period in totals(work, paths, seed):
        bucket = total.view(np.int64) >> SHIFT
        bucket -= BASE
        count = np.bincount(bucket)  # raises below the lowest bucket, the next line above the highest
        counts[step, : count.size] += count
        if step == work.steps - 1:
            hits += np.count_nonzero(period >= work.target)
    return hits, counts


def sketch(work, seed):
    hits, counts = sketch_counts(work, work.paths, seed)
    return Result(hits, work.paths, quantiles_of(counts))


def exact(work, seed):
    stored = np.empty((work.steps, work.paths))
    hits = 0
    for first, step, total, period in totals(work, work.paths, seed):
        stored[step, first : first + total.size] = total
        if step == work.steps - 1:
            hits += np.count_nonzero(period >= work.target)
    quantiles = [np.quantile(row, PROBABILITIES, overwrite_input=True) for row in stored]
    return Result(hits, work.paths, np.array(quantiles))


class Pool:
    """`sketch` on so many processes, started and warm before the clock runs."""

    def __init__(self, processes):
        self.processes = processes
        context = multiprocessing.get_context("spawn")
        self.executor = ProcessPoolExecutor(processes, mp_context=context)

    def sketch(self, work, seed):
        share = -(-work.paths // self.processes)
        seeds = np.random.SeedSequence(seed).spawn(self.processes)
        parts = [
            self.executor.submit(sketch_counts, work, min(share, work.paths - i * share), seeds[i])
            for i in range(self.processes)
        ]
        parts = [part.result() for part in parts]
        counts = sum(counts for _, counts in parts)
        return Result(sum(hits for hits, _ in parts), work.paths, quantiles_of(counts))

    def warm_up(self, work):
        """Starts every process: more tasks than one of them would take before all are there."""
        tasks = 4 * self.processes
        list(self.executor.map(sketch_counts, [work] * tasks, [50_000] * tasks, range(tasks)))

    def close(self):
        self.executor.shutdown()
