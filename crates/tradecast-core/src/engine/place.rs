//! Which of a simulation's probabilities is meant.

/// A target of one of the models of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetPlace {
    /// The index of the model.
    pub model: usize,
    /// The index of the target in it.
    pub target: usize,
}

impl TargetPlace {
    /// One of the target's periods, counted from its first simulated one.
    pub fn period(self, period: usize) -> PeriodPlace {
        PeriodPlace { target: self, period }
    }

    /// One of the model's interventions, and the target's own period.
    pub fn intervention(self, intervention: usize) -> ForcedPlace {
        ForcedPlace { target: self, intervention }
    }
}

/// A target in one of its periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodPlace {
    /// The target.
    pub target: TargetPlace,
    /// The index of the period.
    pub period: usize,
}

/// A target in its own period, where an intervention is made to happen or kept from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForcedPlace {
    /// The target.
    pub target: TargetPlace,
    /// The index of the intervention.
    pub intervention: usize,
}
