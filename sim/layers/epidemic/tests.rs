//! The layer in a small town: immunity, variants, importations.
use super::*;
use crate::hazard::{HAZARDS, Importation};
use crate::town;
use crate::transport::{Obedience, Transport};
use citytwin_engine::{Params, Simulation};
use citytwin_world::City;

fn simulation(disease: Disease, vaccination: Vaccination, hazards: Vec<Box<dyn Layer>>) -> Simulation {
    let mut layers: Vec<Box<dyn Layer>> =
        vec![Box::new(Transport::new(Obedience::default())), Box::new(Epidemic::new(disease, vaccination))];
    layers.extend(hazards);
    town::simulation(500, layers, vec![])
}

fn importation(values: &[(&str, &str)]) -> Box<dyn Layer> {
    let kind = Kind::find(HAZARDS, "epidemic").expect("listed");
    let params = Params::written(kind.keys, values).expect("well written");
    (kind.build)(&params, &City::default()).expect("builds")
}

#[test]
fn importations_come_when_they_should_and_only_once_each() {
    let hazard = importation(&[("from", "day 2"), ("until", "day 22"), ("seeds", "40"), ("per_day", "5 /d")]);
    let disease = Disease::named("influenza").expect("shipped");
    let mut simulation = simulation(disease, Vaccination::default(), vec![hazard]);
    (0..40).for_each(|_| {
        simulation.run_day();
    });
    let health = &simulation.world.people.health;
    let day = |e: &Episode| e.infected_tick / TICKS_PER_DAY;
    let at_begin = health.episodes.iter().filter(|e| day(e) == 2).count();
    let after = health.episodes.iter().filter(|e| (3..22).contains(&day(e))).count();
    assert_eq!((at_begin, at_begin + after), (40, health.episodes.len()));
    assert!((60..130).contains(&after), "{after} of 95 expected");
    assert!(health.episodes.iter().all(|e| e.setting == Setting::Imported && !e.infector.is_some()));
    assert!(health.active.is_empty() && health.infectivity.as_slice().iter().all(|x| *x == 0.0));
}

#[test]
fn a_new_variant_finds_those_whom_the_old_one_no_longer_can_infect() {
    let disease = Disease::named("sars-cov-2-wild").expect("shipped");
    let hazards: Vec<Box<dyn Layer>> = vec![
        Box::new(Importation::seeds(1200)),
        importation(&[("from", "day 60"), ("seeds", "300"), ("variant", "2")]),
    ];
    let mut simulation = simulation(disease, Vaccination::default(), hazards);
    (0..60).for_each(|_| {
        simulation.run_day();
    });
    let health = &simulation.world.people.health;
    let first = health.episodes.len();
    let recovered = health.stage.iter().find(|(_, stage)| **stage == Stage::Recovered).expect("one").0;
    let row = health.susceptibility[recovered];
    assert!(row[0] < 0.25 && row[2] > 2.0 * row[0], "{row:?}");
    assert_eq!((health.variants, row[3]), (1, 0.0));
    (0..30).for_each(|_| {
        simulation.run_day();
    });
    let health = &simulation.world.people.health;
    let again = health.episodes.iter().skip(first);
    let twice = again.filter(|e| health.episodes.iter().take(first).any(|f| f.person == e.person)).count();
    assert!(twice > 50, "{twice} infected twice");
    assert_eq!(health.variants, 3);
}

#[test]
fn doses_reach_the_share_they_should_and_protect() {
    let disease = Disease::named("sars-cov-2-wild").expect("shipped");
    let mut coverage = [0.0; DECADES];
    coverage[4] = 0.8;
    let vaccination = Vaccination { coverage, doses: 2, days_ago: 20.0 };
    let mut simulation = simulation(disease, vaccination, vec![]);
    simulation.run_day();
    let people = &simulation.world.people;
    let forties = people.residents.person.iter().filter(|(_, p)| p.age == 40).map(|(id, _)| id);
    let (mut all, mut doses) = (0.0, 0.0);
    for id in forties {
        all += 1.0;
        let vaccinated = people.health.doses[id] == 2;
        doses += f64::from(u8::from(vaccinated));
        assert_eq!(people.health.susceptibility[id][0] < 0.3, vaccinated);
    }
    assert!((doses / all - 0.8f64).abs() < 0.05, "{doses} of {all}");
    assert!(
        people
            .residents
            .person
            .iter()
            .filter(|(_, p)| p.age == 70)
            .all(|(id, _)| people.health.doses[id] == 0)
    );
}
