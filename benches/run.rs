//! Paths a second of three shapes of model: `cargo bench`. Whole runs are timed from outside, see
//! docs/performance.md.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use tradecast::engine::{Detail, Plan, Simulation};
use tradecast::model::Model;
use tradecast::scenario::Scenario;

const PATHS: u64 = 1 << 17;

fn model(path: &str) -> Model {
    let (_, scenario) = Scenario::read(Path::new(path), &[]).expect("a valid scenario");
    Model::new(&scenario, 1)
}

fn bench(criterion: &mut Criterion) {
    let pool = rayon::ThreadPoolBuilder::new().build().expect("threads");
    let mut group = criterion.benchmark_group("paths");
    group.throughput(Throughput::Elements(PATHS)).sample_size(10);
    for (name, path) in [
        ("two flows, three years", "benches/two-flows.toml"),
        ("twelve flows, forty quarters", "benches/twelve-flows.toml"),
        ("full implementation", "scenarios/pakistan-kyrgyzstan/full-implementation.toml"),
    ] {
        let models = [model(path)];
        let (detail, matched) = (Detail::Attainment, &[][..]);
        let plan = Plan::plain();
        let simulation =
            Simulation { models: &models, plan: &plan, detail, matched, pool: &pool, lanes: None };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let outcome = simulation.run(PATHS, |_| ControlFlow::Continue(()));
                black_box(outcome.states[0].paths)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
