"""Cuts the panels that are shipped here from the whole ones, which README.md describes.

    python3 cut.py us_census_1985_2022.csv.gz --leave-out 4 us-census.csv.gz
    python3 cut.py us_census_monthly_1985_2023.csv.gz --keep 3 us-census-monthly.csv.gz

Partners are taken in alphabetical order: `--leave-out 4` leaves out every fourth, `--keep 3` keeps every third. The same
input gives the same bytes.
"""

import argparse
import csv
import gzip
import io
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("panel")
    parser.add_argument("out")
    rule = parser.add_mutually_exclusive_group(required=True)
    rule.add_argument("--leave-out", type=int)
    rule.add_argument("--keep", type=int)
    arguments = parser.parse_args()
    with gzip.open(arguments.panel, "rt", newline="") as file:
        header, *rows = list(csv.reader(file))
    partners = sorted({end for row in rows for end in row[:2]} - {"USA"})
    every = arguments.keep or arguments.leave_out
    chosen = {p for place, p in enumerate(partners) if (place % every == every - 1) == bool(arguments.keep)}
    kept = [row for row in rows if row[0] in chosen or row[1] in chosen]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *kept])
    with open(arguments.out, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as file:
            file.write(text.getvalue().encode())
    print(f"{len(chosen)} of {len(partners)} partners, {len(kept)} of {len(rows)} rows", file=sys.stderr)


if __name__ == "__main__":
    main()
