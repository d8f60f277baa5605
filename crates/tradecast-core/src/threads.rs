//! The threads that work is shared among: a pool of them, or the caller's own.
//!
//! Results come back in the order of the work, so no result depends on the number of threads.
//! Without the feature `parallel` there is only the caller's own thread, and no rayon.

#[cfg(feature = "parallel")]
use rayon::prelude::*;
use std::ops::ControlFlow;
#[cfg(feature = "parallel")]
use std::sync::Arc;

/// Told of progress, of how much since the last time; may end the work.
pub type Watch<'a> = &'a (dyn Fn(u64) -> ControlFlow<()> + Sync);

/// Who does a piece of work, and who is told how far it is.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// The threads; no result depends on them.
    pub threads: &'a Threads,
    /// Told of progress; what the steps are is for each piece of work to say.
    pub watch: Watch<'a>,
}

/// The most threads that can be asked for.
pub const MOST: u16 = 1024;

/// Threads cannot be started.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot start {count} threads: {reason}")]
#[diagnostic(help("ask for fewer; no result depends on their number"))]
pub struct ThreadsError {
    /// How many were asked for; 0 for as many as there are cores.
    pub count: u16,
    /// What the system says.
    pub reason: String,
}

/// Who does the work.
#[derive(Clone, Debug)]
pub enum Threads {
    /// The caller's own thread.
    Serial,
    /// A pool, shared by all clones.
    #[cfg(feature = "parallel")]
    Pool(Arc<rayon::ThreadPool>),
}

impl Threads {
    /// So many threads; none for one a core. Without the feature `parallel` the caller's own thread,
    /// whatever was asked for.
    ///
    /// # Errors
    /// The system refuses them.
    pub fn new(count: Option<u16>) -> Result<Self, ThreadsError> {
        #[cfg(feature = "parallel")]
        {
            let count = count.unwrap_or(0).min(MOST);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(count)).build();
            let failed = |error: rayon::ThreadPoolBuildError| ThreadsError {
                count,
                reason: error.to_string(),
            };
            pool.map(|pool| Self::Pool(Arc::new(pool))).map_err(failed)
        }
        #[cfg(not(feature = "parallel"))]
        {
            let _ = count;
            Ok(Self::Serial)
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Serial => 1,
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.current_num_threads(),
        }
    }

    /// Does the work once on every thread, which is told its own number.
    pub fn broadcast(&self, work: impl Fn(usize) + Sync) {
        match self {
            Self::Serial => work(0),
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => {
                pool.broadcast(|context| work(context.index()));
            }
        }
    }

    /// Does the work on these threads, so that work of rayon's inside is shared among them.
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::Serial => work(),
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.install(work),
        }
    }

    /// What a function makes of each number below `count`, in their order.
    pub fn map<T: Send>(&self, count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
        match self {
            Self::Serial => (0..count).map(make).collect(),
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.install(|| (0..count).into_par_iter().map(make).collect()),
        }
    }

    /// As [`Threads::map`], but none as soon as one of them is none.
    pub fn try_map<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> Option<T> + Sync + Send,
    ) -> Option<Vec<T>> {
        match self {
            Self::Serial => (0..count).map(make).collect(),
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.install(|| (0..count).into_par_iter().map(make).collect()),
        }
    }

    /// Does something with each item, which is told its own number.
    pub fn for_each<T: Send>(&self, items: &mut [T], act: impl Fn(usize, &mut T) + Sync + Send) {
        match self {
            Self::Serial => {
                items.iter_mut().enumerate().for_each(|(index, item)| act(index, item));
            }
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.install(|| {
                items.par_iter_mut().enumerate().for_each(|(index, item)| act(index, item));
            }),
        }
    }

    /// Sorts values in ascending order.
    pub fn sort(&self, values: &mut [f64]) {
        match self {
            Self::Serial => values.sort_unstable_by(f64::total_cmp),
            #[cfg(feature = "parallel")]
            Self::Pool(pool) => pool.install(|| values.par_sort_unstable_by(f64::total_cmp)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn any_threads_do_the_same_work() {
        let all = [Threads::Serial, Threads::new(Some(3)).expect("threads")];
        for threads in &all {
            assert_eq!(threads.map(5, |index| index * index), [0, 1, 4, 9, 16]);
            assert_eq!(threads.try_map(5, Some).map(|all| all.len()), Some(5));
            assert_eq!(threads.try_map(5, |index| (index != 3).then_some(index)), None);
            let mut items = [1, 2, 3];
            threads.for_each(&mut items, |index, item| *item += index);
            assert_eq!(items, [1, 3, 5]);
            let calls = AtomicUsize::new(0);
            threads.broadcast(|index| {
                assert!(index < threads.count());
                calls.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(calls.into_inner(), threads.count());
            let mut values = [2.0, -0.0, 0.0, f64::INFINITY, 1.0];
            threads.sort(&mut values);
            assert!(values.is_sorted_by(|a, b| a.total_cmp(b).is_le()));
        }
    }
}
