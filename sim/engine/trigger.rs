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

/// Comparisons of signals with numbers, alone or joined.
#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    /// One comparison.
    Compare {
        /// Name of the signal on the board.
        signal: String,
        /// How it is compared.
        comparison: Comparison,
        /// With what, in the signal's unit.
        bound: f64,
    },
    /// The opposite.
    Not(Box<Condition>),
    /// All of them hold.
    All(Vec<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds by what the board says; `None` while that hangs on a signal that was never told. One false part
    /// settles an `All`, one true part an `Any` (the three-valued logic of Kleene).
    pub fn holds(&self, board: &Board) -> Option<bool> {
        match self {
            Self::Compare { signal, comparison, bound } => {
                board.signal(signal).map(|told| comparison.holds(told.value, *bound))
            }
            Self::Not(part) => part.holds(board).map(|holds| !holds),
            Self::All(parts) => joined(parts, board, false),
            Self::Any(parts) => joined(parts, board, true),
        }
    }
}

/// `settles` as soon as one part says so, unknown while one is unknown, else the opposite.
fn joined(parts: &[Condition], board: &Board, settles: bool) -> Option<bool> {
    let mut joint = Some(!settles);
    for part in parts {
        match part.holds(board) {
            Some(holds) if holds == settles => return Some(settles),
            Some(_) => {}
            None => joint = None,
        }
    }
    joint
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
        let condition =
            |comparison, bound| Condition::Compare { signal: "icu_occupancy".into(), comparison, bound };
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

    #[test]
    fn what_is_not_known_matters_only_where_it_decides() {
        let above = |signal: &str| Condition::Compare {
            signal: signal.into(),
            comparison: Comparison::Above,
            bound: 0.5,
        };
        let mut board = Board::new();
        for (name, value) in [("high", 1.0), ("low", 0.0)] {
            board.tell_signal(1, name, Signal { value, as_of_tick: 1 });
        }
        board.arrive(1, &[]);
        let holds = |condition: Condition| condition.holds(&board);
        let (high, low, never) = (above("high"), above("low"), above("never told"));
        assert_eq!(holds(Condition::All(vec![high.clone(), low.clone()])), Some(false));
        assert_eq!(holds(Condition::Any(vec![low.clone(), high.clone()])), Some(true));
        assert_eq!(holds(Condition::All(vec![never.clone(), low.clone()])), Some(false));
        assert_eq!(holds(Condition::All(vec![never.clone(), high.clone()])), None);
        assert_eq!(holds(Condition::Any(vec![never.clone(), high.clone()])), Some(true));
        assert_eq!(holds(Condition::Any(vec![never.clone(), low.clone()])), None);
        assert_eq!(holds(Condition::Not(Box::new(never))), None);
        assert_eq!(holds(Condition::Not(Box::new(Condition::Any(vec![low])))), Some(true));
        assert_eq!(holds(high), Some(true));
    }
}
