//! Looks at the world once a day, with work that follows what changed and one fast pass over stages and codes.
use crate::facts::{Standing, Totals};
use crate::groups::{self, GROUPS};
use crate::infection::AGE_BANDS;
use crate::infrastructure::OutageDay;
use crate::motif;
use crate::observation::{Beds, Checks, CodeTruth, Observation, ZoneDay};
use bitcode::{Decode, Encode};
use citytwin_engine::{Board, Code, Department, EpidemicMap, Levers, Now, PersonSet, RecordKind};
use citytwin_world::health::Stage;
use citytwin_world::id::Key;
use citytwin_world::population::Hold;
use citytwin_world::residents::slot;
use citytwin_world::roads::RoadDay;
use citytwin_world::services::{HospitalState, Housing, TripTally};
use citytwin_world::supply::GoodDay;
use citytwin_world::{Episode, PersonId, Setting, World};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Every so many residents are asked for their day's motif, others on the next day.
const MOTIF_SAMPLE: usize = 16;
/// Persons per piece of the daily pass.
const CHUNK: usize = 32_768;

/// What the observer must remember from day to day, and so over a restart.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Memory {
    episodes_seen: u64,
    ever: PersonSet,
    ever_infected: u64,
    ever_by_zone: Vec<u32>,
    deaths_by_age: [u64; AGE_BANDS],
    known_read: u64,
    known: PersonSet,
    known_cases: u64,
    /// Whom a department has named as the contact of a known case.
    named: PersonSet,
    /// Sums over the days seen.
    pub totals: Totals,
}

impl Memory {
    /// Persons infected at least once so far.
    pub fn ever_infected(&self) -> u64 {
        self.ever_infected
    }
}

/// Records that name somebody as the contact of a known case.
const NAMES_A_CONTACT: [RecordKind; 5] = [
    RecordKind::HouseholdContact,
    RecordKind::ColleagueContact,
    RecordKind::CoLocation,
    RecordKind::TracedContact,
    RecordKind::TracedSource,
];

/// Looks at one world. Built once per run; never changes anything.
pub struct Observer {
    zone_of: Vec<u32>,
    age_band_of: Vec<u8>,
    groups_of: Vec<u8>,
    group_sizes: [u64; GROUPS],
    zone_count: usize,
    /// What could be told of the residents at the start.
    pub standing: Standing,
    /// What is remembered from day to day.
    pub memory: Memory,
}

/// Counts of the daily pass over all persons.
#[derive(Clone)]
struct Pass {
    stages: [u64; Stage::COUNT],
    codes: CodeTruth,
    dead_by_age: [u64; AGE_BANDS],
    zones: Vec<ZoneDay>,
    wrongly: [u64; GROUPS],
    dead: [u64; GROUPS],
}

impl Pass {
    fn new(zones: usize) -> Self {
        Self {
            stages: [0; Stage::COUNT],
            codes: [[0; Stage::COUNT]; 3],
            dead_by_age: [0; AGE_BANDS],
            zones: vec![ZoneDay::default(); zones],
            wrongly: [0; GROUPS],
            dead: [0; GROUPS],
        }
    }

    fn add(mut self, other: Self) -> Self {
        self.stages.iter_mut().zip(other.stages).for_each(|(a, b)| *a += b);
        self.dead_by_age.iter_mut().zip(other.dead_by_age).for_each(|(a, b)| *a += b);
        self.wrongly.iter_mut().zip(other.wrongly).for_each(|(a, b)| *a += b);
        self.dead.iter_mut().zip(other.dead).for_each(|(a, b)| *a += b);
        let codes = self.codes.iter_mut().flatten().zip(other.codes.into_iter().flatten());
        codes.for_each(|(a, b)| *a += b);
        for (a, b) in self.zones.iter_mut().zip(other.zones) {
            a.prevalence += b.prevalence;
            a.deaths += b.deaths;
            a.yellow += b.yellow;
            a.red += b.red;
            a.wrongly_restricted += b.wrongly_restricted;
        }
        self
    }
}

impl Observer {
    /// An observer of a world at its start.
    pub fn new(world: &World) -> Self {
        let persons = &world.people.residents.person;
        let zones = &world.city.places.zone;
        let zone_of = persons
            .as_slice()
            .iter()
            .map(|p| zones.get(p.slot[slot::HOME]).map_or(u32::MAX, |zone| zone.0))
            .collect();
        let age_band_of = persons.as_slice().iter().map(|p| p.age_band() as u8).collect();
        let groups_of: Vec<u8> = persons.as_slice().iter().map(groups::of).collect();
        let mut group_sizes = [0; GROUPS];
        groups_of.iter().for_each(|of| groups::count(*of, &mut group_sizes));
        let zone_count = world.city.zones.len();
        let memory = Memory {
            ever: PersonSet::for_ids(persons.len()),
            known: PersonSet::for_ids(persons.len()),
            named: PersonSet::for_ids(persons.len()),
            ever_by_zone: vec![0; zone_count],
            ..Memory::default()
        };
        let standing = Standing::of(world);
        Self { zone_of, age_band_of, groups_of, group_sizes, zone_count, standing, memory }
    }

    /// Looks at the world after the last hour of a day.
    pub fn observe(&mut self, now: Now, world: &World, levers: &Levers, board: &Board) -> Observation {
        let pass = self.pass(world, levers);
        let dead_by_age = pass.dead_by_age;
        let mut seen = self.seen(now, world, levers, board, pass);
        count_beds(&world.services.hospitals, &mut seen);
        seen.deaths_by_age = self.died_today(dead_by_age);
        let zones = (0..).zip(&mut seen.zones);
        zones.for_each(|(zone, row)| row.locked_down_share = levers.lockdown_share(zone));
        self.count_infections(&world.people.health.episodes, &mut seen);
        self.count_known(board, &mut seen);
        self.memory.totals.add(&seen);
        self.count_walks(now, world);
        seen
    }

    /// What is seen at a glance, without what must be counted from day to day.
    fn seen(&self, now: Now, world: &World, levers: &Levers, board: &Board, pass: Pass) -> Observation {
        let services = &world.services;
        let health = &world.people.health;
        let binds = levers.codes.is_some() || levers.isolate.is_some();
        Observation {
            now,
            population: world.people.len() as u64,
            stages: pass.stages,
            symptomatic: health
                .active
                .iter()
                .filter(|e| has_symptoms(health.episodes.get(**e as usize), now))
                .count() as u64,
            infections: 0,
            infections_total: health.episodes.len() as u64,
            ever_infected: 0,
            infections_by_setting: [0; Setting::COUNT],
            infections_by_age: [0; AGE_BANDS],
            deaths_by_age: [0; AGE_BANDS],
            zones: pass.zones,
            beds: Beds::default(),
            icu: Beds::default(),
            field_beds: Beds::default(),
            shelter: housed(&services.shelter),
            shelter_waiting: u64::from(services.shelter.waiting),
            staff: [0; 2],
            without_bed: u64::from(services.without_bed),
            tests: [services.tests_done, services.tests_positive],
            vaccinated: [services.campaign.today, services.campaign.persons],
            pooled: [
                services.pooled.swabs_today,
                u64::from(services.pooled.booked.get(&now.day()).copied().unwrap_or(0)),
                services.pooled.positive_today,
            ],
            trips: services.trips,
            passengers: services.passengers.today,
            load_max: services.passengers.counted.then(|| services.passengers.load_max()),
            stops_closed: services.passengers.disruption.closed.len() as u64,
            roads: [
                services.roads.closed.len() as u64,
                u64::from(services.roads.worked_out),
                services.roads.closed_on_foot.len() as u64,
            ],
            traffic_gap: roads_of(world, now).map_or(f64::NAN, |day| f64::from(day.gap)),
            drives: roads_of(world, now).map(|day| day.means).filter(|means| means.version > 0),
            checks: checks(world),
            codes: levers.codes.is_some().then_some(pass.codes),
            platform: [services.code_platform.requests, services.code_platform.failed],
            wrongly_restricted: binds.then_some(pass.wrongly),
            group_sizes: std::array::from_fn(|i| self.group_sizes[i].saturating_sub(pass.dead[i])),
            map: levers.map.as_deref().map(map),
            exposure: [board.ledger().held(), board.ledger().persons()],
            entrance: levers.entrance.as_ref().map(|_| entrance(world)),
            platform_down_h: levers.entrance.as_ref().map(|_| services.entrance.down_h[0]),
            known_cases: 0,
            known_today: 0,
            appeals: 0,
            contacts_traced: 0,
            known_without_source: 0,
            tracing_waiting: levers.tracing.as_ref().map(|order| u64::from(order.waiting)),
            quarantined: quarantined(world, levers),
            quarantine: housed(&services.quarantine),
            records_shared: board.shared_count(),
            outages: OutageDay::of(&services.outages),
            depots: services.supply.depot_days.clone(),
            goods: goods(world),
        }
    }

    /// Deaths of the day by age band, where so many are dead by now.
    fn died_today(&mut self, dead_by_age: [u64; AGE_BANDS]) -> [u64; AGE_BANDS] {
        let before = std::mem::replace(&mut self.memory.deaths_by_age, dead_by_age);
        std::array::from_fn(|band| dead_by_age[band].saturating_sub(before[band]))
    }

    fn pass(&self, world: &World, levers: &Levers) -> Pass {
        let stage = world.people.health.stage.as_slice();
        let no_codes: &[Code] = &[];
        let codes = levers.codes.as_ref().map_or(no_codes, |book| book.as_slice());
        let isolated = levers.isolate.as_deref();
        (0..stage.len().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut pass = Pass::new(self.zone_count);
                let range = chunk * CHUNK..stage.len().min((chunk + 1) * CHUNK);
                for person in range {
                    let code = codes.get(person).copied();
                    let bound = isolated.is_some_and(|set| set.has(PersonId(person as u32)));
                    self.count_person(person, stage[person], (code, bound), &mut pass);
                }
                pass
            })
            .reduce(|| Pass::new(self.zone_count), Pass::add)
    }

    #[inline]
    fn count_person(
        &self,
        person: usize,
        stage: Stage,
        (code, bound): (Option<Code>, bool),
        pass: &mut Pass,
    ) {
        pass.stages[stage as usize] += 1;
        let code = code.unwrap_or_default();
        pass.codes[code as usize][stage as usize] += 1;
        let rare = matches!(stage, Stage::Infectious | Stage::Dead) || code != Code::Green || bound;
        if !rare {
            return;
        }
        if stage == Stage::Dead {
            let band = usize::from(self.age_band_of[person]).min(AGE_BANDS - 1);
            pass.dead_by_age[band] += 1;
            groups::count(self.groups_of[person], &mut pass.dead);
        }
        let wrongly = (code == Code::Red || bound) && matches!(stage, Stage::Susceptible | Stage::Recovered);
        if wrongly {
            groups::count(self.groups_of[person], &mut pass.wrongly);
        }
        if let Some(zone) = pass.zones.get_mut(self.zone_of[person] as usize) {
            zone.prevalence += u32::from(stage == Stage::Infectious);
            zone.deaths += u32::from(stage == Stage::Dead);
            zone.yellow += u32::from(code == Code::Yellow);
            zone.red += u32::from(code == Code::Red);
            zone.wrongly_restricted += u32::from(wrongly);
        }
    }

    fn count_infections(&mut self, episodes: &[Episode], seen: &mut Observation) {
        let memory = &mut self.memory;
        let fresh = episodes.get(memory.episodes_seen as usize..).unwrap_or(&[]);
        for episode in fresh {
            let person = episode.person.index();
            seen.infections += 1;
            seen.infections_by_setting[episode.setting as usize] += 1;
            let band = self.age_band_of.get(person).copied().unwrap_or(0);
            seen.infections_by_age[usize::from(band).min(AGE_BANDS - 1)] += 1;
            let zone = self.zone_of.get(person).map_or(usize::MAX, |zone| *zone as usize);
            if let Some(zone) = seen.zones.get_mut(zone) {
                zone.incidence += 1;
            }
            if !memory.ever.has(episode.person) {
                memory.ever.set(episode.person, true);
                memory.ever_infected += 1;
                if let Some(count) = memory.ever_by_zone.get_mut(zone) {
                    *count += 1;
                }
            }
        }
        memory.episodes_seen = episodes.len() as u64;
        seen.ever_infected = memory.ever_infected;
        seen.zones.iter_mut().zip(&memory.ever_by_zone).for_each(|(zone, ever)| zone.ever_infected = *ever);
    }

    fn count_known(&mut self, board: &Board, seen: &mut Observation) {
        let memory = &mut self.memory;
        let records = board.known(Department::HealthCommission);
        for record in records.get(memory.known_read as usize..).unwrap_or(&[]) {
            seen.appeals += u64::from(record.kind == RecordKind::Appeal);
            seen.contacts_traced += u64::from(record.kind == RecordKind::TracedContact);
            if NAMES_A_CONTACT.contains(&record.kind) {
                memory.named.set(record.person, true);
            }
            if record.kind == RecordKind::TestPositive && !memory.known.has(record.person) {
                memory.known.set(record.person, true);
                seen.known_without_source += u64::from(!memory.named.has(record.person));
                seen.known_today += 1;
            }
        }
        memory.known_read = records.len() as u64;
        memory.known_cases += seen.known_today;
        seen.known_cases = memory.known_cases;
    }

    /// Counts the day's walks of a sample of residents that shifts from day to day.
    fn count_walks(&mut self, now: Now, world: &World) {
        let today = world.people.today.as_slice();
        let first = now.day() as usize % MOTIF_SAMPLE;
        let asked: Vec<u64> = today
            .par_iter()
            .skip(first)
            .step_by(MOTIF_SAMPLE)
            .filter(|t| matches!(t.hold, Hold::Free | Hold::Queue))
            .map(|t| motif::walk(t.trail, t.trail_len))
            .collect();
        let walks = &mut self.memory.totals.walks;
        for (walk, count) in counted(asked) {
            *walks.entry(walk).or_default() += count;
        }
    }

    /// The zone a person lives in, as a row number; `u32::MAX` where unknown.
    pub fn zone_of(&self, person: PersonId) -> u32 {
        self.zone_of.get(person.index()).copied().unwrap_or(u32::MAX)
    }

    /// Residents of each zone.
    pub fn zone_population(&self) -> Vec<u32> {
        let mut counts = vec![0; self.zone_count];
        for zone in &self.zone_of {
            if let Some(count) = counts.get_mut(*zone as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Trips over the run so far.
    pub fn trips(&self) -> &TripTally {
        &self.memory.totals.trips
    }
}

fn count_beds(hospitals: &[HospitalState], seen: &mut Observation) {
    for hospital in hospitals {
        seen.beds.occupied += hospital.patients.len() as u64;
        seen.beds.capacity += u64::from(hospital.beds);
        if hospital.field.is_some() {
            seen.field_beds.occupied += hospital.patients.len() as u64;
            seen.field_beds.capacity += u64::from(hospital.beds);
        }
        seen.icu.occupied += hospital.icu_patients.len() as u64;
        seen.icu.capacity += u64::from(hospital.icu);
        seen.staff[0] += u64::from(hospital.staff_present);
        seen.staff[1] += u64::from(hospital.staff);
    }
}

/// The day of each good, by name.
fn goods(world: &World) -> Vec<(String, GoodDay)> {
    let supply = &world.services.supply;
    supply.goods.iter().map(|good| good.name.clone()).zip(supply.today.iter().copied()).collect()
}

fn housed(housing: &Housing) -> Beds {
    Beds { occupied: housing.persons.len() as u64, capacity: u64::from(housing.places) }
}

/// Contacts in quarantine, at home or housed: those infected, and the others.
fn quarantined(world: &World, levers: &Levers) -> [u64; 2] {
    let housed = world.services.quarantine.persons.iter().copied();
    let Some(home) = levers.home_quarantine.as_deref() else { return count_infected(world, housed) };
    let at_home = (0..world.people.len().div_ceil(64)).flat_map(|w| {
        let word = home.word(w);
        (0..64).filter(move |i| word >> i & 1 == 1).map(move |i| PersonId((w * 64 + i) as u32))
    });
    count_infected(world, at_home.chain(housed.filter(|person| !home.has(*person))))
}

fn count_infected(world: &World, persons: impl Iterator<Item = PersonId>) -> [u64; 2] {
    let mut count = [0; 2];
    for stage in persons.filter_map(|person| world.people.health.stage.get(person)) {
        count[usize::from(!matches!(stage, Stage::Exposed | Stage::Infectious))] +=
            u64::from(*stage != Stage::Dead);
    }
    count
}

fn counted(mut values: Vec<u64>) -> BTreeMap<u64, u64> {
    values.par_sort_unstable();
    let runs = values.chunk_by(|a, b| a == b);
    runs.filter_map(|run| Some((*run.first()?, run.len() as u64))).collect()
}

fn has_symptoms(episode: Option<&Episode>, now: Now) -> bool {
    episode.is_some_and(|e| e.symptoms_tick <= now.tick && now.tick < e.end_tick)
}

/// Who can show a code on a phone, and the elderly with the app, and all of them.
fn entrance(world: &World) -> [u64; 3] {
    let entrance = &world.services.entrance;
    [entrance.shown, entrance.elderly[0], entrance.elderly[1]]
}

/// What a map keeps back, its error and what it spent.
fn map(map: &EpidemicMap) -> [f64; 3] {
    [f64::from(map.withheld), f64::from(map.error_persons), map.epsilon_spent]
}

/// The roads as drivers know them on a day of this kind, where movement knows traffic.
fn roads_of(world: &World, now: Now) -> Option<&RoadDay> {
    let roads = &world.services.roads;
    roads.days.get(now.day_type as usize).filter(|_| roads.known())
}

fn checks(world: &World) -> Checks {
    let mut sum = Checks { doors: world.services.doors.len() as u64, ..Checks::default() };
    for door in &world.services.doors {
        sum.scans += u64::from(door.scans);
        sum.refused += u64::from(door.refused);
        sum.no_code += u64::from(door.no_code);
        sum.by_hand += u64::from(door.by_hand);
        sum.no_test += u64::from(door.no_test);
        sum.staffed_min += u64::from(door.staffed_min);
        sum.forged += u64::from(door.forged);
        sum.balked += u64::from(door.balked);
        sum.wait_s += door.wait_s;
        sum.refused_infectious += u64::from(door.refused_infectious);
        sum.admitted_infectious += u64::from(door.admitted_infectious);
    }
    sum
}
