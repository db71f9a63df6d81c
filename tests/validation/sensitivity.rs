//! Detection of infections by tests against the published curves.
use citytwin_layers::testing::TestSort;

/// Medians of Hellewell et al. 2021 (BMC Medicine 19:106) by days since infection, between the days of the model's
/// own table too.
const PCR: &[(f64, f64)] = &[
    (1.0, 0.0395),
    (1.5, 0.1029),
    (2.0, 0.2460),
    (2.5, 0.4840),
    (3.0, 0.7099),
    (3.5, 0.7735),
    (4.0, 0.785),
    (5.0, 0.7667),
    (6.0, 0.7251),
    (8.0, 0.6260),
    (9.0, 0.5712),
    (12.0, 0.4040),
    (14.0, 0.3019),
    (17.0, 0.1802),
    (20.0, 0.0999),
    (25.0, 0.0351),
    (30.0, 0.0116),
];
const LATERAL_FLOW: &[(f64, f64)] = &[
    (2.0, 0.1104),
    (3.0, 0.4228),
    (4.0, 0.6322),
    (5.0, 0.6104),
    (6.0, 0.5101),
    (7.0, 0.3950),
    (8.0, 0.2927),
    (10.0, 0.1414),
    (12.0, 0.0606),
    (14.0, 0.0248),
    (20.0, 0.0016),
];

#[test]
fn tests_find_infections_as_published() {
    for (sort, curve) in [(TestSort::Pcr, PCR), (TestSort::LateralFlow, LATERAL_FLOW)] {
        for &(day, p) in curve {
            let found = sort.sensitivity(day);
            assert!((found - p).abs() < 0.05, "{sort:?} on day {day}: {found:.3}, published {p:.3}");
        }
    }
}
