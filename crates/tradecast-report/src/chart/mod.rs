//! Figures of a projection: SVG drawn by plotters, and PNG rendered from the same SVG.
//!
//! One file a figure; `sheet` holds what all share (title, subtitle, footer), `frame` grids and
//! axes, `axis` scales, `chance` probabilities on one, `labels` their separation, `lettering` text, `canvas` the route from the
//! drawing to SVG and PNG.

mod as_of;
pub(super) mod axis;
pub mod backtest;
mod canvas;
mod chance;
mod comparison;
mod comparison_fans;
pub(super) mod contributions;
mod curve;
pub(super) mod distribution;
mod ensemble;
pub(super) mod fan;
mod fit;
mod frame;
mod labels;
mod lettering;
pub(super) mod palette;
mod probability;
mod require;
pub(super) mod sheet;
mod sweep;
#[cfg(test)]
mod testing;
mod tornado;
mod uncertainty;
mod waterfall;

use tradecast_core::ensemble::{MixedTarget, Mixture};
use tradecast_core::fit::FitProjection;
use tradecast_core::projection::{Comparison, Projection};
use tradecast_core::sensitivity::Sensitivity;
use tradecast_core::waterfall::Waterfall;

/// A figure of 1600 by 1000 pixels.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The stem of its files: `fan`, `distribution`, `probability`, `contributions`, `as-of`,
    /// `uncertainty`, `comparison`, `ensemble`; with the target's name after it for every target but
    /// the first.
    pub name: String,
    /// The figure as SVG.
    pub svg: String,
}

impl Figure {
    /// The figure as PNG, rendered with the embedded font. The same SVG gives the same bytes on
    /// one architecture.
    ///
    /// # Errors
    /// The SVG cannot be read, or the PNG not be encoded.
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        canvas::png(&self.svg)
    }
}

/// Why a figure could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// A target names a series that the projection lacks.
    #[error("the projection has no series \"{0}\"")]
    MissingSeries(String),
    /// A series without periods, or a comparison without rows.
    #[error("nothing to draw in {0}")]
    Empty(String),
    /// Plotters refused an element.
    #[error("cannot draw the figure")]
    Draw(#[source] plotters::drawing::DrawingAreaErrorKind<std::io::Error>),
    /// The embedded font cannot be read.
    #[error("cannot read the embedded font")]
    Font,
    /// The drawn SVG cannot be read.
    #[error("cannot read the drawn SVG")]
    Read(#[source] resvg::usvg::Error),
    /// No picture of this size can be made.
    #[error("cannot make a picture of this size")]
    Size,
    /// The picture cannot be encoded.
    #[error("cannot encode the PNG")]
    Encode(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The four figures of each target, in the order of the targets; one more where months of a running
/// year are booked, and one where the spread of P over what is not known was asked for.
///
/// # Errors
/// A target's series is missing or empty, or drawing fails.
pub fn figures(projection: &Projection) -> Result<Vec<Figure>, ChartError> {
    let mut figures = Vec::new();
    for (position, target) in projection.targets.iter().enumerate() {
        let suffix = if position == 0 { String::new() } else { format!("-{}", stem(&target.name)) };
        let subject = sheet::Subject::new(projection, target)?;
        figures.push(fan::figure(&subject, format!("fan{suffix}"))?);
        figures.push(distribution::figure(&subject, format!("distribution{suffix}"))?);
        figures.push(probability::figure(&subject, format!("probability{suffix}"))?);
        figures.push(contributions::figure(&subject, format!("contributions{suffix}"))?);
        if !target.as_of.is_empty() {
            figures.push(as_of::figure(&subject, format!("as-of{suffix}"))?);
        }
        if target.spread().is_some() {
            figures.push(uncertainty::figure(&subject, format!("uncertainty{suffix}"))?);
        }
    }
    Ok(figures)
}

/// The figure of each flow that was fitted, in their order: `fit`, then `fit-NAME`.
///
/// # Errors
/// A flow without years, or drawing fails.
pub fn fits(projection: &FitProjection) -> Result<Vec<Figure>, ChartError> {
    fit::figures(projection)
}

/// The figure of a comparison.
///
/// # Errors
/// The comparison has no rows, or drawing fails.
pub fn comparison(comparison: &Comparison) -> Result<Figure, ChartError> {
    comparison::figure(comparison)
}

/// The fans of all scenarios of a comparison on one plot, a figure a target: `comparison-fans`, then
/// `comparison-fans-NAME`; none for a target of which a scenario has no fan.
///
/// # Errors
/// Drawing fails.
pub fn comparison_fans(comparison: &Comparison) -> Result<Vec<Figure>, ChartError> {
    comparison_fans::figures(comparison)
}

/// The figures of why scenarios differ in P: `waterfall`, or one a scenario, `waterfall-NAME`.
///
/// # Errors
/// Drawing fails.
pub fn waterfalls(found: &[Waterfall]) -> Result<Vec<Figure>, ChartError> {
    let mut names: Vec<String> = Vec::new();
    for it in found {
        let name = match found.len() {
            1 => "waterfall".to_owned(),
            _ => format!("waterfall-{}", stem(&it.scenarios[1])),
        };
        // Scenarios of two folders, or whose names differ in what `stem` replaces.
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut free = std::iter::once(name.clone()).chain(numbered);
        names.extend(free.find(|name| !names.contains(name)));
    }
    found.iter().zip(names).map(|(it, name)| waterfall::figure(it, name)).collect()
}

/// The figure of each target of an ensemble: `ensemble`, then `ensemble-NAME`.
///
/// # Errors
/// Drawing fails.
pub fn ensembles(mixture: &Mixture) -> Result<Vec<Figure>, ChartError> {
    let figure = |(position, target): (usize, &MixedTarget)| {
        let suffix =
            if position == 0 { String::new() } else { format!("-{}", stem(&target.target)) };
        ensemble::figure(mixture, target, format!("ensemble{suffix}"))
    };
    mixture.targets.iter().enumerate().map(figure).collect()
}

/// The figure of what moves P, `tornado`.
///
/// # Errors
/// No input can be fixed, or drawing fails.
pub fn tornado(found: &Sensitivity) -> Result<Figure, ChartError> {
    tornado::figure(found)
}

/// The figure of a sweep.
///
/// # Errors
/// The sweep has no points, or drawing fails.
pub fn sweep(sweep: &tradecast_core::sweep::Sweep) -> Result<Figure, ChartError> {
    sweep::figure(sweep)
}

/// The figure of what it would take.
///
/// # Errors
/// No key was varied, or drawing fails.
pub fn require(required: &super::require::Required) -> Result<Figure, ChartError> {
    require::figure(required)
}

/// The name with what cannot stand in the name of a file replaced by `-`.
fn stem(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::Pixmap;
    use testing::Shape;
    use tradecast_core::calendar::{Period, PeriodKind};

    fn size(figure: &Figure) -> (u32, u32) {
        let png = figure.png().expect("a PNG");
        let picture = Pixmap::decode_png(&png).expect("a readable PNG");
        (picture.width(), picture.height())
    }

    fn shapes() -> Vec<Shape> {
        let base = Shape::first_case();
        let quarter = Period { first_month: 2025 * 12, kind: PeriodKind::Quarter };
        vec![
            Shape { at_least: 20.0, volatility: 0.12, ..base.clone() },
            Shape { at_least: 1e6, ..base.clone() },
            Shape { at_least: 1.0, volatility: 0.1, ..base.clone() },
            Shape { first: quarter, simulated: 40, at_least: 12.0, ..base.clone() },
            Shape { simulated: 1, bins: 1, ..base.clone() },
            Shape { volatility: 1e-12, ..base.clone() },
            base,
        ]
    }

    #[test]
    fn every_figure_is_a_png_of_its_size() {
        for shape in shapes() {
            for figure in figures(&shape.projection()).expect("figures") {
                assert_eq!(size(&figure), (1600, 1000), "{}", figure.name);
                assert!(figure.svg.len() < 200_000, "{}", figure.name);
            }
        }
        for count in [1, 20] {
            let figure = comparison(&testing::comparison(count)).expect("a figure");
            assert_eq!((figure.name.as_str(), size(&figure)), ("comparison", (1600, 1000)));
        }
    }

    #[test]
    fn the_same_projection_gives_the_same_bytes() {
        let projection = testing::first_case();
        let bytes = || -> Vec<(String, Vec<u8>)> {
            let figures = figures(&projection).expect("figures");
            figures.into_iter().map(|f| (f.svg.clone(), f.png().expect("a PNG"))).collect()
        };
        assert_eq!(bytes(), bytes());
    }

    #[test]
    fn further_targets_carry_their_name() {
        let mut projection = testing::first_case();
        let mut second = projection.targets[0].clone();
        second.name = "half way/2026".to_owned();
        projection.targets.push(second);
        let names: Vec<String> =
            figures(&projection).expect("figures").into_iter().map(|f| f.name).collect();
        assert_eq!(names[..4], ["fan", "distribution", "probability", "contributions"]);
        assert_eq!(names[4], "fan-half-way-2026");
    }

    #[test]
    fn markup_and_control_characters_in_names_do_no_harm() {
        let mut projection = testing::first_case();
        projection.title =
            "a <b> & \"c\" font-weight=\"bold\" \u{1}\u{7f}\n</svg> Ошский".repeat(9);
        for item in &mut projection.targets[0].contributions {
            item.item = "<&> ".repeat(40);
        }
        for figure in figures(&projection).expect("figures") {
            assert_eq!(size(&figure), (1600, 1000));
            assert!(figure.svg.contains("role=\"img\"") && figure.svg.contains("<title>"));
        }
    }

    #[test]
    fn a_missing_series_is_an_error() {
        let mut projection = testing::first_case();
        projection.series.clear();
        assert!(
            matches!(figures(&projection), Err(ChartError::MissingSeries(name)) if name == "total")
        );
    }

    #[test]
    fn bold_text_is_drawn_bold() {
        let svg = |weight: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1600\" height=\"1000\"><text x=\"9\" y=\"90\" font-family=\"Inter, sans-serif\" font-weight=\"{weight}\">median</text></svg>"
            )
        };
        assert_ne!(
            canvas::png(&svg("600")).expect("a PNG"),
            canvas::png(&svg("400")).expect("a PNG")
        );
    }
}
