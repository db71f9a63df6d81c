//! What residents with a colour ask and tell through the code's platform: appeals, and the declarations of their health.
//!
//! Residents know how they feel, not whether they are infected. Who has no smartphone telephones, or is asked at the
//! door by the community.
use super::desk::Desk;
use citytwin_engine::{Code, CodeBook, Department as By, Record, RecordKind as Kind};
use citytwin_world::{DigitalFunction, Draw, Health, PersonId, Severity, Stage};

/// Purposes of the draws.
const APPEALS: u32 = 0x0513;
const DECLARES_DAILY: u32 = 0x0514;

/// Requests made to the platform, and those without an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub requests: u64,
    pub failed: u64,
}

impl Asked {
    /// Asks the platform, which answers a share of what it is asked.
    pub(super) fn ask(&mut self, draw: &mut Draw, level: f32) -> bool {
        let answered = draw.chance(f64::from(level));
        self.requests += 1;
        self.failed += u64::from(!answered);
        answered
    }
}

fn feels_ill(health: &Health, person: PersonId) -> bool {
    health.severity.get(person).is_some_and(|severity| *severity != Severity::None)
}

fn is_dead(health: &Health, person: PersonId) -> bool {
    health.stage.get(person) == Some(&Stage::Dead)
}

/// Those who may appeal against a colour in this hour and feel well: some do, by the platform or else by telephone. The
/// health commission, which keeps the code, hears of it in the next hour.
pub(super) fn appeals(desk: &mut Desk, health: &Health, level: f32, open: &[PersonId]) -> Asked {
    let (mut asked, tick) = (Asked::default(), desk.now.tick);
    for person in open {
        let mut draw = Draw::new(desk.now.seed, APPEALS, person.0, tick);
        if feels_ill(health, *person) || is_dead(health, *person) || !draw.chance(desk.params.appeal_share) {
            continue;
        }
        let answered = desk.reaches(*person, DigitalFunction::Code) && asked.ask(&mut draw, level);
        if answered || draw.chance(desk.params.hotline_share) {
            let observer = By::HealthCommission;
            let record = Record { kind: Kind::Appeal, observer, person: *person, observed_tick: tick };
            desk.hand_in(record);
        }
    }
    asked
}

/// At the end of a day: those with a colour declare their health. Whoever is ill and does not say so declares to be
/// well.
pub(super) fn declarations(desk: &mut Desk, health: &Health, level: f32, book: &CodeBook) -> Asked {
    let (mut asked, tick) = (Asked::default(), desk.now.tick);
    let admits = desk.params.feed(By::Citizens).coverage;
    for (person, _) in book.iter().filter(|(_, code)| **code != Code::Green) {
        let mut draw = Draw::new(desk.now.seed, DECLARES_DAILY, person.0, tick);
        if is_dead(health, person) || !draw.chance(desk.params.declaration_share) {
            continue;
        }
        let ill = feels_ill(health, person) && draw.chance(admits);
        let kind = if ill { Kind::SymptomReport } else { Kind::WellReport };
        if !desk.reaches(person, DigitalFunction::Declaration) {
            desk.tell(By::Communities, kind, person, tick);
        } else if asked.ask(&mut draw, level) {
            desk.hand_in(Record { kind, observer: By::Citizens, person, observed_tick: tick });
        }
    }
    asked
}
