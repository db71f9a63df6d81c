//! The published numbers that policies may react to.
use citytwin_engine::{Board, Now, Signal, SignalSpec, Unit, ZoneCounts};
use citytwin_world::Services;

/// All numbers on the board.
pub const SIGNALS: &[SignalSpec] = &[
    SignalSpec {
        name: "hospital_occupancy",
        unit: Unit::Ratio,
        summary: "Patients in ordinary beds for the epidemic, over those beds.",
    },
    SignalSpec {
        name: "icu_occupancy",
        unit: Unit::Ratio,
        summary: "Patients in intensive-care beds for the epidemic, over those beds.",
    },
    SignalSpec {
        name: "known_cases_new",
        unit: Unit::Persons,
        summary: "Cases that the health commission learnt of on the day.",
    },
    SignalSpec {
        name: "known_cases_per_100k",
        unit: Unit::Number,
        summary: "Cases that the health commission learnt of on the day, in 100,000 residents.",
    },
    SignalSpec {
        name: "known_cases_total",
        unit: Unit::Persons,
        summary: "Cases that the health commission has learnt of so far.",
    },
    SignalSpec {
        name: "test_positivity",
        unit: Unit::Ratio,
        summary: "Positive results over all results of the day; not told on days without a test.",
    },
];

/// Cases the health commission knows: of the day, of all days, and the residents among whom they are.
pub(super) struct CaseCount {
    pub today: u64,
    pub total: u64,
    pub residents: u64,
}

/// Publishes the day's numbers after a delay.
pub(super) fn publish(now: Now, delay_ticks: u32, services: &Services, cases: &CaseCount, board: &mut Board) {
    let known_tick = now.tick.saturating_add(delay_ticks).saturating_add(1);
    let mut tell = |name: &str, over: u64, under: u64| {
        if under > 0 {
            let signal = Signal { value: over as f64 / under as f64, as_of_tick: now.tick };
            board.tell_signal(known_tick, name, signal);
        }
    };
    let sum = |count: fn(&citytwin_world::services::HospitalState) -> u64| {
        services.hospitals.iter().map(count).sum::<u64>()
    };
    let (beds, icu) = (sum(|h| u64::from(h.beds)), sum(|h| u64::from(h.icu)));
    tell("hospital_occupancy", sum(|h| h.patients.len() as u64), beds);
    tell("icu_occupancy", sum(|h| h.icu_patients.len() as u64), icu);
    tell("known_cases_new", cases.today, 1);
    tell("known_cases_per_100k", cases.today * 100_000, cases.residents);
    tell("known_cases_total", cases.total, 1);
    tell("test_positivity", services.tests_positive, services.tests_done);
}

/// Publishes, after a delay, the residents of each zone and those of them who became known cases within seven days.
pub(super) fn publish_zones(
    now: Now,
    delay_ticks: u32,
    [residents, known_cases_7d]: [Vec<u32>; 2],
    board: &mut Board,
) {
    let known_tick = now.tick.saturating_add(delay_ticks).saturating_add(1);
    for (name, counts) in [("residents", residents), ("known_cases_7d", known_cases_7d)] {
        board.tell_zones(known_tick, name, ZoneCounts { counts, as_of_tick: now.tick });
    }
}
