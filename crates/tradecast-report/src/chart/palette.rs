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

/// All of them by name, each with what it is on a dark page.
pub const NAMED: [(&str, RGBColor, RGBColor); 11] = [
    ("ink", INK, RGBColor(0xee, 0xf1, 0xf5)),
    ("grey", GREY, RGBColor(0xa8, 0xb0, 0xbd)),
    ("rule", RULE, RGBColor(0x67, 0x70, 0x7e)),
    ("grid", GRID, RGBColor(0x2c, 0x33, 0x3f)),
    ("stripe", STRIPE, RGBColor(0x1d, 0x23, 0x2d)),
    ("paper", PAPER, RGBColor(0x14, 0x19, 0x22)),
    ("blue", BLUE, RGBColor(0x6f, 0xb8, 0xee)),
    ("pale-blue", PALE_BLUE, RGBColor(0x35, 0x5f, 0x82)),
    ("accent", ACCENT, RGBColor(0xff, 0x9a, 0x52)),
    ("green", GREEN, RGBColor(0x45, 0xc7, 0x9f)),
    ("purple", PURPLE, RGBColor(0xd5, 0x86, 0xb6)),
];

/// A colour as HTML writes it: `#005F9E`.
pub fn hex(color: RGBColor) -> String {
    format!("#{:02X}{:02X}{:02X}", color.0, color.1, color.2)
}
