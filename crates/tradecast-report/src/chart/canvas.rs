//! A sheet of 1600 by 1000 pixels to draw on, from plotters' SVG back end to SVG and PNG.
//!
//! Plotters takes whole pixels, so all is drawn on a grid 16 times as fine, and the SVG is scaled
//! back by its view box.

use super::lettering::{FAMILY, LINE_TO_EM, Lettering, REGULAR, SEMI_BOLD};
use super::{ChartError, Figure, palette};
use plotters::coord::Shift;
use plotters::element::PointCollection;
use plotters::element::{
    Circle, DashedPathElement, Drawable, PathElement, Polygon, Rectangle, Text,
};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBColor, ShapeStyle, TextStyle};
use resvg::{tiny_skia, usvg};
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

/// Width of a figure in pixels.
pub const WIDTH: u32 = 1600;

/// Height of a figure in pixels.
pub const HEIGHT: u32 = 1000;

/// Steps of the drawing grid in a pixel.
const GRID: u32 = 16;

/// A place on the sheet, in pixels from its upper left corner.
pub type Point = (f64, f64);

/// A colour with an opacity in [0, 1].
pub type Paint = (RGBColor, f64);

/// How a line looks: colour and width in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Stroke(pub RGBColor, pub f64);

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The text starts at the point.
    Left,
    /// The point is the middle of the text.
    Center,
    /// The text ends at the point.
    Right,
}

/// The sheet that a figure is drawn on.
pub struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl Canvas<'_> {
    /// A line through the points.
    pub fn line(&self, points: &[Point], stroke: Stroke) -> Result<(), ChartError> {
        self.draw(&PathElement::new(on_grid(points), pen(stroke)))
    }

    /// A dashed line through the points.
    pub fn dashed(&self, points: &[Point], stroke: Stroke) -> Result<(), ChartError> {
        let (dash, gap) = (9 * GRID, 6 * GRID);
        self.draw(&DashedPathElement::new(on_grid(points), dash, gap, pen(stroke)))
    }

    /// A filled polygon.
    pub fn area(&self, points: &[Point], (color, opacity): Paint) -> Result<(), ChartError> {
        self.draw(&Polygon::new(on_grid(points), color.mix(opacity).filled()))
    }

    /// A filled rectangle between two opposite corners.
    pub fn rectangle(&self, a: Point, b: Point, (color, opacity): Paint) -> Result<(), ChartError> {
        let corners = [(a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1))].map(grid_point);
        self.draw(&Rectangle::new(corners, color.mix(opacity).filled()))
    }

    /// A filled circle with a thin white edge, so that it stands out on lines and bands.
    pub fn dot(&self, center: Point, radius: f64, color: RGBColor) -> Result<(), ChartError> {
        self.circle(center, radius + 1.5, palette::PAPER)?;
        self.circle(center, radius, color)
    }

    /// A circle with a white middle.
    pub fn ring(&self, center: Point, radius: f64, color: RGBColor) -> Result<(), ChartError> {
        self.dot(center, radius, color)?;
        self.circle(center, radius - 2.2, palette::PAPER)
    }

    /// A text, vertically centred on its point.
    pub fn text(
        &self,
        text: &str,
        at: Point,
        lettering: &Lettering,
        align: Align,
    ) -> Result<(), ChartError> {
        let size = lettering.size * f64::from(GRID) * LINE_TO_EM;
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, lettering.style());
        let horizontal = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style =
            TextStyle::from(font).color(&lettering.color).pos(Pos::new(horizontal, VPos::Center));
        self.draw(&Text::new(printable(text), grid_point(at), style))
    }

    /// A text on a backing of its own, so that no grid line runs through it.
    pub fn backed(
        &self,
        text: &str,
        (x, y): Point,
        lettering: &Lettering,
        align: Align,
        backing: RGBColor,
    ) -> Result<(), ChartError> {
        let width = lettering.width(text)?;
        let left = match align {
            Align::Left => x,
            Align::Center => x - width / 2.0,
            Align::Right => x - width,
        };
        let (side, half) = (4.0, 0.62 * lettering.size);
        let corners = ((left - side, y - half), (left + width + side, y + half));
        self.rectangle(corners.0, corners.1, (backing, 1.0))?;
        self.text(text, (x, y), lettering, align)
    }

    /// Lines of text, the first one centred on the point.
    pub fn paragraph(
        &self,
        lines: &[String],
        at: Point,
        lettering: &Lettering,
        align: Align,
    ) -> Result<f64, ChartError> {
        let mut y = at.1;
        for line in lines {
            self.text(line, (at.0, y), lettering, align)?;
            y += leading(lettering);
        }
        Ok(y)
    }

    fn circle(&self, center: Point, radius: f64, color: RGBColor) -> Result<(), ChartError> {
        let radius = (radius * f64::from(GRID)).round() as i32;
        self.draw(&Circle::new(grid_point(center), radius, color.filled()))
    }

    fn draw<E>(&self, element: &E) -> Result<(), ChartError>
    where
        for<'b> &'b E: PointCollection<'b, (i32, i32)>,
        for<'b> E: Drawable<SVGBackend<'b>>,
    {
        self.area.draw(element).map_err(ChartError::Draw)
    }
}

/// The distance between lines of text, in pixels.
pub fn leading(lettering: &Lettering) -> f64 {
    (1.35 * lettering.size).round()
}

/// Draws a figure: `paint` fills the sheet; `title` and `description` are for readers who cannot
/// see it.
pub fn figure(
    name: String,
    title: &str,
    description: &str,
    paint: impl FnOnce(&Canvas) -> Result<(), ChartError>,
) -> Result<Figure, ChartError> {
    let svg = drawing((WIDTH, HEIGHT), (title, description), paint)?;
    Ok(Figure { name, svg })
}

/// Draws on a sheet of any size in pixels; returns the SVG.
pub fn drawing(
    size: (u32, u32),
    words: (&str, &str),
    paint: impl FnOnce(&Canvas) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let mut drawn = String::new();
    {
        let fine = (size.0 * GRID, size.1 * GRID);
        let area = SVGBackend::with_string(&mut drawn, fine).into_drawing_area();
        area.fill(&palette::PAPER).map_err(ChartError::Draw)?;
        let canvas = Canvas { area };
        paint(&canvas)?;
        canvas.area.present().map_err(ChartError::Draw)?;
    }
    Ok(finished(&drawn, size, words))
}

/// Renders a figure's SVG with the embedded fonts only.
pub fn png(svg: &str) -> Result<Vec<u8>, ChartError> {
    let options = usvg::Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(ChartError::Read)?;
    let mut pixmap = tiny_skia::Pixmap::new(WIDTH, HEIGHT).ok_or(ChartError::Size)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    encode(&pixmap).map_err(|error| ChartError::Encode(Box::new(error)))
}

/// The PNG of an opaque picture, compressed lightly: a third larger than at the encoder's own
/// choice of level and filters, in a sixth of the time, which would be the longest part of a figure.
fn encode(pixmap: &tiny_skia::Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let pixels = pixmap.pixels().iter();
    let pixels: Vec<u8> = pixels.flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(bytes)
}

fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut database = usvg::fontdb::Database::new();
        database.load_font_data(REGULAR.to_vec());
        database.load_font_data(SEMI_BOLD.to_vec());
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// The drawn SVG at its final size, with a title and description, a fallback for the font, text
/// without line breaks around it and centred on its digits. Quotes in texts are escaped, so these
/// patterns match attributes only.
fn finished(drawn: &str, size: (u32, u32), words: (&str, &str)) -> String {
    let mut out = header(size, words);
    let mut lines = drawn.lines().skip(1);
    while let Some(line) = lines.next() {
        let line = line
            .replace("dy=\"0.5ex\"", "dy=\"0.36em\"")
            .replace("font-weight=\"bold\"", "font-weight=\"600\"")
            .replace(" opacity=\"1\"", "")
            .replace(&format!(" font-family=\"{FAMILY}\""), "")
            .replace(" stroke=\"none\"", "")
            .replace(" \"/>", "\"/>");
        out.push_str(&line);
        if line.starts_with("<text") {
            out.push_str(lines.next().unwrap_or_default());
            out.push_str(lines.next().unwrap_or_default());
        }
        out.push('\n');
    }
    out
}

fn header((width, height): (u32, u32), (title, description): (&str, &str)) -> String {
    let mut out = String::new();
    let (across, down) = (width * GRID, height * GRID);
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {across} {down}\" role=\"img\" font-family=\"{FAMILY}, sans-serif\" \
         stroke-linejoin=\"round\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(title));
    let _ = writeln!(out, "<desc>{}</desc>", escaped(description));
    out
}

fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text without control characters, which XML forbids.
fn printable(text: &str) -> String {
    let allowed = |letter: &char| !matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(allowed).collect()
}

fn pen(Stroke(color, width): Stroke) -> ShapeStyle {
    ShapeStyle {
        color: color.to_rgba(),
        filled: false,
        stroke_width: (width * f64::from(GRID)).round() as u32,
    }
}

fn on_grid(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().copied().map(grid_point).collect()
}

fn grid_point((x, y): Point) -> (i32, i32) {
    let fine = |pixels: f64| (pixels * f64::from(GRID)).round() as i32;
    (fine(x), fine(y))
}
