"""Evenly spread paths against plain ones, for every shipped scenario: variance, time, and both.

Standard library only: python3 benches/efficiency.py [BINARY]. Prints the table of docs/method.md.
"""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/tradecast"
PATHS = 1 << 20
SEEDS = (1, 2, 3)


def run(file, method, seed, out):
    """(processor seconds, P, its standard error) of a run on one thread."""
    before = os.times().children_user
    command = [BINARY, "run", file, "--method", method, "--paths", PATHS, "--seed", seed]
    command += ["--threads", 1, "--no-charts", "--quiet", "--out", out]
    subprocess.run([str(word) for word in command], check=True)
    seconds = os.times().children_user - before
    with open(Path(out) / file.stem / "probability.csv", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["criterion"] == "in"]
    return seconds, float(rows[-1]["probability"]), float(rows[-1]["standard_error"])


def mean(values):
    return sum(values) / len(values)


print("| scenario | P | variance, plain ÷ spread | time, spread ÷ plain | efficiency |")
print("|---|---:|---:|---:|---:|")
with tempfile.TemporaryDirectory() as out:
    for file in sorted((ROOT / "scenarios").glob("*/*.toml")):
        runs = {}
        for seed in SEEDS:
            for method in ("monte-carlo", "quasi-monte-carlo"):
                runs.setdefault(method, []).append(run(file, method, seed, out))
        plain, spread = runs["monte-carlo"], runs["quasi-monte-carlo"]
        variance = mean([error**2 for _, _, error in plain]) / mean([error**2 for _, _, error in spread])
        time = mean([seconds for seconds, _, _ in spread]) / mean([seconds for seconds, _, _ in plain])
        p = mean([probability for _, probability, _ in spread])
        print(f"| {file.stem} | {p:.2%} | {variance:.1f} | {time:.1f} | {variance / time:.1f} |")
