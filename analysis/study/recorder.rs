//! Everything that is kept of a run day by day, until its tables are written.
use bitcode::{Decode, Encode};
use citytwin_engine::{Now, Simulation, TICKS_PER_DAY, digest};
use citytwin_metrics::infection::AGE_BANDS;
use citytwin_metrics::observation::{CodeTruth, ZoneDay};
use citytwin_metrics::{MetricKind, Observation, Observer, Read};
use citytwin_world::Setting;
use citytwin_world::outages::ServedHour;
use citytwin_world::services::Door;
use citytwin_world::supply::{DepotDay, GoodDay, Ledger, SiteKind};

/// One checkpoint on one day; times in seconds, the rest persons.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct DoorDay {
    /// Day of the run.
    pub day: u32,
    /// The door.
    pub door: Door,
    /// Kind of place behind it, as an index.
    pub kind: u8,
    /// Lanes open.
    pub lanes: u16,
    /// Scanned, refused, without code, by hand, balked, refused infectious, admitted infectious.
    pub counts: [u32; 7],
    /// Waiting of all together, s.
    pub wait_s: u64,
    /// Longest wait, s.
    pub wait_max_s: u32,
}

/// One hospital on one day.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct HospitalDay {
    /// Day of the run.
    pub day: u32,
    /// Row of the place.
    pub place: u32,
    /// Whether it is a field hospital beside that place.
    pub field: bool,
    /// Ordinary beds, patients in them, intensive-care beds, patients in them.
    pub beds: [u32; 4],
    /// Staff at work, and all of them.
    pub staff: [u32; 2],
}

/// The code platform on one day.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct PlatformDay {
    /// Share of requests it could answer at the end of the day.
    pub level_share: f32,
    /// Requests.
    pub requests: u64,
    /// Requests without an answer.
    pub failed: u64,
}

/// One good on one day; see [`citytwin_world::supply`].
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct GoodRow {
    /// Day of the run.
    pub day: u32,
    /// Row of the good.
    pub good: u32,
    /// Its ledger at the end of the day.
    pub ledger: Ledger,
    /// What happened on the day.
    pub today: GoodDay,
    /// Units in households.
    pub at_home: u64,
    /// Units at sites of each kind.
    pub sites: [u64; SiteKind::COUNT],
    /// Units under way.
    pub under_way: u64,
}

/// One line in one hour of the day, over all days so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct LineRow {
    /// Boardings.
    pub boardings: u64,
    /// Times that somebody found a vehicle full and stayed behind.
    pub denied: u64,
    /// Greatest share of places taken between two stops.
    pub load_max: f32,
}

/// A recorded trip.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct TripRow {
    /// Day of the run.
    pub day: u32,
    /// Person.
    pub person: u32,
    /// Departure and arrival, minutes of the day.
    pub minutes: [u16; 2],
    /// Mode, slot left, slot reached.
    pub kinds: [u8; 3],
    /// Length, m.
    pub metres: u32,
}

/// Where cars stood on a kind of day, as far as a report shows it.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct JamDay {
    /// Day of the run on which traffic became so; 0 also for what was so before it.
    pub day: u32,
    /// Kind of day, as an index.
    pub kind: u8,
    /// Links that nobody may enter.
    pub closed: Vec<u32>,
    /// Links with delays and their time on an empty road, tenths of a second.
    pub links: Vec<[u32; 2]>,
    /// Delays of these links by hour of entry, tenths of a second: 24 numbers a link.
    pub delays_ds: Vec<u16>,
}

/// What has been recorded so far.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct Recorder {
    /// Days recorded.
    pub days: u32,
    /// Values of the daily metrics, a row per day.
    pub metrics: Vec<Vec<f64>>,
    /// Zones, a row per day and zone.
    pub zones: Vec<ZoneDay>,
    /// Infections and deaths by age band, a row per day.
    pub ages: Vec<[[u64; AGE_BANDS]; 2]>,
    /// Infections by setting, a row per day.
    pub settings: Vec<[u64; Setting::COUNT]>,
    /// Codes against truth, a row per day; `None` while no codes were in force.
    pub codes: Vec<Option<CodeTruth>>,
    /// Checkpoints, a row per day and door.
    pub doors: Vec<DoorDay>,
    /// Hospitals, a row per day and hospital.
    pub hospitals: Vec<HospitalDay>,
    /// The code platform, a row per day.
    pub platform: Vec<PlatformDay>,
    /// Goods, a row per day and good.
    pub goods: Vec<GoodRow>,
    /// Tours of depots, a row per day and depot.
    pub deliveries: Vec<(u32, DepotDay)>,
    /// Lines by hour of the day, `line * 24 + hour`; empty where vehicles take everybody.
    pub lines: Vec<LineRow>,
    /// Where cars stood: at first, and whenever traffic was worked out anew.
    pub jams: Vec<JamDay>,
    /// Recorded trips.
    pub trips: Vec<TripRow>,
    /// Hours in which something of the infrastructure was out.
    pub outages: Vec<ServedHour>,
    /// Digest of the world's state at the end of each day.
    pub state_hash: Vec<u64>,
    /// What the observer remembers.
    pub memory: citytwin_metrics::Memory,
}

impl Recorder {
    /// Infections on each day.
    pub(crate) fn infections_by_day(&self) -> Vec<u64> {
        self.ages.iter().map(|[infections, _]| infections.iter().sum()).collect()
    }

    /// Hours in which zones lacked something, on each day.
    pub(crate) fn outages_by_day(&self) -> Vec<u64> {
        let mut by_day = vec![0; self.ages.len()];
        for hour in &self.outages {
            if let Some(day) = by_day.get_mut((hour.tick / TICKS_PER_DAY) as usize) {
                *day += hour.zones.len() as u64;
            }
        }
        by_day
    }

    /// Records a day that has just ended, with the trips of every n-th person (0 = of nobody).
    pub fn record(
        &mut self,
        now: Now,
        simulation: &Simulation,
        observer: &mut Observer,
        metrics: &[&'static MetricKind],
        trips_every: u32,
    ) -> Observation {
        let world = &simulation.world;
        let seen = observer.observe(now, world, &simulation.levers, &simulation.board);
        self.days = now.day() + 1;
        self.metrics.push(
            metrics
                .iter()
                .map(|metric| match metric.read {
                    Read::Daily(read) => read(&seen),
                    Read::AtEnd(_) => f64::NAN,
                })
                .collect(),
        );
        self.zones.extend_from_slice(&seen.zones);
        self.ages.push([seen.infections_by_age, seen.deaths_by_age]);
        self.settings.push(seen.infections_by_setting);
        self.codes.push(seen.codes);
        let platform = &world.services.code_platform;
        self.platform.push(PlatformDay {
            level_share: platform.level,
            requests: platform.requests,
            failed: platform.failed,
        });
        self.record_doors(now.day(), simulation);
        self.record_hospitals(now.day(), simulation);
        self.record_goods(now.day(), simulation);
        self.record_lines(simulation);
        self.record_trips(now.day(), simulation, trips_every);
        crate::jams::record(&mut self.jams, now, simulation);
        self.outages.extend_from_slice(&world.services.outages.hours);
        self.state_hash.push(digest(simulation));
        seen
    }

    /// Forgets all days of the zones, of which there are so many, but the last.
    pub fn keep_last_day_of_zones(&mut self, zones: usize) {
        self.zones.drain(..self.zones.len().saturating_sub(zones));
    }

    fn record_doors(&mut self, day: u32, simulation: &Simulation) {
        let used = simulation.world.services.doors.iter().filter(|d| d.scans + d.no_code + d.balked > 0);
        self.doors.extend(used.map(|d| DoorDay {
            day,
            door: d.door,
            kind: d.kind as u8,
            lanes: d.lanes,
            counts: [
                d.scans,
                d.refused,
                d.no_code,
                d.by_hand,
                d.balked,
                d.refused_infectious,
                d.admitted_infectious,
            ],
            wait_s: d.wait_s,
            wait_max_s: d.wait_max_s,
        }));
    }

    fn record_hospitals(&mut self, day: u32, simulation: &Simulation) {
        self.hospitals.extend(simulation.world.services.hospitals.iter().map(|h| HospitalDay {
            day,
            place: h.place.0,
            field: h.field.is_some(),
            beds: [h.beds, h.patients.len() as u32, h.icu, h.icu_patients.len() as u32],
            staff: [h.staff_present, h.staff],
        }));
    }

    fn record_goods(&mut self, day: u32, simulation: &Simulation) {
        let supply = &simulation.world.services.supply;
        self.deliveries.extend(supply.depot_days.iter().map(|of_depot| (day, *of_depot)));
        for (good, (ledger, today)) in supply.ledgers.iter().zip(&supply.today).enumerate() {
            let (at_home, sites, under_way) = supply.held(good);
            let (good, ledger, today) = (good as u32, *ledger, *today);
            self.goods.push(GoodRow { day, good, ledger, today, at_home, sites, under_way });
        }
    }

    fn record_lines(&mut self, simulation: &Simulation) {
        let lines = &simulation.world.services.passengers.lines;
        self.lines.resize(lines.len(), LineRow::default());
        for (row, hour) in self.lines.iter_mut().zip(lines) {
            row.boardings += u64::from(hour.boardings);
            row.denied += u64::from(hour.denied);
            row.load_max = row.load_max.max(hour.load_max);
        }
    }

    fn record_trips(&mut self, day: u32, simulation: &Simulation, every: u32) {
        let log = simulation.world.services.trip_log.iter().flatten();
        let log = log.filter(|trip| every > 0 && trip.person.0.is_multiple_of(every));
        self.trips.extend(log.map(|t| TripRow {
            day,
            person: t.person.0,
            minutes: [t.depart_min, t.arrive_min],
            kinds: [t.mode as u8, t.slots[0], t.slots[1]],
            metres: t.metres,
        }));
    }
}
