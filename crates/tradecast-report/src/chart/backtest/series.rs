//! What the figures of a backtest share: a colour a model, lines through points, their labels, and
//! the words around them.

use super::super::canvas::{Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::{ACCENT, BLUE, GREEN, GREY, INK, PURPLE, RULE};
use super::super::{ChartError, labels};
use crate::words;
use plotters::style::RGBColor;
use tradecast_lab::backtest::Backtest;

/// The colours of models in their order; the first is the one that others are compared with.
const COLORS: [RGBColor; 6] = [BLUE, ACCENT, GREEN, PURPLE, GREY, INK];

/// The distance between labels at the line ends.
const GAP: f64 = 26.0;

/// The colour of a model by its place.
pub fn color(model: usize) -> RGBColor {
    COLORS[model % COLORS.len()]
}

/// The lettering of a model's name; the first stands out.
pub fn lettering(model: usize) -> Lettering {
    let plain = Lettering::LABEL.colored(color(model));
    if model == 0 { plain.bold() } else { plain }
}

/// A line with dots; the first model's is thicker.
pub fn line(canvas: &Canvas, points: &[Point], model: usize) -> Result<(), ChartError> {
    let (width, radius) = if model == 0 { (3.5, 6.0) } else { (2.0, 4.5) };
    if points.len() > 1 {
        canvas.line(points, Stroke(color(model), width))?;
    }
    points.iter().try_for_each(|point| canvas.dot(*point, radius, color(model)))
}

/// The name of each model beside the end of its line, moved apart; `x` is where names start.
pub fn names(
    canvas: &Canvas,
    backtest: &Backtest,
    ends: &[(usize, Point)],
    (x, room): (f64, (f64, f64)),
) -> Result<(), ChartError> {
    let wanted: Vec<f64> = ends.iter().map(|(_, end)| end.1).collect();
    let placed = labels::separated(&wanted, GAP, room);
    for ((model, end), y) in ends.iter().zip(placed) {
        if (y - end.1).abs() > 4.0 || x - end.0 > 40.0 {
            canvas.line(&[(end.0 + 9.0, end.1), (x - 5.0, y)], Stroke(RULE, 1.25))?;
        }
        canvas.text(backtest.models[*model], (x, y), &lettering(*model), Align::Left)?;
    }
    Ok(())
}

/// `Rolling origins 1990–2005: 98,358 cases of 2,346 pairs`.
pub fn method(backtest: &Backtest) -> String {
    format!(
        "Rolling origins {}–{}: {} cases of {} pairs",
        backtest.origins[0],
        backtest.origins[1],
        words::count(backtest.cases),
        words::count(backtest.pairs)
    )
}

/// The last line of each figure.
pub fn footer(source: &str) -> String {
    format!("tradecast backtest · {source}")
}

/// `1 to 5 years ahead`, `3 years ahead`, `1, 3 and 5 years ahead`.
pub fn ahead(backtest: &Backtest) -> String {
    let horizons = &backtest.horizons;
    let is_range = horizons.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match (&horizons[..], is_range) {
        ([1], _) => "1 year ahead".to_owned(),
        ([one], _) => format!("{one} years ahead"),
        ([first, .., last], true) => format!("{first} to {last} years ahead"),
        (several, _) => {
            let names: Vec<String> = several.iter().map(u32::to_string).collect();
            let (last, others) = names.split_last().map_or(("", &[][..]), |(l, o)| (l, o));
            format!("{} and {last} years ahead", others.join(", "))
        }
    }
}

/// `77.9 %` of a share; always one decimal, so that numbers side by side look alike.
pub fn share(p: f64) -> String {
    format!("{:.1} %", 100.0 * p)
}

/// `75–79 %` of shares in any order.
pub fn share_range(shares: impl Iterator<Item = f64>) -> String {
    let percent: Vec<i64> = shares.map(|share| (100.0 * share).round() as i64).collect();
    let (least, most) = (percent.iter().min().unwrap_or(&0), percent.iter().max().unwrap_or(&0));
    if least == most { format!("{least} %") } else { format!("{least}–{most} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_shares() {
        assert_eq!(share_range([0.784, 0.76, 0.79].into_iter()), "76–79 %");
        assert_eq!(share_range([0.784, 0.781].into_iter()), "78 %");
        assert_eq!(share(0.7), "70.0 %");
    }
}
