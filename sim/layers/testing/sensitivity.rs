//! How likely a test finds an infection, by days since infection.

/// Day and probability, Hellewell 2021 (BMC Medicine 19:106): twice-weekly swabs of health workers, PCR.
const PCR: &[(f64, f64)] = &[
    (0.0, 0.0),
    (1.0, 0.04),
    (2.0, 0.25),
    (3.0, 0.71),
    (4.0, 0.79),
    (5.0, 0.77),
    (7.0, 0.68),
    (10.0, 0.51),
    (14.0, 0.30),
    (20.0, 0.10),
    (30.0, 0.01),
    (40.0, 0.0),
];

/// The same for rapid antigen tests (lateral flow).
const LATERAL_FLOW: &[(f64, f64)] = &[
    (0.0, 0.0),
    (2.0, 0.11),
    (3.0, 0.42),
    (4.0, 0.63),
    (5.0, 0.61),
    (7.0, 0.40),
    (10.0, 0.14),
    (14.0, 0.02),
    (20.0, 0.0),
];

/// A sort of test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestSort {
    /// Polymerase chain reaction in a laboratory.
    Pcr,
    /// Rapid antigen test.
    LateralFlow,
}

impl TestSort {
    /// Probability that a swab taken so many days after infection is positive, between the table's days linear; 0
    /// before the infection and after the last day.
    pub fn sensitivity(self, days: f64) -> f64 {
        let table = match self {
            Self::Pcr => PCR,
            Self::LateralFlow => LATERAL_FLOW,
        };
        let pair = table.windows(2).find(|pair| (pair[0].0..pair[1].0).contains(&days));
        pair.map_or(0.0, |pair| {
            let ((day_0, p_0), (day_1, p_1)) = (pair[0], pair[1]);
            p_0 + (p_1 - p_0) * (days - day_0) / (day_1 - day_0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_met_and_joined() {
        for (day, p) in [(1.0, 0.04), (4.0, 0.79), (12.0, 0.405), (30.0, 0.01), (-1.0, 0.0), (99.0, 0.0)] {
            assert!((TestSort::Pcr.sensitivity(day) - p).abs() < 1e-9, "{day}");
        }
        assert_eq!(TestSort::LateralFlow.sensitivity(4.0), 0.63);
        assert_eq!(TestSort::Pcr.sensitivity(f64::NAN), 0.0);
    }
}
