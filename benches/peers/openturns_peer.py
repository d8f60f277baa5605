"""The third case of the rare events in OpenTURNS: two flows of 8, median 8 %, volatility 30 %,
correlation 0.3, P(total of the third year >= 200) = 8.16899392e-08.

Over three years the log levels are Gaussian, so two variables are enough (tradecast draws all six):
the most favourable form for OpenTURNS, with its compiled SymbolicFunction. Each method is given
what it needs for a coefficient of variation (cov) of 1 %:
`SubsetSampling`, `NAIS`: the size of a level grows by the cov that smaller runs reported until a run
reports 1 %; only that last run is timed, the search for its size is free.
`FORM + importance sampling`: Gaussian around the design point, stops by itself at 1 %.
"""

import math
import time

import openturns as ot

TRUTH = 8.16899392e-08
COV = 0.01
BASE, MEDIAN, VOLATILITY, CORRELATION, YEARS, TARGET = 8, 0.08, 0.30, 0.3, 3, 200


def event():
    mean = math.log(BASE) + YEARS * math.log1p(MEDIAN)
    deviation = VOLATILITY * math.sqrt(YEARS)
    correlation = ot.CorrelationMatrix(2)
    correlation[0, 1] = CORRELATION
    levels = ot.Normal([mean] * 2, [deviation] * 2, correlation)
    total = ot.SymbolicFunction(["a", "b"], ["exp(a) + exp(b)"])
    output = ot.CompositeRandomVector(total, ot.RandomVector(levels))
    return ot.ThresholdEvent(output, ot.GreaterOrEqual(), TARGET)


def report(name, seconds, result, evaluations):
    probability, cov = result.getProbabilityEstimate(), result.getCoefficientOfVariation()
    return {
        "name": name,
        "seconds": seconds,
        "probability": probability,
        "cov": cov,
        "evaluations": evaluations,
        "error": probability / TRUTH - 1,
        "converged": 0 < cov <= 1.05 * COV and abs(probability / TRUTH - 1) < 5 * COV,
    }


def sized(name, make, size, power, cap, seed):
    """Enlarges the levels until the method reports a cov of 1 %, or a run would pass the cap: these
    methods stop by neither. A run takes time in proportion to size ** power."""
    block = 1000
    while True:
        ot.RandomGenerator.SetSeed(seed)
        algorithm = make(event())
        algorithm.setBlockSize(block)
        algorithm.setMaximumOuterSampling(size // block)
        started = time.perf_counter()
        algorithm.run()
        seconds = time.perf_counter() - started
        result = algorithm.getResult()
        cov = result.getCoefficientOfVariation()
        factor = 1.05 * (cov / COV) ** 2 if 0 < cov < 1 else 10
        factor = min(10, max(1.1, factor))
        if 0 < cov <= COV or seconds * factor**power > cap:
            evaluations = result.getOuterSampling() * block
            return report(name, seconds, result, evaluations)
        size = math.ceil(size * factor / block) * block


def subset(cap, seed):
    return sized("SubsetSampling", ot.SubsetSampling, 20_000, 1, cap, seed)


def nais(cap, seed):
    # a kernel density over the whole sample, evaluated over the whole sample
    return sized("NAIS", ot.NAIS, 2_000, 2, cap, seed)


def form(name, shares, cap, seed):
    """Starts the search for the design point where the flows have these shares of the target. There
    are two, mirror images; from equal flows FORM stops at the saddle between them, by symmetry."""
    ot.RandomGenerator.SetSeed(seed)
    started = time.perf_counter()
    failure = event()
    solver = ot.AbdoRackwitz()
    solver.setStartingPoint([math.log(share * TARGET) for share in shares])
    analysis = ot.FORM(solver, failure)
    analysis.run()
    algorithm = ot.PostAnalyticalImportanceSampling(analysis.getResult())
    algorithm.setBlockSize(10_000)
    algorithm.setMaximumOuterSampling(10**9)
    algorithm.setMaximumCoefficientOfVariation(COV)
    algorithm.setMaximumTimeDuration(cap)
    algorithm.run()
    seconds = time.perf_counter() - started
    result = algorithm.getResult()
    evaluations = result.getOuterSampling() * result.getBlockSize()
    return report(f"FORM + importance sampling, {name}", seconds, result, evaluations)


def form_equal(cap, seed):
    return form("from equal flows", (0.5, 0.5), cap, seed)


def form_unequal(cap, seed):
    return form("from unequal flows", (0.8, 0.2), cap, seed)


METHODS = (subset, nais, form_equal, form_unequal)
