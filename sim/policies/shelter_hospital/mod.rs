//! Shelter hospitals: known mild cases are isolated there instead of at home, so that they infect nobody they live with.
use crate::by_record::CASES;
use crate::housing::{self, Lodgers};
use crate::works::Works;
use bitcode::{Decode, Encode};
use citytwin_engine::{Board, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::City;
use citytwin_world::problem::Problems;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "shelter_hospital",
    summary: "Isolates known mild cases in shelter hospitals instead of at home.",
    keys: KEYS,
    build,
};

/// Purpose of the draw whether a case goes to a shelter hospital.
const GOES: u32 = 0x0704;

const FANGCANG: &str = "Fangcang shelter hospitals, Wuhan: decided on 3 February 2020, first opened on 5 February (Chen et al. 2020)";

const KEYS: &[KeySpec] = &[
    KeySpec::new("beds", Unit::Count)
        .default(1000.0)
        .range(0.0, 1e7)
        .about("Beds, for the whole city: a sample of the residents finds a sample of them.")
        .source("assumption; 16 Fangcang hospitals had more than 13,000 beds in all (Wuhan, February 2020)"),
    KeySpec::new("build_time", Unit::Days)
        .default(2.0)
        .range(0.0, 365.0)
        .about("From the hour in which the policy first acts to the first patients, who are fetched at midnight.")
        .source(FANGCANG),
    KeySpec::new("cases", Unit::List(&Unit::Text))
        .words(&["test_positive"])
        .choices(CASES)
        .about("Records of the health commission that make a person a case.")
        .source("assumption"),
    KeySpec::new("stay", Unit::Days)
        .default(10.0)
        .range(0.0, 90.0)
        .about("How long a case is kept, from what was observed; whoever gets severely ill goes to a hospital.")
        .source("WHO, 27 May 2020: 10 days after the onset of symptoms or a positive test, if 3 days without symptoms"),
    KeySpec::new("adherence", Unit::Ratio)
        .default(0.95)
        .range(0.0, 1.0)
        .about("Share of cases who go when a bed is offered.")
        .source("assumption"),
];

struct Shelter {
    beds: u32,
    works: Works,
    lodgers: Lodgers,
}

/// What it keeps over a restart.
#[derive(Encode, Decode)]
struct Memory {
    works: Works,
    lodgers: housing::Memory,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    Ok(Box::new(Shelter {
        beds: params.u32("beds"),
        works: Works::of_days(params.f64("build_time")),
        lodgers: Lodgers::new(&params.list("cases"), params.f64("stay"), (params.f64("adherence"), GOES)),
    }))
}

impl Policy for Shelter {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let persons = self.lodgers.read(now, board);
        if self.beds > 0 && self.works.stand(now.tick) {
            levers.shelter(self.beds, persons);
        }
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&Memory { works: self.works.clone(), lodgers: self.lodgers.save() })
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<Memory>(memory) else { return false };
        self.works = saved.works;
        self.lodgers.load(saved.lodgers);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Order, record, simulation};
    use citytwin_engine::{RecordKind, Simulation};

    fn listed(simulation: &Simulation) -> Vec<(u32, u32)> {
        simulation.levers.shelter.persons.iter().map(|(tick, person)| (*tick, person.0)).collect()
    }

    #[test]
    fn cases_are_listed_by_the_time_of_their_test_until_their_stay_or_illness_ends() {
        let keys = [("build_time", "1 d"), ("stay", "3 d"), ("adherence", "100 %"), ("beds", "7")];
        let orders: [Order; 1] = [(&KIND, &keys)];
        let mut whole = simulation(&City::default(), &orders);
        let told = [
            (10, RecordKind::TestPositive, 8, 6),
            (12, RecordKind::TestPositive, 5, 2),
            (12, RecordKind::TestPositive, 9, 2),
            (14, RecordKind::ColleagueContact, 4, 2),
            (40, RecordKind::Discharge, 9, 40),
        ];
        told.into_iter().for_each(|(tick, kind, who, seen)| whole.board.tell(tick, record(kind, who, seen)));
        whole.run_day();
        let mut resumed = simulation(&City::default(), &orders);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        for one in [&mut whole, &mut resumed] {
            assert_eq!((one.levers.shelter.places, listed(one)), (7, vec![(2, 5), (2, 9), (6, 8)]));
            one.run_day();
            assert_eq!(listed(one), [(2, 5), (6, 8)]);
            (48..72 + 2).for_each(|_| one.step());
            assert_eq!(listed(one), [(6, 8)]);
            one.run_day();
            assert_eq!(listed(one), []);
        }
    }

    #[test]
    fn some_do_not_go_and_no_beds_are_no_order() {
        let count = |keys: &[(&str, &str)]| {
            let mut one = simulation(&City::default(), &[(&KIND, keys)]);
            (0..1000).for_each(|p| one.board.tell(1, record(RecordKind::TestPositive, p, 0)));
            (0..60).for_each(|_| one.step());
            (one.levers.shelter.persons.len(), one.levers == Levers::default())
        };
        let (some, _) = count(&[("adherence", "70 %")]);
        assert!((660..740).contains(&some), "{some}");
        assert_eq!(count(&[("adherence", "0 %"), ("beds", "0")]), (0, true));
    }
}
