//! Where a department writes down what it saw: with its coverage, delay and error.
use super::feeds::ReportingParams;
use citytwin_engine::{Board, Department, Now, Record, RecordKind};
use citytwin_world::{City, Draw, HouseholdId, PersonId, Residents};

/// Base of the purposes of all draws about records: department and kind are added, so no two share their luck.
const OBSERVES: u32 = 0x0500;
/// Shape of the gamma distribution of delays: a coefficient of variation of one half.
const DELAY_SHAPE: f64 = 4.0;
/// Tries to find another resident of the same zone.
const TRIES: u32 = 400;

/// The board with what is needed to write on it.
pub(super) struct Desk<'a> {
    pub now: Now,
    pub params: &'a ReportingParams,
    pub city: &'a City,
    pub residents: &'a Residents,
    pub board: &'a mut Board,
}

impl Desk<'_> {
    /// A department may observe something about a person; what it observes it knows after its delay.
    pub fn tell(&mut self, observer: Department, kind: RecordKind, person: PersonId, observed_tick: u32) {
        let feed = self.params.feed(observer);
        let purpose = OBSERVES | (observer as u32) << 4 | kind as u32;
        let mut draw = Draw::new(self.now.seed, purpose, person.0, observed_tick);
        if !draw.chance(feed.coverage) {
            return;
        }
        let delay_ticks = (feed.delay_h * draw.gamma(DELAY_SHAPE) / DELAY_SHAPE).round() as u32;
        let known_tick = observed_tick.saturating_add(delay_ticks).max(self.now.tick + 1);
        let wrong = draw.chance(feed.error);
        let person = match (wrong, kind) {
            (false, _) => person,
            (true, RecordKind::CoLocation) => self.neighbour(person, &mut draw),
            (true, _) => self.anybody(&mut draw),
        };
        self.board.tell(known_tick, Record { kind, observer, person, observed_tick });
    }

    fn anybody(&self, draw: &mut Draw) -> PersonId {
        PersonId(draw.below(self.residents.len() as u32))
    }

    /// Another resident of the zone a person lives in: whom an overlapping base station might name instead.
    fn neighbour(&self, person: PersonId, draw: &mut Draw) -> PersonId {
        let zone = |household: HouseholdId| {
            let home = self.residents.household_home.get(household)?;
            self.city.places.zone.get(*home).copied()
        };
        let own = self.residents.person.get(person).and_then(|p| zone(p.household));
        let mut found = person;
        for _ in 0..TRIES {
            found = self.anybody(draw);
            let here = self.residents.person.get(found).and_then(|p| zone(p.household));
            if found != person && here == own {
                break;
            }
        }
        found
    }
}
