//! Results as bytes: tables, figures, the manifest, the terminal's card. Nothing is computed here
//! that a table would not show; [`folder`] alone touches the disk.

pub mod assumptions;
pub mod backtest;
pub mod chances;
pub mod chart;
pub mod csv;
pub mod discovery;
pub mod ensemble;
pub mod explain;
pub mod fit;
pub mod folder;
pub mod html;
pub mod manifest;
pub mod outside_view;
pub mod require;
pub mod results;
pub mod sensitivity;
pub mod sweep;
pub mod terminal;
pub mod waterfall;
pub mod words;
