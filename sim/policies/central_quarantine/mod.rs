//! Central quarantine: known contacts are taken to rooms of their own instead of staying at home.
use crate::by_record::CONTACTS;
use crate::housing::{self, Lodgers};
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "central_quarantine",
    summary: "Takes known contacts to quarantine in rooms of their own, as far as there are places.",
    keys: KEYS,
    build,
};

/// Purpose of the draw whether a contact goes to quarantine.
const GOES: u32 = 0x0705;

const KEYS: &[KeySpec] = &[
    KeySpec::new("places", Unit::Count)
        .default(1000.0)
        .range(0.0, 1e7)
        .about("Rooms for one person each, for the whole city: a sample of the residents finds a sample of them.")
        .source("assumption"),
    KeySpec::new("contacts", Unit::List(&Unit::Text))
        .words(&["traced_contact", "household_contact"])
        .choices(CONTACTS)
        .about("Records of the health commission that put a person into quarantine.")
        .source("assumption"),
    KeySpec::new("quarantine", Unit::Days)
        .default(14.0)
        .range(0.0, 90.0)
        .about("How long, from what was observed. Whoever finds no room stays where they are.")
        .source("WHO, 19 March 2020: 14 days from the last exposure"),
    KeySpec::new("adherence", Unit::Ratio)
        .default(0.95)
        .range(0.0, 1.0)
        .about("Share of contacts who go when a room is offered.")
        .source("assumption"),
];

struct CentralQuarantine {
    places: u32,
    lodgers: Lodgers,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let follows = (params.f64("adherence"), GOES);
    let lodgers = Lodgers::new(&params.list("contacts"), params.f64("quarantine"), follows);
    Ok(Box::new(CentralQuarantine { places: params.u32("places"), lodgers }))
}

impl Policy for CentralQuarantine {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let persons = self.lodgers.read(now, board);
        if self.places > 0 {
            levers.quarantine(self.places, persons);
        }
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&self.lodgers.save())
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<housing::Memory>(memory) else { return false };
        self.lodgers.load(saved);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{record, simulation};
    use citytwin_engine::RecordKind;

    #[test]
    fn contacts_are_listed_for_their_time() {
        let keys = [("places", "9"), ("quarantine", "2 d"), ("adherence", "100 %")];
        let mut one = simulation(&City::default(), &[(&KIND, &keys)]);
        one.board.tell(3, record(RecordKind::TracedContact, 5, 1));
        one.board.tell(3, record(RecordKind::ColleagueContact, 6, 1));
        one.board.tell(4, record(RecordKind::HouseholdContact, 4, 2));
        let mut story = Vec::new();
        for _ in 0..4 {
            story.push(one.levers.quarantine.persons.iter().map(|(_, p)| p.0).collect::<Vec<_>>());
            one.run_day();
        }
        assert_eq!(story, [vec![], vec![5, 4], vec![5, 4], vec![]]);
        assert_eq!(one.levers.quarantine.places, 9);
    }
}
