# Recipes for working on tradecast. `just check` is what `.ci/run` starts with.

# formatting, lints, docs, tests
check: fmt clippy doc test

fmt:
    cargo fmt --check

clippy:
    cargo clippy --release --all-targets --features calibrate -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --release --features calibrate

test:
    cargo test --release --features calibrate

# the results that the README shows; a changed byte is a changed result
gallery:
    .ci/gallery

# the backtests in the gallery and in docs/truth.md, from a folder of panels (docs/truth.md names them)
backtests panels:
    cargo run --release -- backtest {{panels}}/agtpa_manuf_1986_2006.csv.gz --out output/gallery/backtest/agtpa_manuf_1986_2006
    cargo run --release -- backtest {{panels}}/us_census_1985_2022.csv.gz --out output/gallery/backtest/us_census_1985_2022
    UPDATE_DOCS=1 cargo test --release --test tests -- truth

# the key reference in docs/scenario.md, from the schema
docs:
    UPDATE_DOCS=1 cargo test --release --test tests -- schema_keys readme

# reports as readers see them: light, dark, on a phone, printed, from right to left; needs Node, Chromium and its fonts
browser:
    cargo build --release
    tests/browser/run target/browser

# how long a run takes, and how much memory
bench:
    cargo bench

# do the intervals of rare events hold? over 2,000 and 500 seeds, as docs/method.md says
coverage:
    TRADECAST_SEEDS=2000 cargo test --release --test tests coverage -- --nocapture --test-threads=1

# what evenly spread paths save, scenario by scenario
efficiency:
    cargo build --release
    python3 benches/efficiency.py

# the same workloads in numpy, numba and OpenTURNS, in turn on this machine
bench-peers *options:
    cargo build --release
    cargo build --release --features at-most-avx2 --target-dir target/avx2
    python3 -m venv target/peers
    target/peers/bin/pip install --quiet -r benches/peers/requirements.txt
    target/peers/bin/python benches/peers/run.py --avx2-binary target/avx2/release/tradecast --into docs/performance.md {{options}}
