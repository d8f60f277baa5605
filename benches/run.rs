//! Paths a second of three shapes of model, and of the draws and exponentials alone that two of them
//! cannot do without: `cargo bench`. Whole runs are timed from outside, see docs/performance.md.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use tradecast::engine::{Detail, Plan, Simulation};
use tradecast::model::Model;
use tradecast::numeric::elementary::exp_slice;
use tradecast::random::{Philox, PointSource, Variable};
use tradecast::scenario::Scenario;
use tradecast::threads::Threads;

const PATHS: u64 = 1 << 17;

fn model(path: &str) -> Model {
    let scenario = Scenario::read(path).expect("a valid scenario");
    Model::new(&scenario, 1)
}

fn bench(criterion: &mut Criterion) {
    let threads = Threads::new(None).expect("threads");
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
        let simulation = Simulation {
            models: &models,
            plan: &plan,
            detail,
            matched,
            threads: &threads,
            lanes: None,
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let outcome = simulation.run(0..PATHS, |_| ControlFlow::Continue(()));
                black_box(outcome.states[0].paths)
            });
        });
    }
    for (name, flows, steps) in [
        ("two flows, three years: draws and exponentials alone", 2, 3),
        ("twelve flows, forty quarters: draws and exponentials alone", 12, 40),
    ] {
        let variables: Vec<Variable> =
            (0..flows).map(|flow| Variable::new(1, &format!("flow.f{flow}.shock"))).collect();
        group.bench_function(name, |bencher| {
            bencher.iter(|| draw_and_exponentiate(&threads, &variables, steps));
        });
    }
    group.finish();
}

/// One normal and one exponential for each path, flow and step, shared among the threads as the
/// engine shares blocks: what no engine that draws these numbers can be faster than.
fn draw_and_exponentiate(threads: &Threads, variables: &[Variable], steps: u32) {
    const LANES: usize = 512;
    let next = AtomicU64::new(0);
    threads.broadcast(|_| {
        let mut row = [0.0; LANES];
        loop {
            let first = next.fetch_add(LANES as u64, Ordering::Relaxed);
            if first >= PATHS {
                return;
            }
            for step in 0..steps {
                for variable in variables {
                    Philox.normals(*variable, step, first, &mut row);
                    exp_slice(&mut row);
                    black_box(&row);
                }
            }
        }
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
