//! Conditions on the board's signals that switch a policy on and off, with hysteresis.
use crate::board::Board;

/// Which way a signal is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// Greater than.
    Above,
    /// At least.
    AtLeast,
    /// Less than.
    Below,
    /// At most.
    AtMost,
}

impl Comparison {
    /// Whether `value` stands so to `bound`.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Above => value > bound,
            Self::AtLeast => value >= bound,
            Self::Below => value < bound,
            Self::AtMost => value <= bound,
        }
    }
}

/// One comparison of a signal with a number.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// Name of the signal on the board.
    pub signal: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub bound: f64,
}

impl Condition {
    /// Whether it holds by what the board says; `None` while the signal was never told.
    pub fn holds(&self, board: &Board) -> Option<bool> {
        board.signal(&self.signal).map(|s| self.comparison.holds(s.value, self.bound))
    }
}

/// On once `when` holds; off once `until_when` holds, or, without one, once `when` no longer holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Trigger {
    /// Switches on.
    pub when: Condition,
    /// Switches off.
    pub until_when: Option<Condition>,
    /// Whether it is on now.
    pub on: bool,
}

impl Trigger {
    /// Looks at the board and says whether the policy acts this hour.
    pub fn holds(&mut self, board: &Board) -> bool {
        let when = self.when.holds(board);
        self.on = match (&self.until_when, self.on) {
            (None, on) => when.unwrap_or(on),
            (Some(_), false) => when.unwrap_or(false),
            (Some(off), true) => !off.holds(board).unwrap_or(false),
        };
        self.on
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Signal;

    #[test]
    fn hysteresis_keeps_a_policy_on_between_the_bounds() {
        let condition = |comparison, bound| Condition { signal: "icu_occupancy".into(), comparison, bound };
        let mut trigger = Trigger {
            when: condition(Comparison::Above, 0.8),
            until_when: Some(condition(Comparison::Below, 0.5)),
            on: false,
        };
        let mut board = Board::new();
        let mut seen = Vec::new();
        assert!(!trigger.holds(&board));
        for (tick, value) in [(1, 0.7), (2, 0.9), (3, 0.6), (4, 0.4), (5, 0.6)] {
            board.tell_signal(tick, "icu_occupancy", Signal { value, as_of_tick: tick });
            board.arrive(tick, &[]);
            seen.push(trigger.holds(&board));
        }
        assert_eq!(seen, [false, true, true, false, false]);
    }
}
