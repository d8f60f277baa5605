//! Functions of real numbers that give the same bits on every machine: elementary functions that
//! vectorise, the normal distribution, special functions, and tables of quantiles.
//!
//! Only additions, multiplications, divisions and square roots (all correctly rounded by IEEE 754)
//! and the `libm` crate are used, never the platform's own functions and never fused multiply-add.

pub mod elementary;
pub mod interpolation;
pub mod normal;
pub mod special;
pub(crate) mod vectorised;

#[cfg(test)]
mod double_double;
