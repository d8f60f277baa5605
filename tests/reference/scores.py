"""Scores by the package scoringrules, for tests/forecast.rs.

    python3 -m venv venv
    venv/bin/pip install -r tests/reference/scores-requirements.txt
    venv/bin/python tests/reference/scores.py > tests/reference/scores.csv

Columns: the distribution, the observation, two or three parameters (location, scale, df; for an
ensemble its draws, joined by spaces, in the first), the CRPS, and the log of the density.
"""

import csv
import sys

import numpy as np
import scoringrules as sr
from scipy import stats

OBSERVATIONS = [-1000.0, -12.5, -1.0, -0.03, 0.0, 0.2, 1.7, 40.0]


def rows():
    for location, scale in [(0.0, 1.0), (0.2, 0.01), (-1.3, 0.4), (3.0, 25.0)]:
        for y in OBSERVATIONS:
            crps = sr.crps_normal(y, location, scale)
            log_density = stats.norm.logpdf(y, location, scale)
            yield "normal", y, location, scale, "", crps, log_density
    for df in [1.05, 1.8, 3.0, 4.3151033, 9.1, 40.0, 1000.0]:
        for location, scale in [(0.0, 1.0), (0.22, 0.53), (-0.7, 0.05)]:
            for y in OBSERVATIONS[:: 2 if scale == 0.05 else 1]:
                crps = sr.crps_t(y, df, location, scale)
                log_density = stats.t.logpdf(y, df, location, scale)
                yield "student", y, location, scale, df, crps, log_density
    for location, scale in [(0.0, 1.0), (2.7, 0.5), (-3.0, 2.0), (1.0, 0.05)]:
        for y in [1e-9, 0.04, 1.0, 2.9, 17.0, 800.0]:
            yield "lognormal", y, location, scale, "", sr.crps_lognormal(y, location, scale), ""
    generator = np.random.default_rng(4)
    for count in [2, 3, 5, 17]:
        for spread in [0.01, 1.0]:
            draws = np.round(generator.standard_t(3, count) * spread, 4)
            for y in [-3.0, 0.01, 5.5]:
                crps = sr.crps_ensemble(y, draws, estimator="fair")
                yield "ensemble", y, " ".join(map(repr, draws.tolist())), "", "", crps, ""


def main():
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["distribution", "y", "location", "scale", "df", "crps", "log_density"])
    for row in rows():
        table.writerow([float(cell) if isinstance(cell, np.generic) else cell for cell in row])


if __name__ == "__main__":
    main()
