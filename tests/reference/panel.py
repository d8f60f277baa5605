"""What tests/shipped_panel.rs is held to: counts of the shipped yearly panel, made without tradecast.

    python3 panel.py ../../scenarios/panels/us-census.csv.gz > panel.csv

Definitions: docs/outside-view.md (windows of pairs' totals), docs/truth.md (cases of a backtest: an origin has at least 5
consecutive values above 0 up to it, and a value one, three or five years later). Python 3.11, standard library.
"""

import csv
import gzip
import sys
from collections import defaultdict

BASES = [0.5, 5.0, 50.0, 500.0, 5_000.0, 50_000.0, float("inf")]
HORIZONS = [1, 2, 3, 4, 5, 7, 10]
MULTIPLES = [1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 12.5, 15.0, 20.0, 30.0]

flows = defaultdict(dict)
with gzip.open(sys.argv[1], "rt", newline="") as file:
    for row in csv.DictReader(file):
        flows[row["exporter"], row["importer"]][int(row["year"])] = float(row["usd_million"])

out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["what", "from", "years", "count", "reached"])
out.writerow(["flows", "", "", len(flows), ""])
out.writerow(["zeros", "", "", sum(v == 0 for f in flows.values() for v in f.values()), ""])

totals = []
for (there, back), values in sorted(flows.items()):
    other = flows.get((back, there))
    if there < back and other is not None:
        totals.append({y: v + other[y] for y, v in values.items() if v > 0 and other.get(y, 0) > 0})
for low, high in zip(BASES, BASES[1:]):
    for years in HORIZONS:
        pairs = [
            (total[year + years], base)
            for total in totals
            for year, base in total.items()
            if low <= base < high and year + years in total
        ]
        reached = [sum(end >= multiple * base for end, base in pairs) for multiple in MULTIPLES]
        if pairs:
            out.writerow(["windows", low, years, len(pairs), " ".join(map(str, reached))])

# Cases of a backtest: flows, and totals where both directions are above 0.
for horizon in [1, 3, 5]:
    scored = zeros = 0
    for values in [*flows.values(), *totals]:
        for origin in values:
            run = all(values.get(origin - back, 0) > 0 for back in range(5))
            if run and any(origin + h in values for h in [1, 3, 5]) and origin + horizon in values:
                scored += values[origin + horizon] > 0
                zeros += values[origin + horizon] == 0
    out.writerow(["cases", "", horizon, scored, zeros])
