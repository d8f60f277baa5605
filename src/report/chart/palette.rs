//! The colours of every figure: the palette of Okabe and Ito, safe for colour blindness, and greys.
//!
//! # Source
//! Okabe and Ito (2008), Color Universal Design.

use plotters::style::RGBColor;

/// Titles and values.
pub const INK: RGBColor = RGBColor(0x17, 0x20, 0x2e);

/// Words that explain.
pub const GREY: RGBColor = RGBColor(0x5b, 0x64, 0x72);

/// Axis lines and leaders.
pub const RULE: RGBColor = RGBColor(0xa9, 0xb0, 0xbb);

/// Grid lines.
pub const GRID: RGBColor = RGBColor(0xe6, 0xe9, 0xee);

/// Every second row of a table.
pub const STRIPE: RGBColor = RGBColor(0xf6, 0xf7, 0xf8);

/// The background.
pub const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// What is simulated: medians, bands, flows.
pub const BLUE: RGBColor = RGBColor(0x00, 0x5f, 0x9e);

/// The bars of a distribution below its target.
pub const PALE_BLUE: RGBColor = RGBColor(0x9d, 0xc3, 0xe0);

/// The target, and all that reaches it.
pub const ACCENT: RGBColor = RGBColor(0xc4, 0x4f, 0x00);

/// Interventions.
pub const GREEN: RGBColor = RGBColor(0x00, 0x8a, 0x66);

/// Disruptions.
pub const PURPLE: RGBColor = RGBColor(0xa3, 0x4f, 0x80);
