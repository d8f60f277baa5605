//! Text: the embedded font, the sizes in use, how wide a text is, and how it is cut into lines.

use super::{ChartError, palette};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBColor, register_font};
use std::sync::OnceLock;

/// The family that the embedded fonts name.
pub const FAMILY: &str = "Inter";

/// Inter Regular, weight 400.
pub const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");

/// Inter SemiBold, weight 600.
pub const SEMI_BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.ttf");

/// Plotters sizes a font by its line height, this many times the em.
pub const LINE_TO_EM: f64 = 1.24;

/// Widths are measured at this em, where whole pixels are exact enough.
const MEASURED_AT: f64 = 1000.0;

/// From Inter's descender to its ascender, in ems: what the measuring library sizes a font by.
const HEIGHT_TO_EM: f64 = 1.21;

/// How a text looks. Sizes in pixels of a figure of 1600 by 1000.
#[derive(Clone, Copy, Debug)]
pub struct Lettering {
    /// Size of the em.
    pub size: f64,
    /// Colour.
    pub color: RGBColor,
    /// SemiBold rather than Regular.
    pub bold: bool,
}

impl Lettering {
    /// The answer, on top.
    pub const TITLE: Self = Self { size: 32.0, color: palette::INK, bold: true };
    /// The question and the method, below the title.
    pub const SUBTITLE: Self = Self { size: 18.0, color: palette::GREY, bold: false };
    /// Values and names in the figure.
    pub const LABEL: Self = Self { size: 17.0, color: palette::INK, bold: false };
    /// Numbers and names along an axis.
    pub const TICK: Self = Self { size: 16.0, color: palette::GREY, bold: false };
    /// Remarks and the footer.
    pub const NOTE: Self = Self { size: 14.0, color: palette::GREY, bold: false };

    /// The same in another colour.
    pub fn colored(self, color: RGBColor) -> Self {
        Self { color, ..self }
    }

    /// The same in SemiBold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same in another size.
    pub fn sized(self, size: f64) -> Self {
        Self { size, ..self }
    }

    /// The plotters style of the font.
    pub fn style(&self) -> FontStyle {
        if self.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    /// The width of a text, in pixels.
    ///
    /// # Errors
    /// The embedded font cannot be read.
    pub fn width(&self, text: &str) -> Result<f64, ChartError> {
        register()?;
        let font =
            FontDesc::new(FontFamily::Name(FAMILY), MEASURED_AT * HEIGHT_TO_EM, self.style());
        // What only turns the direction of text is not seen.
        let seen = text
            .replace(['\u{200e}', '\u{200f}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "");
        let (width, _) = font.box_size(&seen).map_err(|_| ChartError::Font)?;
        Ok(f64::from(width) * self.size / MEASURED_AT)
    }

    /// The same, smaller where that lets the text fit into `width` pixels, but at least of size
    /// `least`.
    ///
    /// # Errors
    /// As [`Self::width`].
    pub fn shrunk(self, text: &str, width: f64, least: f64) -> Result<Self, ChartError> {
        let size = self.size * width / self.width(text)?.max(1.0);
        Ok(self.sized(libm::floor(size).clamp(least.min(self.size), self.size)))
    }

    /// The text in at most `most` lines of at most `width` pixels, broken at spaces, but not
    /// after a number; what does not fit is cut with an ellipsis.
    ///
    /// # Errors
    /// As [`Self::width`].
    pub fn lines(&self, text: &str, width: f64, most: usize) -> Result<Vec<String>, ChartError> {
        let mut lines: Vec<String> = Vec::new();
        let mut words = unbroken(text).into_iter().peekable();
        while words.peek().is_some() {
            let mut line = String::new();
            let last = lines.len() + 1 >= most;
            while let Some(word) = words.peek() {
                let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
                if !last && !line.is_empty() && self.width(&longer)? > width {
                    break;
                }
                line = longer;
                words.next();
            }
            lines.push(self.fitted(&line, width)?);
        }
        Ok(lines)
    }

    /// As [`Self::lines`] with two lines, of about the same length.
    ///
    /// # Errors
    /// As [`Self::width`].
    pub fn balanced(&self, text: &str, width: f64) -> Result<Vec<String>, ChartError> {
        let whole = self.width(text)?;
        if whole <= width || whole > 1.8 * width {
            return self.lines(text, width, 2);
        }
        let mut narrow = 0.5 * whole;
        loop {
            let lines = self.lines(text, narrow, 2)?;
            if narrow >= width || lines.iter().all(|line| !line.ends_with('…')) {
                return Ok(lines);
            }
            narrow = (narrow * 1.04).min(width);
        }
    }

    /// The text; where it is wider than `width` pixels, cut after a word, with an ellipsis.
    ///
    /// # Errors
    /// As [`Self::width`].
    pub fn fitted(&self, text: &str, width: f64) -> Result<String, ChartError> {
        if self.width(text)? <= width {
            return Ok(text.to_owned());
        }
        let letters: Vec<char> = text.chars().collect();
        let cut = |count: usize| {
            let start: String = letters[..count].iter().collect();
            format!(
                "{}…",
                start.trim_end_matches(|c: char| c.is_whitespace() || ",;:·".contains(c))
            )
        };
        let (mut fits, mut too_many) = (0, letters.len());
        while fits + 1 < too_many {
            let middle = usize::midpoint(fits, too_many);
            if self.width(&cut(middle))? <= width { fits = middle } else { too_many = middle }
        }
        Ok(cut(end_of_word(&letters, fits)))
    }
}

/// The end of the last whole word within the first `most` letters; `most` itself where that would
/// lose more than half of them.
fn end_of_word(letters: &[char], most: usize) -> usize {
    let breaks = |i: &usize| letters[*i].is_whitespace() || letters[*i] == '-';
    (most.div_ceil(2)..=most).rev().find(breaks).unwrap_or(most)
}

/// The words of a text, each number together with what it counts: `0.42 %`, `200 million`.
fn unbroken(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if last.ends_with(|c: char| c.is_ascii_digit()) && word != "·" => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Gives plotters the embedded fonts, once.
fn register() -> Result<(), ChartError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let done = REGISTERED.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FAMILY, FontStyle::Bold, SEMI_BOLD).is_ok()
    });
    if *done { Ok(()) } else { Err(ChartError::Font) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_grow_with_text_and_weight() {
        let width = |text: &str| Lettering::LABEL.width(text).expect("a width");
        assert_eq!(width(""), 0.0);
        assert!(width("mm") > width("m"));
        assert_eq!(width("\u{2067}m\u{2069}"), width("m"));
        let bold = Lettering::LABEL.bold().width("median").expect("a width");
        assert!(bold > width("median"));
    }

    #[test]
    fn long_texts_break_at_spaces_and_end_with_an_ellipsis() {
        let text = "a rather long title that goes on and on ".repeat(4);
        let lines = Lettering::LABEL.lines(&text, 300.0, 2).expect("lines");
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        for line in &lines {
            assert!(Lettering::LABEL.width(line).expect("a width") <= 300.0);
        }
    }

    #[test]
    fn a_short_text_is_one_line_and_an_empty_one_none() {
        assert_eq!(Lettering::LABEL.lines("short", 300.0, 2).expect("lines"), ["short"]);
        assert!(Lettering::LABEL.lines("  ", 300.0, 2).expect("lines").is_empty());
    }

    #[test]
    fn numbers_stay_with_what_they_count() {
        assert_eq!(
            unbroken("reaches 200 million USD: 0.42 %"),
            ["reaches", "200 million", "USD:", "0.42 %"]
        );
    }

    #[test]
    fn lettering_shrinks_to_fit_but_not_below_its_least_size() {
        let text = "a name that is longer than its column";
        let size = |width: f64| Lettering::LABEL.shrunk(text, width, 13.0).expect("a size").size;
        assert_eq!((size(1000.0), size(10.0)), (17.0, 13.0));
        assert!((13.0..17.0).contains(&size(0.9 * Lettering::LABEL.width(text).expect("a width"))));
    }

    #[test]
    fn two_lines_are_of_about_the_same_length() {
        let text = "a title that is only a little longer than one line";
        let width = 0.9 * Lettering::LABEL.width(text).expect("a width");
        let lines = Lettering::LABEL.balanced(text, width).expect("lines");
        assert_eq!(lines, ["a title that is only a little", "longer than one line"]);
    }

    #[test]
    fn a_text_is_cut_after_a_word() {
        let cut = Lettering::LABEL.fitted("joint statement of both governments", 190.0);
        assert_eq!(cut.expect("a text"), "joint statement of…");
    }

    #[test]
    fn an_unbreakable_word_is_cut() {
        let cut = Lettering::LABEL.fitted(&"x".repeat(200), 100.0).expect("a text");
        assert!(cut.ends_with('…') && cut.chars().count() < 20);
    }
}
