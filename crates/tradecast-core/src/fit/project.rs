//! From histories and options to a `FitProjection`.

use super::outlook::Outlook;
use super::yardsticks::{self, Yardstick};
use super::{FitError, FitProjection, Note, Unfitted, fragment, kin};
use crate::forecast::{Bootstrap, Prior};
use crate::history::Histories;

/// What histories are seen through.
#[derive(Clone, Debug)]
pub enum View {
    /// What other series teach.
    World {
        /// The prior.
        prior: Box<Prior>,
        /// `world` for the shipped one, else the file.
        name: String,
    },
    /// The history's own mean and variance of growth.
    Alone,
    /// Own growth in blocks.
    Bootstrap(Bootstrap),
}

impl View {
    /// `world`, `none`, `bootstrap`, or the prior's file.
    pub fn name(&self) -> &str {
        match self {
            Self::World { name, .. } => name,
            Self::Alone => "none",
            Self::Bootstrap(_) => "bootstrap",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Pairs as `PAK-KGZ`; none for the only flow there is.
    pub pairs: Vec<String>,
    /// Whether both directions are added up.
    pub is_total: bool,
    /// Whose figures count: `exporter`, `importer` or a name; without it those of all.
    pub reporter: Option<String>,
    /// What histories are seen through.
    pub view: View,
    /// Growth of the world's trade, of its log a year; without it the prior's.
    pub drift: Option<f64>,
    /// Units of the currency for one USD.
    pub per_dollar: Option<f64>,
    /// How many years ahead, at least 1.
    pub years: u32,
    /// The month, 1 to 12, in which fiscal years start.
    pub fiscal_year_starts: Option<u8>,
}

/// How the histories were read, for the fragment to say the same.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The files as they were given.
    pub files: Vec<String>,
    /// The name of the one file; none where several were joined.
    pub history: Option<String>,
    /// The mapping of columns.
    pub columns: Option<String>,
    /// The stated unit.
    pub unit: Option<String>,
    /// The name of the file of country codes.
    pub country_codes: Option<String>,
}

impl Options {
    /// Whether all options reach an output.
    ///
    /// # Errors
    /// One does not.
    pub fn check(&self) -> Result<(), FitError> {
        let unused = |option, help| {
            Err(FitError::Unused { option, prior: self.view.name().to_owned(), help })
        };
        match (&self.view, self.drift, self.per_dollar) {
            (View::World { .. }, _, _) | (_, None, None) => Ok(()),
            (_, Some(_), _) => unused(
                "--drift",
                "the drift is the history's own: leave --drift out, or take `--prior world`",
            ),
            (_, None, Some(_)) => unused(
                "--per-dollar",
                "growth alone needs no exchange rate: leave --per-dollar out",
            ),
        }
    }
}

/// Fits the flows that are asked for.
///
/// # Errors
/// An option without effect, a flow that is not there, one of which no yardstick can be fitted.
pub fn project(
    histories: &Histories,
    source: &Source,
    options: &Options,
) -> Result<FitProjection, FitError> {
    options.check()?;
    let found = histories.findings().iter().cloned();
    let mut notes: Vec<Note> = found.map(|finding| Note::History { finding }).collect();
    let (mut outlooks, mut mirrors, mut unfitted) = (Vec::new(), Vec::new(), Vec::new());
    for yardsticks in yardsticks::find(histories, options)? {
        mirrors.extend(yardsticks::mirrors(&yardsticks, options.fiscal_year_starts, &mut notes));
        let taken: Vec<String> = outlooks.iter().map(Outlook::name).collect();
        outlooks.extend(fit_each(yardsticks, taken, options, &mut unfitted)?);
    }
    let groups = groups(&outlooks);
    let mut correlations = Vec::new();
    let mut fragments = Vec::new();
    for (reporter, group) in groups {
        let own = kin::correlations(&group);
        fragments.push(fragment::fragment(reporter, (&group, &own), source, options));
        correlations.extend(own);
    }
    Ok(FitProjection {
        files: source.files.clone(),
        prior: options.view.name().to_owned(),
        notes,
        mirrors,
        unfitted,
        correlations,
        fragments,
        flows: outlooks.into_iter().map(|outlook| outlook.flow).collect(),
    })
}

/// Fits the yardsticks of one flow, with names that are not taken; at least one must do.
fn fit_each(
    yardsticks: Vec<Yardstick>,
    mut taken: Vec<String>,
    options: &Options,
    unfitted: &mut Vec<Unfitted>,
) -> Result<Vec<Outlook>, FitError> {
    let is_one_of_several = yardsticks.len() > 1;
    let (mut fitted, mut failed) = (Vec::new(), Vec::new());
    for flow in yardsticks {
        let outlook = flow
            .map_err(FitError::from)
            .and_then(|flow| Outlook::of(&flow, is_one_of_several, &taken, options));
        match outlook {
            Ok(outlook) => {
                taken.push(outlook.name());
                fitted.push(outlook);
            }
            Err(error) => failed.push(error),
        }
    }
    if fitted.is_empty() {
        return failed.into_iter().next().map_or(Ok(fitted), Err);
    }
    let plain = |error: FitError| {
        let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
        Unfitted { reason: error.to_string(), help: help.unwrap_or_default() }
    };
    unfitted.extend(failed.into_iter().map(plain));
    Ok(fitted)
}

/// Flows that belong into one scenario: all, or where some have several yardsticks, those of each
/// reporter.
fn groups(outlooks: &[Outlook]) -> Vec<(Option<String>, Vec<&Outlook>)> {
    if !outlooks.iter().any(|outlook| outlook.is_one_of_several) {
        return vec![(None, outlooks.iter().collect())];
    }
    let mut groups: Vec<(Option<String>, Vec<&Outlook>)> = Vec::new();
    for outlook in outlooks {
        let reporter = &outlook.flow.reporter;
        match groups.iter_mut().find(|(known, _)| known == reporter) {
            Some((_, group)) => group.push(outlook),
            None => groups.push((reporter.clone(), vec![outlook])),
        }
    }
    groups
}
