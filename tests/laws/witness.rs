//! What holds at the end of every day, whatever the scenario.
use citytwin_engine::{Department, Now, Simulation, TICKS_PER_DAY};
use citytwin_layers::reporting::SIGNALS;
use citytwin_world::id::Key;
use citytwin_world::population::Hold;
use citytwin_world::visits::CHUNK;
use citytwin_world::{Episode, PersonId, RoomId, Setting, Severity, Stage, Visit, World};

/// Faults told of one run before it's given up.
const FAULTS_MAX: usize = 20;

/// Looks at a simulation day by day and notes what should not be.
#[derive(Default)]
pub struct Witness {
    /// What is wrong, in words.
    pub faults: Vec<String>,
    /// Stays seen, and of those in vehicles.
    pub stays: [u64; 2],
    /// Transmissions seen that had an infector.
    pub transmissions: u64,
    /// Most patients seen on a day.
    pub patients_max: usize,
    /// Most persons seen housed by order, in a shelter hospital or in quarantine, at the end of a day.
    pub lodgers_max: usize,
    /// Records of the board seen.
    pub records: u64,
    persons: usize,
    deaths: u64,
    morning: Morning,
    known: Vec<usize>,
}

/// The state of health in which the day began, which contact goes by.
#[derive(Default)]
struct Morning {
    infectivity: Vec<f32>,
    episode_of: Vec<u32>,
    episodes: usize,
    dead: Vec<bool>,
}

impl Witness {
    /// A witness from the first hour on.
    pub fn new(simulation: &Simulation) -> Self {
        let mut witness = Self {
            persons: simulation.world.people.residents.len(),
            known: vec![0; Department::COUNT],
            ..Self::default()
        };
        witness.wake(&simulation.world);
        witness
    }

    /// Simulates a day and looks at all of it.
    pub fn day(&mut self, simulation: &mut Simulation) {
        let mut now = simulation.now();
        for _ in 0..TICKS_PER_DAY {
            now = simulation.now();
            simulation.step();
            let lost = simulation.world.services.supply.imbalances();
            self.hold(now, lost.is_empty(), || {
                format!("hour {}: goods that don't add up {lost:?}", now.hour())
            });
        }
        self.persons_are_conserved(now, &simulation.world);
        self.stays_are_apart(now, &simulation.world);
        self.beds_hold_their_patients(now, &simulation.world);
        self.infectors_were_there(now, &simulation.world);
        self.doors_add_up(now, &simulation.world);
        self.nobody_knows_the_future(now, simulation);
        self.power_is_conserved(now, &simulation.world);
        self.wake(&simulation.world);
    }

    /// All days of a run.
    pub fn days(simulation: &mut Simulation, days: u32) -> Self {
        let mut witness = Self::new(simulation);
        for _ in 0..days {
            witness.day(simulation);
            if witness.faults.len() >= FAULTS_MAX {
                break;
            }
        }
        witness
    }

    fn hold(&mut self, now: Now, kept: bool, say: impl FnOnce() -> String) {
        if !kept && self.faults.len() < FAULTS_MAX {
            self.faults.push(format!("day {}: {}", now.day(), say()));
        }
    }

    fn wake(&mut self, world: &World) {
        let health = &world.people.health;
        self.morning = Morning {
            infectivity: health.infectivity.as_slice().to_vec(),
            episode_of: health.episode_of.as_slice().to_vec(),
            episodes: health.episodes.len(),
            dead: health.stage.as_slice().iter().map(|stage| *stage == Stage::Dead).collect(),
        };
    }

    /// What is fed into the grid is drawn from it, and whoever is served or not is a share.
    fn power_is_conserved(&mut self, now: Now, world: &World) {
        let outages = &world.services.outages;
        for hour in &outages.hours {
            let [made, drawn, missing] = hour.power_mw;
            self.hold(now, (made - drawn).abs() <= 1e-9 * made.max(1.0) && missing >= 0.0, || {
                format!("{made} MW made, {drawn} drawn, {missing} missing in hour {}", hour.tick)
            });
            let shares = hour.city.iter().chain(hour.zones.iter().flat_map(|(_, shares)| shares));
            let whole = shares.clone().all(|share| (0.0..=1.0).contains(share));
            self.hold(now, whole, || format!("shares of residents served in hour {}", hour.tick));
        }
        let open = |asset: usize| outages.assets.as_slice()[asset].outage;
        for (row, outage) in outages.log.iter().enumerate() {
            let running = outage.until_tick == u32::MAX;
            let kept = outage.from_tick < outage.until_tick;
            self.hold(now, kept && (!running || open(outage.asset.index()) as usize == row), || {
                format!("{outage:?} runs or ends otherwise than its asset says")
            });
        }
    }

    fn persons_are_conserved(&mut self, now: Now, world: &World) {
        let (today, health) = (&world.people.today, &world.people.health);
        let columns = [today.len(), health.stage.len(), health.severity.len(), health.episode_of.len()];
        self.hold(now, columns == [self.persons; 4], || format!("persons {columns:?}"));
        let mut dead = 0;
        for (id, t) in today.iter() {
            let died = health.stage[id] == Stage::Dead;
            dead += u64::from(died);
            self.hold(now, died == (t.hold == Hold::Dead), || {
                format!("{id:?} is {:?} and held as {:?}", health.stage[id], t.hold)
            });
            let rose = self.morning.dead[id.index()] && !died;
            self.hold(now, !rose, || format!("{id:?} rose from the dead"));
            let rooms = world.people.residents.rooms.count;
            let alone = t.room == RoomId::APART;
            self.hold(now, t.room.0 < rooms || alone && t.hold != Hold::Free, || {
                format!("{id:?} is in {:?} of {rooms}", t.room)
            });
            // A short incubation may end some hours before infectiousness begins.
            let infected = matches!(health.stage[id], Stage::Exposed | Stage::Infectious);
            let well = health.severity[id] == Severity::None || infected;
            self.hold(now, well, || format!("{id:?} is ill but {:?}", health.stage[id]));
        }
        self.deaths += u64::from(world.services.deaths_today);
        let counted = self.deaths;
        self.hold(now, counted == dead, || format!("{dead} dead, {counted} deaths counted"));
        let fatal = |e: &&Episode| e.fatal && e.end_tick <= now.tick;
        let ended = health.episodes.iter().filter(fatal).count() as u64;
        self.hold(now, ended == dead, || format!("{dead} dead, {ended} fatal courses ended"));
    }

    /// Each person is in one place or vehicle at a time, or between them.
    fn stays_are_apart(&mut self, now: Now, world: &World) {
        let rooms = &world.people.residents.rooms;
        for (c, chunk) in world.visits.chunks.iter().enumerate() {
            let mut stays: Vec<Visit> = chunk.clone();
            stays.sort_unstable_by_key(|v| (v.person, v.start_min, v.end_min));
            let mut seen = vec![0u32; CHUNK];
            for v in &stays {
                let index = v.person.index().wrapping_sub(c * CHUNK);
                let there = v.room.0 < rooms.count || v.room == RoomId::APART;
                let fits = v.start_min < v.end_min && v.end_min <= 1440 && there;
                self.hold(now, fits && v.person.index() < self.persons, || format!("{v:?} does not fit"));
                self.hold(now, index < CHUNK, || format!("{v:?} is told in chunk {c}"));
                if let Some(count) = seen.get_mut(index) {
                    *count += 1;
                }
                self.stays[0] += 1;
                self.stays[1] += u64::from(rooms.setting.get(v.room) == Some(&Setting::Vehicle));
            }
            for pair in stays.windows(2).filter(|pair| pair[0].person == pair[1].person) {
                let apart = pair[0].end_min <= pair[1].start_min;
                self.hold(now, apart, || format!("{:?} and {:?} at once", pair[0], pair[1]));
            }
            let persons = CHUNK.min(self.persons - c * CHUNK);
            for (i, count) in seen.iter().enumerate().take(persons) {
                let person = PersonId((c * CHUNK + i) as u32);
                let dead = self.morning.dead[person.index()];
                self.hold(now, (*count > 0) != dead, || format!("{person:?}: {count} stays, dead {dead}"));
            }
        }
    }

    fn beds_hold_their_patients(&mut self, now: Now, world: &World) {
        let mut lying = vec![Hold::Free; self.persons];
        let mut patients = 0;
        for hospital in &world.services.hospitals {
            let lists = [
                (&hospital.patients, hospital.beds, Hold::Bed),
                (&hospital.icu_patients, hospital.icu, Hold::IntensiveCare),
            ];
            let rooms = world.people.residents.rooms.of_place(hospital.place);
            let ([ordinary, icu], [some, few]) = (hospital.equipped, hospital.staffed);
            let real = hospital.beds <= ordinary && hospital.icu <= icu && some <= ordinary && few <= icu;
            self.hold(now, real, || format!("{hospital:?} has more beds in service than there are"));
            for (list, beds, kind) in lists {
                patients += list.len();
                self.hold(now, list.len() <= beds as usize, || format!("{} in {beds} beds", list.len()));
                for person in list {
                    let before = std::mem::replace(&mut lying[person.index()], kind);
                    self.hold(now, before == Hold::Free, || format!("{person:?} lies in two beds"));
                    let room = world.people.today[*person].room.0;
                    let inside = match hospital.field {
                        Some(_) => room == RoomId::APART.0,
                        None => rooms.is_empty() || rooms.contains(&room),
                    };
                    self.hold(now, inside, || format!("{person:?} lies in {rooms:?} and is in {room}"));
                }
            }
        }
        self.patients_max = self.patients_max.max(patients);
        let services = &world.services;
        for (housing, kind) in [(&services.shelter, Hold::Shelter), (&services.quarantine, Hold::Quarantine)]
        {
            let (lodgers, places) = (housing.persons.len(), housing.places);
            self.lodgers_max = self.lodgers_max.max(lodgers);
            self.hold(now, lodgers <= places as usize, || format!("{lodgers} housed in {places} places"));
            for person in &housing.persons {
                let before = std::mem::replace(&mut lying[person.index()], kind);
                self.hold(now, before == Hold::Free, || format!("{person:?} is housed twice"));
                let room = world.people.today[*person].room;
                self.hold(now, room == RoomId::APART, || format!("{person:?} is housed and in {room:?}"));
            }
        }
        for (id, t) in world.people.today.iter() {
            let out = matches!(t.hold, Hold::Queue | Hold::Dead);
            let held = if out { Hold::Free } else { t.hold };
            let bed = lying[id.index()];
            self.hold(now, held == bed, || format!("{id:?} is held as {:?} but lies in {bed:?}", t.hold));
        }
    }

    /// Whoever infected somebody was infectious today and in the same room at that minute.
    fn infectors_were_there(&mut self, now: Now, world: &World) {
        let health = &world.people.health;
        let day = now.day() * TICKS_PER_DAY..(now.day() + 1) * TICKS_PER_DAY;
        let mut by_person: Vec<Vec<Visit>> = vec![Vec::new(); self.persons];
        if health.episodes.len() > self.morning.episodes {
            world.visits.chunks.iter().flatten().for_each(|v| by_person[v.person.index()].push(*v));
        }
        for e in health.episodes.iter().skip(self.morning.episodes) {
            self.hold(now, day.contains(&e.infected_tick), || format!("{e:?} did not begin today"));
            let before = self.morning.episode_of[e.person.index()];
            let free =
                health.episodes.get(before as usize).is_none_or(|e| e.end_tick <= now.tick && !e.fatal);
            self.hold(now, free, || format!("{e:?} is infected already"));
            if !e.infector.is_some() {
                self.hold(now, e.setting == Setting::Imported, || format!("{e:?} comes from nobody"));
                continue;
            }
            self.transmissions += 1;
            let i = e.infector.index();
            self.hold(now, e.infector != e.person, || format!("{e:?} by oneself"));
            let of_infector = health.episodes.get(self.morning.episode_of[i] as usize);
            let infectious = self.morning.infectivity[i] > 0.0
                && of_infector.is_some_and(|s| s.infected_tick < day.start && s.infectious_tick < day.end);
            self.hold(now, infectious, || format!("{e:?} by {of_infector:?}, who was not infectious"));
            let same = of_infector.is_some_and(|s| s.variant == e.variant);
            self.hold(now, same, || format!("{e:?} of another variant than {of_infector:?}"));
            let minute = e.infected_min;
            let there = |p: PersonId| {
                let mut stays = by_person[p.index()].iter();
                stays.any(|v| v.room == e.room && (v.start_min..v.end_min).contains(&minute))
            };
            let together = there(e.infector) && there(e.person);
            self.hold(now, together, || format!("{e:?}, but the two never met there"));
            let rooms = &world.people.residents.rooms;
            let known = (rooms.place.get(e.room), rooms.setting.get(e.room));
            self.hold(now, known == (Some(&e.place), Some(&e.setting)), || format!("{e:?} is elsewhere"));
        }
        let rising = health.active.windows(2).all(|pair| pair[0] < pair[1]);
        self.hold(now, rising, || "active episodes are out of order".into());
    }

    fn doors_add_up(&mut self, now: Now, world: &World) {
        let ordered = world.services.doors.windows(2).all(|pair| pair[0].door < pair[1].door);
        self.hold(now, ordered, || "doors are out of order".into());
        for door in &world.services.doors {
            let judged =
                door.refused + door.no_code + door.no_test <= door.scans && door.by_hand <= door.scans;
            self.hold(now, judged, || format!("{door:?} turned back more than came"));
        }
        let platform = &world.services.code_platform;
        self.hold(now, platform.failed <= platform.requests, || format!("{platform:?}"));
        self.hold(now, (0.0..=1.0).contains(&platform.level), || format!("{platform:?}"));
    }

    fn nobody_knows_the_future(&mut self, now: Now, simulation: &Simulation) {
        for department in Department::ALL {
            let records = simulation.board.known(*department);
            let before = std::mem::replace(&mut self.known[*department as usize], records.len());
            for record in records.iter().skip(before) {
                self.records += 1;
                let past = record.observed_tick <= now.tick && record.person.index() < self.persons;
                self.hold(now, past, || format!("{department:?} knows {record:?} at {}", now.tick));
            }
        }
        for spec in SIGNALS {
            let signal = simulation.board.signal(spec.name);
            let past = signal.is_none_or(|s| s.as_of_tick <= now.tick && s.value.is_finite());
            self.hold(now, past, || format!("{} says {signal:?} at {}", spec.name, now.tick));
        }
    }
}
