//! Rules between the fields of a scenario: names that clash, circles, targets that time cannot
//! reach, and keys that by the structure of the file can reach no output.

use super::problem::Problem;
use super::{Flow, Growth, Intervention, Member, Prices, Scenario, Target};
use crate::calendar::{MONTHS, Period, PeriodKind, Step};

/// Checks everything that no single field shows.
///
/// # Errors
/// The first rule that is broken.
pub fn check(scenario: &Scenario) -> Result<(), Problem> {
    check_names(scenario)?;
    scenario.flows.iter().try_for_each(check_flow)?;
    scenario.flows.iter().try_for_each(check_zero)?;
    check_steps(scenario)?;
    scenario.targets.iter().try_for_each(|target| check_target(scenario, target))?;
    check_needs(scenario)?;
    for intervention in &scenario.interventions {
        check_effect(scenario, intervention)?;
        check_start(scenario, intervention)?;
    }
    check_drivers(scenario)?;
    check_deflator(scenario)?;
    check_bootstraps(scenario)?;
    super::running::check(scenario)?;
    check_disruptions(scenario)
}

/// Flows, drivers, interventions and disruptions share one space of names.
fn check_names(scenario: &Scenario) -> Result<(), Problem> {
    let named = |kind: &'static str, names: Vec<&String>| {
        names.into_iter().map(|name| (kind, name.clone())).collect::<Vec<_>>()
    };
    let mut all = named("flow", scenario.flows.iter().map(|flow| &flow.name).collect());
    all.extend(named("driver", scenario.drivers.iter().map(|driver| &driver.name).collect()));
    all.extend(named("intervention", scenario.interventions.iter().map(|i| &i.name).collect()));
    all.extend(named("disruption", scenario.disruptions.iter().map(|d| &d.name).collect()));
    for (position, (kind, name)) in all.iter().enumerate() {
        let key = format!("{kind}.{name}.name");
        if let Some((other, _)) = all[..position].iter().find(|(_, earlier)| earlier == name) {
            let problem =
                Problem::value(key, format!("the {other} \"{name}\" has this name already")).help(
                    "give one of them another name; names are how blocks refer to each other",
                );
            let first = scenario.document.node(&format!("{other}.{name}.name"));
            return Err(match first {
                Some(node) => problem.also(node.place.clone(), "the first stands here"),
                None => problem,
            });
        }
        let taken = match name.as_str() {
            "total" => "the name of a target's sum",
            "source" => "the key for where values come from",
            _ => continue,
        };
        return Err(
            Problem::value(key, format!("\"{name}\" is {taken}")).help("choose another name")
        );
    }
    Ok(())
}

fn check_flow(flow: &Flow) -> Result<(), Problem> {
    if flow.baseline_season() == 0.0 {
        return Err(Problem::value(
            format!("flow.{}.seasonal", flow.name),
            format!("the share of {}, the baseline's own period, is 0", flow.baseline.period),
        )
        .help("a year's level cannot be told from a season without trade; take a baseline of a whole year"));
    }
    if flow.baseline.value.reach().0 > 0.0 || matches!(flow.growth, Growth::Constant(_)) {
        return Ok(());
    }
    Err(Problem::value(
        format!("flow.{}.baseline.value", flow.name),
        "a flow of zero cannot grow by a percentage",
    )
    .help("write `growth.constant = \"0%\"` and let an intervention bring the trade with `adds`, or start from a value above 0"))
}

/// A flow that starts from zero has no level of its own that anything could change.
fn check_zero(flow: &Flow) -> Result<(), Problem> {
    if flow.baseline.value.reach() != (0.0, 0.0) {
        return Ok(());
    }
    let idle = [
        ("baseline.lost", flow.baseline.lost.is_some()),
        ("elasticity", !flow.elasticities.is_empty()),
        ("seasonal", flow.seasonal.is_some()),
    ];
    match idle.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((key, _)) => Err(Problem::key(
            format!("flow.{}.{key}", flow.name),
            "this flow starts from zero, so this reaches no output",
        )
        .help("drop it; what an intervention `adds` has a `season` of its own")),
    }
}

/// Steps must fit the fiscal year.
fn check_steps(scenario: &Scenario) -> Result<(), Problem> {
    let starts = scenario.calendar.fiscal_year_starts;
    let fits = starts.is_none_or(|month| (month - 1) % 3 == 0);
    let is_fiscal = |period: &Period| period.kind == PeriodKind::FiscalYear;
    let targets = scenario.targets.iter().map(|target| &target.period);
    let baselines = scenario.flows.iter().map(|flow| &flow.baseline.period);
    let constant = match &scenario.money.prices {
        Prices::Constant { year, .. } => Some(year),
        Prices::Current => None,
    };
    let is_named = targets.chain(baselines).chain(constant).any(is_fiscal);
    if starts.is_some() && scenario.calendar.step != Step::Year && !is_named {
        return Err(Problem::key(
            "calendar.fiscal_year_starts",
            "no period is a fiscal year, so this reaches no output",
        )
        .help("leave it out, or write periods as \"FY2027-28\""));
    }
    if scenario.calendar.step == Step::Quarter && !fits {
        return Err(Problem::value(
            "calendar.step",
            "this fiscal year does not start with a calendar quarter",
        )
        .help(
            "write step = \"month\", or let fiscal years start in January, April, July or October",
        ));
    }
    Ok(())
}

/// The longest simulation, in years: beyond it a target's year is a slip of the pen.
const LONGEST_YEARS: i32 = 100;

fn check_target(scenario: &Scenario, target: &Target) -> Result<(), Problem> {
    let key = format!("target.{}.in", target.name);
    let (period, step) = (target.period, scenario.calendar.step);
    let first = scenario.first_month();
    if period.end_month() - first > LONGEST_YEARS * MONTHS {
        return Err(Problem::value(
            key,
            format!("{period} is more than {LONGEST_YEARS} years ahead"),
        )
        .help(format!("the first simulated period starts in {}", first / MONTHS)));
    }
    if period.end_month() <= scenario.baseline_end() || period.first_month < first {
        let last = scenario.latest_baseline();
        let origin = first_period(first, period.kind);
        let message = format!("{period} is not after the last observed period, {last}");
        let help = format!(
            "the first {} that can be simulated whole is {origin}; a target must lie there or later",
            match period.kind {
                PeriodKind::CalendarYear => "year",
                PeriodKind::FiscalYear => "fiscal year",
                PeriodKind::Quarter => "quarter",
                PeriodKind::Month => "month",
            }
        );
        return Err(Problem::value(key, message).help(help));
    }
    let months = step.months();
    let is_whole = period.months() % months == 0 && (period.first_month - first) % months == 0;
    if is_whole {
        return Ok(());
    }
    let help = match (period.kind, scenario.calendar.fiscal_year_starts) {
        (PeriodKind::CalendarYear, Some(_)) => {
            "steps of a year are fiscal years here: write a fiscal year, as \"FY2027-28\", or step = \"quarter\" under [calendar]"
        }
        (PeriodKind::Quarter, _) => "write step = \"quarter\" or \"month\" under [calendar]",
        (PeriodKind::Month, _) => "write step = \"month\" under [calendar]",
        _ => "choose a shorter step under [calendar]",
    };
    let steps = match step {
        Step::Year => "steps of a year",
        Step::Quarter => "steps of a quarter",
        Step::Month => "steps of a month",
    };
    Err(Problem::value(key, format!("{period} is not made of whole {steps}")).help(help))
}

/// The first period of a kind that starts at or after a month.
fn first_period(month: i32, kind: PeriodKind) -> Period {
    let period = |first_month| Period { first_month, kind };
    let length = period(0).months();
    let anchor = if kind == PeriodKind::FiscalYear { month } else { 0 };
    period(month + (anchor - month).rem_euclid(length))
}

fn check_needs(scenario: &Scenario) -> Result<(), Problem> {
    let Some(circle) = find_circle(scenario) else { return Ok(()) };
    let names: Vec<&str> =
        circle.iter().map(|i| scenario.interventions[*i].name.as_str()).collect();
    Err(Problem::value(
        format!("intervention.{}.needs", names[0]),
        format!("interventions need each other: {}", names.join(" → ")),
    )
    .help("one of the circle must do without the others"))
}

/// A circle of needs, from its first intervention in the order of the file to that one again: a
/// depth-first search that looks at each need once, without recursion, so that chains may be long.
fn find_circle(scenario: &Scenario) -> Option<Vec<usize>> {
    let count = scenario.interventions.len();
    let (mut is_done, mut is_in_chain) = (vec![false; count], vec![false; count]);
    for start in 0..count {
        // Each with how many of its needs were looked at.
        let mut chain = vec![(start, 0)];
        while let Some((last, looked_at)) = chain.last_mut().filter(|(last, _)| !is_done[*last]) {
            is_in_chain[*last] = true;
            let Some(need) = scenario.interventions[*last].needs.get(*looked_at) else {
                is_done[*last] = true;
                chain.pop();
                continue;
            };
            *looked_at += 1;
            if is_in_chain[*need] && !is_done[*need] {
                let way = chain.iter().map(|(member, _)| *member);
                return Some(closed(way.skip_while(|member| member != need).collect()));
            }
            if !is_done[*need] {
                chain.push((*need, 0));
            }
        }
    }
    None
}

/// The members of a circle, turned so that the first comes first, and that one again.
fn closed(mut circle: Vec<usize>) -> Vec<usize> {
    let first = circle.iter().enumerate().min_by_key(|(_, member)| **member);
    let first = first.map_or(0, |(place, _)| place);
    circle.rotate_left(first);
    circle.extend(circle.first().copied());
    circle
}

/// An intervention must do something, and each of its keys must matter.
fn check_effect(scenario: &Scenario, intervention: &Intervention) -> Result<(), Problem> {
    let key = format!("intervention.{}", intervention.name);
    let has_effect = intervention.adds.is_some() || intervention.lifts.is_some();
    let position = scenario.interventions.iter().position(|i| i.name == intervention.name);
    let is_needed =
        scenario.interventions.iter().any(|other| other.needs.iter().any(|n| Some(*n) == position));
    let is_correlated = scenario.correlations.iter().any(|correlation| {
        correlation
            .between
            .iter()
            .any(|member| Some(member) == position.map(Member::Intervention).as_ref())
    });
    if !has_effect && !is_needed && !is_correlated {
        return Err(Problem::key(key, "this intervention reaches no output")
            .help("let it add to a flow (`adds`), lift flows (`lifts`), or be needed by another (`needs`)"));
    }
    // It, or one that it needs, has a start for a ramp to begin with.
    let has_start = position.is_some_and(|position| {
        let all = scenario.with_needs(position).into_iter();
        all.map(|k| &scenario.interventions[k]).any(|known| known.start.is_some())
    });
    let idle = [
        ("season", intervention.season.is_some() && !has_effect),
        ("ramp", intervention.ramp.is_some() && !has_effect),
        ("ramp", intervention.ramp.is_some() && !has_start),
    ];
    for (name, is_idle) in idle {
        if is_idle {
            let problem =
                Problem::key(format!("{key}.{name}"), format!("a {name} reaches no output here"));
            return Err(problem.help(match (name, has_effect) {
                ("ramp", true) => "a ramp begins with `start`: add one, as start = \"2026-10\"",
                _ => "only an intervention that adds or lifts has a ramp or a season",
            }));
        }
    }
    let Some((flows, _)) = &intervention.lifts else { return Ok(()) };
    let is_zero = |flow: &usize| scenario.flows[*flow].baseline.value.reach() == (0.0, 0.0);
    match flows.iter().find(|flow| is_zero(flow)) {
        Some(flow) if flows.len() < scenario.flows.len() || flows.iter().all(is_zero) => Err(Problem::value(
            format!("{key}.lifts.flows"),
            format!(
                "\"{}\" starts from zero, so a lift of it reaches no output",
                scenario.flows[*flow].name
            ),
        )
        .help(
            "a lift multiplies the flow's own level; use `adds` to bring trade to a flow of zero",
        )),
        _ => Ok(()),
    }
}

/// What started before the baseline's end is in the baseline already.
fn check_start(scenario: &Scenario, intervention: &Intervention) -> Result<(), Problem> {
    let Some(start) = &intervention.start else { return Ok(()) };
    let added = intervention.adds.iter().map(|(flow, _)| *flow);
    let lifted = intervention.lifts.iter().flat_map(|(flows, _)| flows.iter().copied());
    let ends = added.chain(lifted).map(|flow| scenario.flows[flow].baseline.period);
    let Some(baseline) = ends.max_by_key(Period::end_month) else { return Ok(()) };
    let end = f64::from(baseline.end_month()) / 12.0;
    // A month's name and the end of a period are the same instant, but for rounding.
    if start.reach().0 >= end - 1e-9 {
        return Ok(());
    }
    Err(Problem::value(
        format!("intervention.{}.start", intervention.name),
        format!("this can start before the end of {baseline}, the last observed period"),
    )
    .help("what was at work then is in the baseline already; let it start later, or take an earlier baseline"))
}

fn check_drivers(scenario: &Scenario) -> Result<(), Problem> {
    for (position, driver) in scenario.drivers.iter().enumerate() {
        let is_used = scenario.flows.iter().any(|f| f.elasticities.iter().any(|e| e.0 == position));
        let is_deflator = matches!(scenario.money.prices, Prices::Constant { deflator, .. } if deflator == position);
        if !is_used && !is_deflator {
            return Err(Problem::key(
                format!("driver.{}", driver.name),
                "this driver reaches no output",
            )
            .help(format!(
                "give a flow an elasticity to it, as elasticity = {{ {} = 1.0 }}, or drop it",
                driver.name
            )));
        }
    }
    Ok(())
}

/// The base year of prices must lie within what is simulated, or before it.
fn check_deflator(scenario: &Scenario) -> Result<(), Problem> {
    let Prices::Constant { year, .. } = scenario.money.prices else { return Ok(()) };
    let end = scenario.targets.iter().map(|target| target.period.end_month()).max();
    let months = scenario.calendar.step.months();
    let last_midpoint = end.map_or(0.0, |end| f64::from(2 * end - months) / 24.0);
    if year.midpoint() <= last_midpoint {
        return Ok(());
    }
    Err(Problem::value("money.prices.constant", format!("{year} lies after what is simulated"))
        .help("take the prices of a year whose middle is not later than that of the last simulated period"))
}

/// A history's growth comes in whole steps, so a bootstrap must start whole steps before the first.
fn check_bootstraps(scenario: &Scenario) -> Result<(), Problem> {
    let months = scenario.calendar.step.months();
    // Twice the midpoints, in months, so that halves are whole numbers.
    let first = 2 * scenario.first_month() + months;
    let is_whole =
        |period: Period| (first - (2 * period.first_month + period.months())) % (2 * months) == 0;
    let refuse = |kind: &str, name: &str, period: Period| {
        let message = format!(
            "{period} is not whole steps before the first simulated period, so growth from a history cannot bridge the gap"
        );
        Err(Problem::value(format!("{kind}.{name}.growth.bootstrap"), message).help(
            "take a baseline (or base year of prices) that is as long as a step and aligned with it, or another kind of growth",
        ))
    };
    for flow in &scenario.flows {
        let own = matches!(flow.growth, Growth::Bootstrap { .. });
        if own && !is_whole(flow.baseline.period) {
            return refuse("flow", &flow.name, flow.baseline.period);
        }
    }
    for (index, driver) in scenario.drivers.iter().enumerate() {
        if !matches!(driver.growth, Growth::Bootstrap { .. }) {
            continue;
        }
        let base = match scenario.money.prices {
            Prices::Constant { year, deflator } if deflator == index => Some(year),
            _ => None,
        };
        let followers = scenario.flows.iter().filter(|flow| {
            base.is_some() || flow.elasticities.iter().any(|(driver, _)| *driver == index)
        });
        let seen_from = followers.map(|flow| flow.baseline.period).chain(base);
        for period in seen_from {
            if !is_whole(period) {
                return refuse("driver", &driver.name, period);
            }
        }
    }
    Ok(())
}

fn check_disruptions(scenario: &Scenario) -> Result<(), Problem> {
    let start = f64::from(scenario.first_month()) / 12.0;
    for disruption in &scenario.disruptions {
        let Some(until) = &disruption.ongoing_until else { continue };
        if until.reach().1 <= start {
            return Err(Problem::value(
                format!("disruption.{}.ongoing.until", disruption.name),
                "this ends before the first simulated period, so it reaches no output",
            )
            .help("drop `ongoing`, or let it end later; a baseline that suffered from it is stated with `baseline.lost`"));
        }
    }
    Ok(())
}
