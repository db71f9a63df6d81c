//! Test populations whose days are written down stay by stay, run through the engine and its layers.
use citytwin_engine::{Calendar, Layer, Scheduled, Simulation, TICKS_PER_DAY};
use citytwin_layers::contact::{Contact, Intensity};
use citytwin_layers::epidemic::{Courses, Disease, Epidemic, ProfileKind, Vaccination};
use citytwin_layers::transport::{Obedience, Transport};
use citytwin_world::health::NewInfection;
use citytwin_world::residents::{FixedStay, PAIRS, SLOTS, flag};
use citytwin_world::{
    City, Date, HouseholdId, Mode, Occupation, PersonId, PlaceId, Population, Resident, Residents, RoomId,
    Rooms, Sector, Setting, VisitLog, World,
};
use std::sync::Arc;

/// A population of given ages that repeats its stays every day.
pub struct Crowd {
    pub ages: Vec<u8>,
    /// First person of each household, with an end mark.
    pub households: Vec<u32>,
    /// Setting of each room; the first ones are those of the households.
    pub settings: Vec<Setting>,
    /// Stays of each person.
    pub stays: Vec<Vec<FixedStay>>,
}

impl Crowd {
    /// Everybody of `halls` groups of `size` persons, aged 40, spends all day in the hall of the group; nobody is ever
    /// in the one home they share on paper.
    pub fn halls(halls: u32, size: u32) -> Self {
        let mut settings = vec![Setting::Household];
        settings.extend((0..halls).map(|_| Setting::Public));
        let persons = (halls * size) as usize;
        let stay = |p: u32| FixedStay { room: RoomId(1 + p / size), start_min: 0, end_min: 1440 };
        let stays = (0..halls * size).map(|p| vec![stay(p)]).collect();
        Self { ages: vec![40; persons], households: vec![0, halls * size], settings, stays }
    }

    /// The world of this population.
    pub fn world(&self) -> World {
        let mut residents = Residents::default();
        let homes = self.households.len() - 1;
        for (person, (age, stays)) in self.ages.iter().zip(&self.stays).enumerate() {
            let household = self.households.partition_point(|first| *first as usize <= person) - 1;
            residents.person.push(resident(*age, HouseholdId(household as u32)));
            residents.walk_10m.push([0; PAIRS]);
            residents.diary.push_row(stays.iter().copied());
        }
        let count = self.settings.len() as u32;
        residents.household_first = self.households.clone();
        residents.household_home = vec![PlaceId::NONE; homes].into();
        residents.household_cars = vec![0; homes].into();
        residents.rooms = Rooms {
            households: homes as u32,
            first_of_place: vec![homes as u32],
            vehicles: count,
            count,
            setting: self.settings.clone().into(),
            place: vec![PlaceId::NONE; count as usize].into(),
            ..Rooms::default()
        };
        let visits = VisitLog::for_persons(residents.len());
        let people = Population::at_home(Arc::new(residents));
        World { city: Arc::new(City::default()), people, visits, ..World::default() }
    }
}

/// Everybody has a phone; the young learn, adults work.
fn resident(age: u8, household: HouseholdId) -> Resident {
    Resident {
        household,
        slot: [PlaceId::NONE; SLOTS],
        anchor_room: RoomId::NONE,
        car_row: u32::MAX,
        anchor_start_min: 0,
        anchor_stay_min: 0,
        flags: flag::PHONE,
        age,
        occupation: match age {
            0..6 => Occupation::Preschool,
            6..22 => Occupation::Pupil,
            22..65 => Occupation::Worker,
            _ => Occupation::Retired,
        },
        sector: Sector::Office,
        compliance: 0,
        income: 0,
        mode: [Mode::Walk; SLOTS],
    }
}

/// A disease as the textbooks have it: one age, no symptoms, lasting immunity, gamma generation time 5.5 d / 2.14 d.
pub fn textbook(overdispersion_k: f64) -> Disease {
    let mut disease = Disease::named("sars-cov-2-wild").expect("shipped");
    disease.transmission.profile = ProfileKind::GenerationTime;
    disease.transmission.overdispersion_k = overdispersion_k;
    disease.transmission.asymptomatic_infectiousness = 1.0;
    let tables = &mut disease.by_decade;
    tables.susceptibility = [1.0; 10];
    for table in [&mut tables.symptomatic, &mut tables.severe, &mut tables.critical, &mut tables.fatal] {
        *table = [0.0; 10];
    }
    lasting_immunity(&mut disease);
    disease
}

/// Nobody is infected twice.
pub fn lasting_immunity(disease: &mut Disease) {
    let infection = &mut disease.immunity.infection;
    (infection.initial, infection.half_life_days, infection.floor) = (1.0, f64::INFINITY, 1.0);
}

/// Transmissibility that gives a basic reproduction number where everybody meets `others` all day.
pub fn beta(disease: &Disease, r0: f64, others: f64) -> f32 {
    let days = Courses::new(disease.clone()).infectious_days(40, 0);
    (r0 / (days * 24.0 * others)) as f32
}

/// Exposure of one per hour in every setting.
pub fn plain_intensity() -> Intensity {
    Intensity { transmission_per_h: [1.0; Setting::COUNT], ..Intensity::default() }
}

/// A simulation with movement by diary, contact and the disease; `seeds` are infected at noon of the first day.
pub fn simulate(
    world: World,
    disease: Disease,
    (intensity, beta): (Intensity, f32),
    seeds: impl IntoIterator<Item = PersonId>,
    policies: Vec<Scheduled>,
    seed: u64,
) -> Simulation {
    simulate_with(Vec::new(), world, disease, (intensity, beta), seeds, policies, seed)
}

/// As [`simulate`], with more layers at the end of each hour.
pub fn simulate_with(
    more: Vec<Box<dyn Layer>>,
    world: World,
    disease: Disease,
    (intensity, beta): (Intensity, f32),
    seeds: impl IntoIterator<Item = PersonId>,
    policies: Vec<Scheduled>,
    seed: u64,
) -> Simulation {
    let mut layers: Vec<Box<dyn Layer>> = vec![
        Box::new(Transport::new(Obedience::default())),
        Box::new(Contact::new(intensity, beta)),
        Box::new(Epidemic::new(disease, Vaccination::default())),
    ];
    layers.extend(more);
    let calendar = Calendar { start: Date::from_ymd(2020, 3, 1).expect("a date"), holidays: Arc::default() };
    let mut simulation = Simulation::new(world, layers, policies, calendar, seed);
    let (infector, room) = (PersonId::NONE, RoomId::NONE);
    let infect = |person| NewInfection { person, infector, room, variant: 0, minute: 720 };
    simulation.world.people.health.pending = seeds.into_iter().map(infect).collect();
    simulation
}

/// New infections of each day so far.
pub fn incidence(simulation: &Simulation) -> Vec<f64> {
    let mut daily = vec![0.0; (simulation.tick() / TICKS_PER_DAY) as usize];
    for episode in &simulation.world.people.health.episodes {
        if let Some(day) = daily.get_mut((episode.infected_tick / TICKS_PER_DAY) as usize) {
            *day += 1.0;
        }
    }
    daily
}
