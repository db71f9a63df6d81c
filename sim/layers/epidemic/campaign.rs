//! A vaccination campaign: who is called when, and when a dose begins to protect.
use super::Epidemic;
use super::disease::DECADES;
use citytwin_engine::{Now, VaccinationOrder};
use citytwin_world::health::{Health, Severity, Stage};
use citytwin_world::population::{Hold, Population};
use citytwin_world::services::Campaign;
use citytwin_world::{Draw, PersonId, Residents};

/// Purposes of the draws: who accepts a dose, and in which order those of a group are called.
const ACCEPTS: u32 = 0x0305;
const CALLED: u32 = 0x0306;

/// Those whom a campaign calls, in order: scratch, found again whenever the order changes.
#[derive(Default)]
pub(super) struct CallList {
    made_for: Option<(Vec<citytwin_engine::PriorityGroup>, [f32; DECADES])>,
    persons: Vec<PersonId>,
}

impl CallList {
    fn settle(&mut self, seed: u64, order: &VaccinationOrder, residents: &Residents) {
        let wanted = (order.priority.clone(), order.uptake);
        if self.made_for.as_ref() == Some(&wanted) {
            return;
        }
        let mut called: Vec<(usize, u32, PersonId)> = Vec::new();
        for (id, person) in residents.person.iter() {
            let Some(group) = order.priority.iter().position(|group| group.has(person)) else { continue };
            let share = order.uptake[usize::from(person.age / 10).min(DECADES - 1)];
            if Draw::new(seed, ACCEPTS, id.0, 0).chance(f64::from(share)) {
                called.push((group, Draw::new(seed, CALLED, id.0, 0).word(), id));
            }
        }
        called.sort_unstable();
        self.persons = called.into_iter().map(|(.., person)| person).collect();
        self.made_for = Some(wanted);
    }
}

impl Epidemic {
    /// At the end of a day: doses of the day are given, and those given long enough ago begin to protect tomorrow.
    pub(super) fn vaccinate(
        &mut self,
        now: Now,
        people: &mut Population,
        campaign: &mut Campaign,
        order: Option<&VaccinationOrder>,
    ) {
        campaign.today = 0;
        if let Some(order) = order {
            self.call_list.settle(now.seed, order, &people.residents);
            give(now, order, &self.call_list.persons, people, campaign);
        }
        let tomorrow = now.day() + 1;
        let ready = campaign.pending.partition_point(|(day, _)| *day <= tomorrow);
        for (_, person) in campaign.pending.drain(..ready) {
            self.protect(tomorrow, person, people);
        }
    }

    fn protect(&self, day: u32, person: PersonId, people: &mut Population) {
        let Population { residents, health, .. } = people;
        let Health { stage, doses, dose_day, .. } = health;
        let Some(stage) = stage.get(person).copied().filter(|stage| *stage != Stage::Dead) else { return };
        doses[person] = doses[person].saturating_add(1);
        dose_day[person] = i32::try_from(day).unwrap_or(i32::MAX);
        // A running infection looks at the doses when it ends.
        let running = health.latest(person).is_some_and(|e| e.end_tick / 24 >= day);
        if matches!(stage, Stage::Susceptible | Stage::Recovered) && !running {
            let age = residents.person.get(person).map_or(0, |p| p.age);
            let row = self.susceptible_row(
                day,
                age,
                health.latest(person),
                health.doses[person],
                health.dose_day[person],
            );
            health.susceptibility[person] = row;
        }
    }
}

/// Gives as many doses as sites and deliveries allow: first to those due for another one, then to those called first.
fn give(
    now: Now,
    order: &VaccinationOrder,
    called: &[PersonId],
    people: &Population,
    campaign: &mut Campaign,
) {
    let residents = people.len() as f64;
    let sites = |day: u32| (residents * order.doses_per_resident * f64::from(day)).floor() as u64;
    let supply = (residents * order.supply_per_resident + 1e-9).floor() as u64;
    let in_stock = supply.saturating_sub(campaign.total);
    let mut room = (sites(now.day() + 1) - sites(now.day())).min(in_stock) as usize;
    campaign.given.resize(people.len(), 0);
    let mut given = Vec::new();
    let due = campaign.due.partition_point(|(day, _)| *day <= now.day());
    let mut later = Vec::new();
    for (day, person) in campaign.due.drain(..due) {
        if people.health.stage.get(person) == Some(&Stage::Dead) {
            continue;
        }
        if room > 0 && can_come(people, person) {
            given.push(person);
            room -= 1;
        } else {
            later.push((day, person));
        }
    }
    campaign.due.splice(0..0, later);
    let new = called.iter().copied().filter(|person| {
        let before = people.health.doses.get(*person).copied().unwrap_or(0);
        before == 0 && campaign.given[person.0 as usize] == 0 && can_come(people, *person)
    });
    given.extend(new.take(room));
    for person in given {
        let doses = &mut campaign.given[person.0 as usize];
        *doses += 1;
        campaign.persons += u64::from(*doses == 1);
        if *doses < order.course {
            campaign.due.push((now.day().saturating_add(order.interval_days.max(1)), person));
        }
        campaign.pending.push((now.day().saturating_add(order.onset_days), person));
        campaign.today += 1;
    }
    campaign.due.sort_unstable();
    campaign.pending.sort_unstable();
    campaign.total += campaign.today;
}

/// Who is well, alive, in no bed and not housed by order.
fn can_come(people: &Population, person: PersonId) -> bool {
    people.health.severity.get(person) == Some(&Severity::None)
        && people.today.get(person).is_some_and(|t| matches!(t.hold, Hold::Free | Hold::Queue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epidemic::{Disease, Vaccination};
    use crate::town;
    use citytwin_engine::{Board, Layer, Levers, Policy, PriorityGroup, Scheduled, Simulation};
    use citytwin_world::City;

    struct Campaigns(VaccinationOrder);

    impl Policy for Campaigns {
        fn decide(&mut self, _: Now, _: &Board, _: &City, levers: &mut Levers) {
            levers.vaccinate(&self.0);
        }
    }

    /// Eighty residents: forty of 40 years who work, forty of 70. Eight doses a day, ninety in all.
    fn order() -> VaccinationOrder {
        VaccinationOrder {
            doses_per_resident: 0.1,
            supply_per_resident: 90.0 / 80.0,
            course: 2,
            interval_days: 3,
            onset_days: 2,
            uptake: [1.0; DECADES],
            priority: vec![PriorityGroup::AgeFrom(60), PriorityGroup::AgeFrom(18)],
        }
    }

    fn simulation(order: VaccinationOrder) -> Simulation {
        let disease = Disease::named("sars-cov-2-wild").expect("shipped");
        let layers: Vec<Box<dyn Layer>> = vec![Box::new(Epidemic::new(disease, Vaccination::default()))];
        let policy = Box::new(Campaigns(order));
        let id = "campaign".to_owned();
        let one = Scheduled { id, from_tick: 0, until_tick: u32::MAX, trigger: None, policy };
        town::simulation(20, layers, vec![one])
    }

    /// First doses so far, doses of the day, and protected residents with one dose and two, each day.
    fn story(simulation: &mut Simulation, days: u32) -> Vec<[u64; 4]> {
        let mut seen = Vec::new();
        for _ in 0..days {
            simulation.run_day();
            let doses = simulation.world.people.health.doses.as_slice();
            let with = |n: u8| doses.iter().filter(|d| **d == n).count() as u64;
            let campaign = &simulation.world.services.campaign;
            seen.push([campaign.persons, campaign.today, with(1), with(2)]);
        }
        seen
    }

    #[test]
    fn second_doses_come_first_and_protection_some_days_later() {
        let mut one = simulation(order());
        // Three days of first doses, three of second ones, and so on: eight a day until the ninety are gone.
        let wanted = [
            [8, 8, 0, 0],
            [16, 8, 8, 0],
            [24, 8, 16, 0],
            [24, 8, 24, 0],
            [24, 8, 16, 8],
            [24, 8, 8, 16],
            [32, 8, 0, 24],
            [40, 8, 8, 24],
            [48, 8, 16, 24],
            [48, 8, 24, 24],
            [48, 8, 16, 32],
            [48, 2, 8, 40],
            [48, 0, 6, 42],
        ];
        assert_eq!(story(&mut one, 13), wanted);
        // The old come first; only when all forty have begun are the others called.
        let given = &one.world.services.campaign.given;
        let age = |p: usize| one.world.people.residents.person.as_slice()[p].age;
        let begun = |old: bool| (0..80).filter(|p| given[*p] > 0 && (age(*p) >= 60) == old).count();
        assert_eq!((begun(true), begun(false)), (40, 8));
    }

    #[test]
    fn doses_lower_susceptibility_as_the_disease_says() {
        let mut one = simulation(VaccinationOrder { onset_days: 0, course: 1, ..order() });
        one.run_day();
        let health = &one.world.people.health;
        let of = |n: u8| {
            let who = health
                .doses
                .iter()
                .find(|(p, doses)| **doses == n && one.world.people.residents.person[*p].age >= 60);
            health.susceptibility[who.expect("somebody").0][0]
        };
        assert!((of(1) / of(0) - (1.0 - 0.52)).abs() < 1e-6, "{} and {}", of(1), of(0));
    }

    #[test]
    fn some_refuse_and_a_restart_changes_nothing() {
        let mut uptake = [1.0; DECADES];
        uptake[7] = 0.5;
        let order = VaccinationOrder { uptake, supply_per_resident: 9.0, ..order() };
        let (mut whole, mut stopped) = (simulation(order.clone()), simulation(order));
        story(&mut whole, 9);
        assert_eq!(stopped.resume(&whole.save(1), 1), Ok(()));
        assert_eq!(story(&mut whole, 20), story(&mut stopped, 20));
        assert!(whole.save(1) == stopped.save(1));
        let begun = whole.world.services.campaign.persons;
        assert!((52..68).contains(&begun), "{begun}");
    }
}
