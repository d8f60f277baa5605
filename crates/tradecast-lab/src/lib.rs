//! Where models are tested and estimated: rolling origins over panels of trade, and the world
//! prior's coefficients.

pub mod backtest;
pub mod calibration;
