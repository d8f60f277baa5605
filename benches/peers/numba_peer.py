"""W1 and W2 in numba: parallel=True, fastmath=True, one range of paths a thread, nothing allocated in
the loop. Quantiles from the same sketch counts as tradecast.

Two ways to the normal draws:
`library`: numba's own np.random.standard_normal, a generator a thread (Mersenne Twister);
`ziggurat`: xoshiro256++ and a ziggurat of 256 layers, written here.
(Box-Muller over lanes was slower than both: the wheels on PyPI have llvmlite without SVML, so log,
sin, cos and exp are scalar calls.)
"""

import math

import numba
import numpy as np
from numba import njit, prange

from workloads import BASE, BUCKETS, SHIFT, Result, quantiles_of

LANES = 128  # paths a block: its levels and draws of twelve flows are 24 KB
ONE, SEVEN, EIGHT, ELEVEN = np.uint64(1), np.uint64(7), np.uint64(8), np.uint64(11)
BYTE, MANTISSA = np.uint64(0xFF), np.uint64((1 << 53) - 1)
UNIT = 2.0**-53
LIBRARY, ZIGGURAT = 0, 1


def ziggurat_tables(layers=256, r=3.6541528853610088, area=0.00492867323399):
    """Marsaglia and Tsang 2000: right edges x of the layers, densities f there (x[0] is the base)."""
    x = np.zeros(layers + 1)
    x[0], x[1] = area * math.exp(r * r / 2), r
    for i in range(2, layers):
        x[i] = math.sqrt(-2 * math.log(area / x[i - 1] + math.exp(-x[i - 1] ** 2 / 2)))
    return x, np.exp(-x * x / 2)


EDGE, DENSITY = ziggurat_tables()
WIDTH = EDGE[:-1] * UNIT  # a draw of 53 bits to a place in the layer
INSIDE = (EDGE[1:] / EDGE[:-1] * 2.0**53).astype(np.uint64)  # below it the place is under the curve
TAIL = EDGE[1]


@njit(inline="always")
def rotate(x, left):
    return (x << np.uint64(left)) | (x >> np.uint64(64 - left))


@njit(inline="always")
def advance(a, b, c, d):
    """xoshiro256++ (Blackman and Vigna 2019)."""
    out = rotate(a + d, 23) + a
    t = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    return out, a, b, c, rotate(d, 45)


@njit(fastmath=True)
def fill_ziggurat(state, draws):
    a, b, c, d = state[0], state[1], state[2], state[3]
    for flow in range(draws.shape[0]):
        for lane in range(draws.shape[1]):
            while True:
                bits, a, b, c, d = advance(a, b, c, d)
                layer = np.int64(bits & BYTE)
                place = bits >> ELEVEN
                x = np.float64(np.int64(place)) * WIDTH[layer]
                if place < INSIDE[layer]:
                    break
                if layer == 0:
                    while True:
                        u, a, b, c, d = advance(a, b, c, d)
                        v, a, b, c, d = advance(a, b, c, d)
                        x = -math.log(np.float64(np.int64((u >> ELEVEN) + ONE)) * UNIT) / TAIL
                        y = -math.log(np.float64(np.int64((v >> ELEVEN) + ONE)) * UNIT)
                        if y + y > x * x:
                            break
                    x += TAIL
                    break
                u, a, b, c, d = advance(a, b, c, d)
                height = np.float64(np.int64(u >> ELEVEN)) * UNIT
                low, high = DENSITY[layer], DENSITY[layer + 1]
                if low + height * (high - low) < math.exp(-0.5 * x * x):
                    break
            # bit 8: neither in the layer (0 to 7) nor in the place (11 to 63)
            draws[flow, lane] = x if (bits >> EIGHT) & ONE else -x
    state[0], state[1], state[2], state[3] = a, b, c, d


@njit(fastmath=True)
def fill_library(draws):
    for flow in range(draws.shape[0]):
        for lane in range(draws.shape[1]):
            draws[flow, lane] = np.random.standard_normal()


@njit(parallel=True, fastmath=True)
def simulate(kind, seeds, paths, weights, noise, scales, correlated, last, target):
    threads = seeds.shape[0]
    steps, flows = weights.shape
    counts = np.zeros((threads, steps, BUCKETS), dtype=np.int64)
    hits = np.zeros(threads, dtype=np.int64)
    outside = np.zeros(threads, dtype=np.int64)
    share = (paths + threads - 1) // threads
    for thread in prange(threads):
        state = seeds[thread].copy()
        if kind == LIBRARY:
            np.random.seed(np.uint32(state[0] & np.uint64(0xFFFFFFFF)))
        draws = np.empty((flows, LANES))
        level = np.empty((flows, LANES))
        total = np.empty(LANES)
        period = np.empty(LANES)
        bits = total.view(np.int64)
        count = counts[thread]
        reached, strayed = 0, 0
        end = min(paths, (thread + 1) * share)
        for first in range(thread * share, end, LANES):
            lanes = min(LANES, end - first)
            level[:] = 0.0
            period[:] = 0.0
            for step in range(steps):
                if kind == ZIGGURAT:
                    fill_ziggurat(state, draws)
                else:
                    fill_library(draws)
                scale = scales[step]
                total[:] = 0.0
                for flow in range(flows):
                    if correlated:
                        for other in range(flow + 1):
                            factor = scale * noise[flow, other]
                            for lane in range(LANES):
                                level[flow, lane] += factor * draws[other, lane]
                    else:
                        factor = scale * noise[flow, flow]
                        for lane in range(LANES):
                            level[flow, lane] += factor * draws[flow, lane]
                    weight = weights[step, flow]
                    for lane in range(LANES):
                        total[lane] += weight * math.exp(level[flow, lane])
                for lane in range(lanes):
                    bucket = (bits[lane] >> SHIFT) - BASE
                    if 0 <= bucket < BUCKETS:
                        count[step, bucket] += 1
                    else:
                        strayed += 1
                if step >= steps - last:
                    for lane in range(LANES):
                        period[lane] += total[lane]
            for lane in range(lanes):
                reached += period[lane] >= target
        hits[thread] = reached
        outside[thread] = strayed
    return hits.sum(), outside.sum(), counts.sum(axis=0)


def run(kind, work, seed, paths=None):
    paths = paths or work.paths
    seeds = np.random.SFC64(seed).random_raw(numba.get_num_threads() * 4)
    seeds = seeds.reshape(-1, 4)
    scales = np.sqrt(work.variance)
    model = work.weights, work.noise, scales, work.correlated, work.last, work.target
    hits, outside, counts = simulate(kind, seeds, paths, *model)
    if outside:
        raise ValueError("totals outside the sketch")
    return Result(int(hits), paths, quantiles_of(counts))


def warm_up(work):
    """Compiles; the same machine code serves every workload and kind."""
    run(ZIGGURAT, work, 0, paths=10_000)


def ziggurat(work, seed):
    return run(ZIGGURAT, work, seed)


def library(work, seed):
    return run(LIBRARY, work, seed)
