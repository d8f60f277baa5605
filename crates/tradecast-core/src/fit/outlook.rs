//! One flow: its years, its growth, the years ahead.

use super::view::growths;
use super::yardsticks::unit_text;
use super::{AheadYear, FitError, FittedGrowth, FlowFit, HistoryYear, Lens, Options, OwnHistory};
use super::{Note, View, Years};
use crate::amount::MoneyScale;
use crate::calendar::Period;
use crate::forecast::{Bootstrap, Forecast, LocalLevel};
use crate::history::{FlowHistory, Unit};

/// A flow that is fitted, with what its correlations need.
pub struct Outlook {
    /// The results.
    pub flow: FlowFit,
    /// Its shocks by year, from the third on; none where growth is drawn in blocks.
    pub shocks: Vec<(Period, f64)>,
    /// The flow in a file of its own, for a scenario that cannot read the original.
    pub copy: Vec<u8>,
    /// Whether other reporters count it, too.
    pub is_one_of_several: bool,
}

impl Outlook {
    /// Fits a flow, which gets a name that none of those taken has.
    ///
    /// # Errors
    /// Too few years, a unit that the prior cannot take.
    pub fn of(
        flow: &FlowHistory,
        is_one_of_several: bool,
        taken: &[String],
        options: &Options,
    ) -> Result<Self, FitError> {
        let lens = lens(flow, options)?;
        let years = Years::of(flow, options.fiscal_year_starts)?;
        let amounts = years.amounts(MoneyScale::MILLION);
        let name = apart(name(flow, is_one_of_several), taken);
        let (growth, forecasts) = match (&options.view, &lens) {
            (View::Bootstrap(bootstrap), _) => in_blocks(bootstrap, &amounts, &name, options),
            (_, Some(lens)) => by_level(lens, &amounts, options),
            (_, None) => by_level(&Lens::Alone, &amounts, options),
        };
        let shocks = lens.map(|lens| lens.shocks(&amounts)).unwrap_or_default();
        let periods = years.points.iter().skip(2).map(|point| point.period);
        let last = years.points[years.points.len() - 1];
        let under_way = under_way(flow, &years, options);
        let used = under_way.as_ref().map(|_| last.period.end_month());
        let odd = years.odd(used).into_iter().map(|finding| Note::History { finding });
        let zeros = years.ending_zeros().map(Note::EndsInZeros);
        let findings = odd.chain(zeros).chain(under_way).collect();
        Ok(Self {
            shocks: periods.zip(shocks).collect(),
            copy: copy(flow, &years),
            is_one_of_several,
            flow: FlowFit {
                label: flow.name(),
                exporter: flow.exporter.clone(),
                importer: flow.importer.clone(),
                reporter: flow.reporter.clone(),
                is_total: flow.is_total,
                unit: unit_text(&flow.unit),
                ahead: ahead(last.period, last.value, &forecasts),
                history: history(&years),
                findings,
                growth,
                name,
            },
        })
    }

    /// The flow's name.
    pub fn name(&self) -> String {
        self.flow.name.clone()
    }
}

/// The note that the year after the last whole one is under way, where it is.
fn under_way(flow: &FlowHistory, years: &Years, options: &Options) -> Option<Note> {
    let (booked, last) = (flow.points.last()?.period, years.points.last()?.period);
    let is_booked = booked.months() < last.months() && booked.first_month >= last.end_month();
    let is_used = matches!(options.view, View::World { .. });
    (is_booked && is_used).then(|| Note::UnderWay { year: last.next() })
}

/// What a flow is seen through; none where growth is drawn in blocks.
fn lens(flow: &FlowHistory, options: &Options) -> Result<Option<Lens>, FitError> {
    if let Unit::Other(unit) = &flow.unit {
        return Err(FitError::NoMoney { flow: flow.name(), unit: unit.clone() });
    }
    let View::World { prior, .. } = &options.view else {
        return Ok(matches!(options.view, View::Alone).then_some(Lens::Alone));
    };
    let per_dollar = match (&flow.unit, options.per_dollar) {
        (Unit::Million(currency), None) if currency == "USD" => 1.0,
        (Unit::Million(currency), Some(_)) if currency == "USD" => {
            return Err(FitError::NeedlessRate(flow.name()));
        }
        (Unit::Million(_), Some(rate)) => rate,
        (Unit::Million(currency), None) => {
            return Err(FitError::NoRate { flow: flow.name(), currency: currency.clone() });
        }
        _ => return Err(FitError::NoUnit(flow.name())),
    };
    Ok(Some(Lens::World(prior.clone(), per_dollar)))
}

/// `pak-kgz`, `pak-kgz-total`, `pak-kgz-by-kgz`, of letters of any script and digits, as scenarios
/// take them.
fn name(flow: &FlowHistory, is_one_of_several: bool) -> String {
    let mut parts = vec![flow.exporter.as_str(), &flow.importer];
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        parts.push("flow");
    }
    if flow.is_total {
        parts.push("total");
    }
    if is_one_of_several {
        parts.extend(["by", flow.reporter.as_deref().unwrap_or("unnamed")]);
    }
    let letters = parts.join("-").to_lowercase();
    letters.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}

/// The name, or where that is taken the first of `name-2`, `name-3`, … that is not.
fn apart(name: String, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut free = std::iter::once(name.clone()).chain(numbered);
    free.find(|name| !taken.contains(name)).unwrap_or(name)
}

fn history(years: &Years) -> Vec<HistoryYear> {
    let year = |point: &crate::history::Point| HistoryYear {
        period: point.period,
        value: point.value,
        line: point.line,
    };
    years.points.iter().map(year).collect()
}

fn by_level(lens: &Lens, amounts: &[f64], options: &Options) -> (FittedGrowth, Vec<Forecast>) {
    let fit = lens.fit(amounts);
    let LocalLevel { drift, drift_sd, shock_sd, transitory_sd, df, .. } = fit.level;
    let added = options.drift.map_or(0.0, |drift| drift - fit.prior_drift);
    let passing = 2.0 * transitory_sd * transitory_sd;
    let growth = FittedGrowth::Level {
        drift: drift + added,
        drift_sd,
        shock_sd,
        transitory_sd,
        transitory_share: passing / (shock_sd * shock_sd + passing),
        df,
        own_share: fit.own_share,
        prior_sd: fit.prior_sd,
    };
    let ahead = |years| Forecast::Closed(fit.ahead(f64::from(years), options.drift));
    (growth, (1..=options.years).map(ahead).collect())
}

fn in_blocks(
    bootstrap: &Bootstrap,
    amounts: &[f64],
    name: &str,
    options: &Options,
) -> (FittedGrowth, Vec<Forecast>) {
    let growths = growths(amounts);
    let count = growths.len() as f64;
    let mean = growths.iter().sum::<f64>() / count;
    let squares: f64 = growths.iter().map(|growth| (growth - mean) * (growth - mean)).sum();
    let growth = FittedGrowth::Blocks(OwnHistory {
        mean,
        sd: (squares / (count - 1.0)).sqrt(),
        block_years: bootstrap.block_years,
        paths: bootstrap.paths,
    });
    let horizons: Vec<u32> = (1..=options.years).collect();
    let samples = bootstrap.forecast(&growths, &horizons, name);
    (growth, samples.into_iter().map(Forecast::Samples).collect())
}

/// The years after the last one, by forecasts of 1, 2, … years.
fn ahead(last: Period, value: f64, forecasts: &[Forecast]) -> Vec<AheadYear> {
    let mut period = last;
    let mut year = |(years, forecast): (u32, &Forecast)| {
        period = period.next();
        let quantile = |p: f64| value * libm::exp(forecast.quantile(p));
        AheadYear {
            years,
            period,
            q05: quantile(0.05),
            q10: quantile(0.1),
            q25: quantile(0.25),
            q50: quantile(0.5),
            q75: quantile(0.75),
            q90: quantile(0.9),
            q95: quantile(0.95),
            p_1_25: forecast.exceeds(1.25),
            p_2: forecast.exceeds(2.0),
            p_5: forecast.exceeds(5.0),
        }
    };
    (1..).zip(forecasts).map(&mut year).collect()
}

/// The fitted years as a file of one flow, with a column `unit` where the unit is known.
fn copy(flow: &FlowHistory, years: &Years) -> Vec<u8> {
    let unit = match &flow.unit {
        Unit::Million(currency) => Some(format!(",{currency} million")),
        _ => None,
    };
    let mut text = format!("period,value{}\n", unit.as_ref().map_or("", |_| ",unit"));
    let unit = unit.unwrap_or_default();
    for point in &years.points {
        text.push_str(&format!("{},{}{unit}\n", point.period, point.value));
    }
    text.into_bytes()
}
