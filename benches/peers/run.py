"""tradecast against numpy, numba and OpenTURNS on the same machine, in turn. See README.md.

Prints Markdown; what it is doing goes to standard error.
"""

import argparse
import contextlib
import csv
import importlib.metadata
import io
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Before numpy loads: one thread a process for the 12×12 products, the processes are the parallelism.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Peers' idle threads must not spin while another contestant runs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numba
import numpy as np

import numba_peer
import numpy_peer
import plain_peer
import workloads

ROOT = Path(__file__).resolve().parents[2]
# Where a document wants the tables.
MARKS = ("<!-- peers -->", "<!-- end of peers -->")
OURS, OURS_AVX2 = "tradecast", "tradecast, AVX2"
QUANTILES = ("q05", "q25", "q50", "q75", "q95")

# What a run of the rare event is asked for: the half-width of a 95 % interval at a standard error of
# 1 %.
RARE = ["--precision", "1.96%"]
RARE_SCENARIO = """
title = "Two correlated flows, three years"
[[target]]
name = "t"
at_least = 200
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 8 }
growth.random_walk = { median = "8%", volatility = "30%" }
[[flow]]
name = "g"
from = "B"
to = "A"
baseline = { period = "2025", value = 8 }
growth.random_walk = { median = "8%", volatility = "30%" }
[[correlation]]
between = ["f", "g"]
value = 0.3
"""


def log(*words):
    print(*words, file=sys.stderr, flush=True)


def clock(function, *arguments):
    started = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - started, result


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def tradecast(binary, work, seed, out):
    """The whole process, from start to exit, files included."""
    command = [binary, "run", work.file, "--paths", str(work.paths), "--seed", str(seed)]
    # Plain paths, as the peers': the default would also look for rare events.
    command += ["--method", "monte-carlo", "--no-charts", "--quiet", "--out", out]
    return clock(lambda: subprocess.run(command, check=True))[0]


def read(work, out):
    """(P, quantiles [step, probability], their relative standard errors) of a run of tradecast."""
    folder = Path(out) / work.file.stem
    (row,) = (
        row
        for row in rows(folder / "probability.csv")
        if row["criterion"] == "in" and row["period"] == work.labels[-1][:4]
    )
    fan = {row["period"]: row for row in rows(folder / "fan.csv") if row["series"] == "total"}
    fan = [fan[label] for label in work.labels]
    quantiles = np.array([[float(row[q]) for q in QUANTILES] for row in fan])
    errors = np.zeros_like(quantiles)
    for i, q in enumerate(QUANTILES):
        if f"{q}_lower" in fan[0]:
            width = [float(row[f"{q}_upper"]) - float(row[f"{q}_lower"]) for row in fan]
            errors[:, i] = width / quantiles[:, i] / (2 * 1.96)
    return float(row["probability"]), quantiles, errors


def assert_agreement(work, name, ours, peer):
    """Equal work gives equal answers: P within 5 standard errors; quantiles of every step within 1 %,
    or 5 standard errors where the tails of few paths are noisier than that."""
    probability, quantiles, errors = ours
    p = peer.hits / peer.paths
    mean = ((p + probability) * peer.paths + 2) / (2 * peer.paths + 4)
    error = math.sqrt(2 * mean * (1 - mean) / peer.paths)
    score = abs(p - probability) / error
    worst = np.abs(peer.quantiles / quantiles - 1)
    log(f"  {work.name} {name}: P off by {score:.1f} standard errors, quantiles by up to {worst.max():.2%}")
    if score > 5:
        sys.exit(f"{work.name}: P is {probability} here, {p} in {name}: not equal work")
    if (worst > np.maximum(0.01, 5 * math.sqrt(2) * errors)).any():
        sys.exit(f"{work.name}: quantiles of {name} differ by up to {worst.max():.2%}: not equal work")


def machine():
    flags, model = set(), platform.processor()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                model = value.strip()
            if key.strip() in ("flags", "Features"):
                flags = set(value.split())
    except OSError:
        pass
    known = [flag for flag in ("avx2", "fma", "avx512f", "avx512dq", "asimd") if flag in flags]
    versions = ["Python " + platform.python_version()]
    for package in ("numpy", "numba", "openturns"):
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load average {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{model}, {cores} cores, {' '.join(known)}{load}; {', '.join(versions)}."


def number(value):
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def throughput(options, out):
    binaries = {OURS: options.binary}
    if options.avx2_binary:
        binaries[OURS_AVX2] = options.avx2_binary
    cores = numba.get_num_threads()
    pool = numpy_peer.Pool(cores)
    peers = {
        "numpy, as one would write it": plain_peer.with_numpy,
        "numba, as one would write it": plain_peer.with_numba,
        "numpy, np.quantile": numpy_peer.exact,
        "numpy, sketch": numpy_peer.sketch,
        f"numpy, sketch, {cores} processes": pool.sketch,
        "numba, np.random": numba_peer.library,
        "numba, own ziggurat": numba_peer.ziggurat,
    }
    works = (workloads.w1(), workloads.w2())
    log("compiling and warming up")
    numba_peer.warm_up(works[0])
    plain_peer.warm_up(works[0])
    for work in works:
        pool.warm_up(work)

    speeds = {}
    for repeat in range(1, options.repeats + 1):
        for work in works:
            log(f"repeat {repeat} of {options.repeats}, {work.name}")
            for name, binary in binaries.items():
                seconds = tradecast(binary, work, repeat, out)
                speeds.setdefault((work.name, name), []).append(work.flow_steps / seconds / 1e6)
            ours = read(work, out)
            for name, peer in peers.items():
                seconds, result = clock(peer, work, 1000 + repeat)
                speeds.setdefault((work.name, name), []).append(work.flow_steps / seconds / 1e6)
                assert_agreement(work, name, ours, result)
    pool.close()

    heads = [f"{name} is × faster" for name in binaries]
    print(f"| workload | | million flow-steps a second | {' | '.join(heads)} |")
    print(f"|---|---|{'---:|' * (1 + len(heads))}")
    for work in works:
        for name in (*binaries, *peers):
            mine = speeds[work.name, name]
            cells = [number(statistics.median(mine))]
            for binary in binaries:
                pairs = [a / b for a, b in zip(speeds[work.name, binary], mine)]
                cells.append("" if name in binaries else f"{statistics.median(pairs):.1f}")
            print(f"| {work.name} | {name} | {' | '.join(cells)} |")


def rare_ours(binary, repeat, out):
    scenario = Path(out) / "rare.toml"
    scenario.write_text(RARE_SCENARIO)
    command = [binary, "run", scenario, *RARE, "--seed", str(repeat), "--no-charts", "--quiet", "--out", out]
    seconds, _ = clock(lambda: subprocess.run(command, check=True))
    (row,) = (
        row
        for row in rows(Path(out) / "rare" / "probability.csv")
        if row["criterion"] == "in" and row["period"] == "2028"
    )
    probability, error = float(row["probability"]), float(row["standard_error"])
    return seconds, probability, error / probability if probability else math.inf


def rare(options, out):
    import openturns_peer as peer

    lines, ours = [], []
    for repeat in range(1, options.repeats + 1):
        ours.append(rare_ours(options.binary, repeat, out))
        log(f"tradecast: {ours[-1]}")
    seconds = statistics.median(seconds for seconds, _, _ in ours)
    _, probability, cov = ours[-1]
    ok = all(cov <= 0.0105 and abs(p / peer.TRUTH - 1) < 5 * cov for _, p, cov in ours)
    lines.append((OURS, seconds, probability, cov, ok, ""))
    for method in peer.METHODS:
        log(f"OpenTURNS: {method.__name__}")
        result = method(options.cap, 1)
        seconds, probability = result["seconds"], result["probability"]
        ratio = f"{seconds / lines[0][1]:.0f}"
        lines.append((result["name"], seconds, probability, result["cov"], result["converged"], ratio))

    heads = "seconds to 1 % | estimate | its own standard error | tradecast is × faster"
    print(f"\n| P = {peer.TRUTH} | {heads} |")
    print("|---|---:|---:|---:|---:|")
    for name, seconds, probability, cov, converged, ratio in lines:
        shown = f"{seconds:.3g}"
        if not converged:
            shown, ratio = f"not converged (last run {seconds:.3g})", ratio and f"over {ratio}"
        print(f"| {name} | {shown} | {probability:.4g} | {cov:.2%} | {ratio} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--binary", default=ROOT / "target/release/tradecast")
    parser.add_argument("--avx2-binary", metavar="PATH", help="a binary, or script, held to AVX2")
    parser.add_argument("--cap", type=float, default=60, help="seconds a rare event method may take (default 60)")
    parser.add_argument("--skip", action="append", default=[], choices=("openturns", "throughput"))
    parser.add_argument("--into", metavar="FILE", type=Path, help="write the tables between the marks of a document")
    options = parser.parse_args()
    if options.repeats < 1:
        parser.error("--repeats is at least 1")
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(printed):
        print(machine(), f"Medians of {options.repeats} interleaved repeats.\n")
        if "throughput" not in options.skip:
            throughput(options, out)
        if "openturns" not in options.skip:
            rare(options, out)
    print(printed.getvalue())
    if options.into:
        before, _, rest = options.into.read_text().partition(MARKS[0])
        _, _, after = rest.partition(MARKS[1])
        options.into.write_text(f"{before}{MARKS[0]}\n{printed.getvalue()}{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
