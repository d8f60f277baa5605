//! Loops compiled once for each instruction set, the widest that the machine has chosen at run time.
//!
//! No fused multiply-add, so that all of them give the same bits. A build with the feature
//! `at-most-avx2` leaves AVX-512 out: what the benchmark's AVX2 row measures.

/// Defines functions that run on the widest vectors of the machine.
///
/// `avx512f` here means Ice Lake, Zen 4 and later: multiversion leaves it to processors whose clock
/// does not suffer. In tests, `assert_same` holds a thread to less.
macro_rules! vectorised {
    (at most AVX2: $($function:tt)+) => {
        $crate::numeric::vectorised::vectorised! { @("x86_64+avx2") $($function)+ }
    };
    (@$targets:tt $(
        $(#[$doc:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $output:ty)?
        $body:block
    )+) => {$(
        $(#[$doc])*
        $visibility fn $name($($argument: $type),*) $(-> $output)? {
            #[inline(always)]
            fn plain($($argument: $type),*) $(-> $output)? $body
            #[cfg(test)]
            {
                #[multiversion::multiversion(targets("x86_64+avx2"))]
                fn middle($($argument: $type),*) $(-> $output)? {
                    plain($($argument),*)
                }
                use $crate::numeric::vectorised::{Limit, limit};
                match limit() {
                    Limit::None => {}
                    Limit::Avx2 => return middle($($argument),*),
                    Limit::Baseline => return plain($($argument),*),
                }
            }
            #[multiversion::multiversion(targets $targets)]
            fn widest($($argument: $type),*) $(-> $output)? {
                plain($($argument),*)
            }
            widest($($argument),*)
        }
    )+};
    ($($function:tt)+) => {
        #[cfg(not(feature = "at-most-avx2"))]
        $crate::numeric::vectorised::vectorised! {
            @("x86_64+avx512f", "x86_64+avx2") $($function)+
        }
        #[cfg(feature = "at-most-avx2")]
        $crate::numeric::vectorised::vectorised! { @("x86_64+avx2") $($function)+ }
    };
}
pub(crate) use vectorised;

/// What the vectors of a thread are held to.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The widest of the machine.
    None,
    /// AVX2.
    Avx2,
    /// What every machine of the architecture has.
    Baseline,
}

#[cfg(test)]
thread_local! {
    static LIMIT: std::cell::Cell<Limit> = const { std::cell::Cell::new(Limit::None) };
}

/// The limit of this thread.
#[cfg(test)]
pub(crate) fn limit() -> Limit {
    LIMIT.get()
}

/// Runs on this thread with each limit in turn, and asserts that all give the same.
#[cfg(test)]
pub(crate) fn assert_same<T: PartialEq>(run: impl Fn() -> T) {
    let [widest, avx2, baseline] = [Limit::None, Limit::Avx2, Limit::Baseline].map(|limit| {
        LIMIT.set(limit);
        run()
    });
    LIMIT.set(Limit::None);
    assert!(widest == avx2, "AVX2 gives other bits");
    assert!(widest == baseline, "the baseline gives other bits");
}
