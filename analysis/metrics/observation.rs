//! What was seen of the world on one day: plain integer counts that every metric and daily table reads.
use crate::groups::GROUPS;
use crate::infection::AGE_BANDS;
use crate::infrastructure::OutageDay;
use bitcode::{Decode, Encode};
use citytwin_engine::Now;
use citytwin_world::health::Stage;
use citytwin_world::passengers::PassengerTally;
use citytwin_world::services::TripTally;
use citytwin_world::supply::{DepotDay, GoodDay};
use citytwin_world::{Setting, kinds};

/// Persons of each code colour (rows: green, yellow, red) in each stage of the disease (columns as
/// [`Stage::ALL`]).
pub type CodeTruth = [[u64; Stage::COUNT]; 3];

/// Beds of one sort in all hospitals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beds {
    /// Patients in them.
    pub occupied: u64,
    /// Beds there are.
    pub capacity: u64,
}

/// All checkpoints of the city on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Checks {
    /// Checkpoints that stood.
    pub doors: u64,
    /// Persons scanned or registered by hand.
    pub scans: u64,
    /// Persons turned back for their code.
    pub refused: u64,
    /// Persons turned back because they had no code to show.
    pub no_code: u64,
    /// Persons registered by hand.
    pub by_hand: u64,
    /// Persons turned back for want of a recent negative test.
    pub no_test: u64,
    /// Persons let in on a forged or borrowed code.
    pub forged: u64,
    /// Minutes that guards stood at doors, over all lanes.
    pub staffed_min: u64,
    /// Persons who gave up waiting.
    pub balked: u64,
    /// Waiting of all persons together, s.
    pub wait_s: u64,
    /// Persons turned back who were infectious.
    pub refused_infectious: u64,
    /// Persons let in who were infectious.
    pub admitted_infectious: u64,
}

/// One zone on one day; persons are counted where they live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct ZoneDay {
    /// Persons infected today.
    pub incidence: u32,
    /// Persons infectious now.
    pub prevalence: u32,
    /// Persons ever infected.
    pub ever_infected: u32,
    /// Dead of the disease so far.
    pub deaths: u32,
    /// Persons with a yellow code.
    pub yellow: u32,
    /// Persons with a red code.
    pub red: u32,
    /// Persons with a red code or ordered to stay at home who aren't infected.
    pub wrongly_restricted: u32,
    /// Share of trips that are not essential forbidden to residents at the end of the day, 0–1.
    pub locked_down_share: f32,
}

/// The state of the city at the end of a day and what happened on it. All counts are persons unless said otherwise.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The last hour of the day.
    pub now: Now,
    /// Residents, dead ones included.
    pub population: u64,
    /// Persons in each stage.
    pub stages: [u64; Stage::COUNT],
    /// Persons with symptoms or worse.
    pub symptomatic: u64,
    /// Infections that began today.
    pub infections: u64,
    /// Infections so far, reinfections counted again.
    pub infections_total: u64,
    /// Persons infected at least once.
    pub ever_infected: u64,
    /// Today's infections by setting, importations included.
    pub infections_by_setting: [u64; Setting::COUNT],
    /// Today's infections by age band of ten years.
    pub infections_by_age: [u64; AGE_BANDS],
    /// Deaths today by age band of ten years.
    pub deaths_by_age: [u64; AGE_BANDS],
    /// Residents and zones.
    pub zones: Vec<ZoneDay>,
    /// Ordinary hospital beds.
    pub beds: Beds,
    /// Intensive-care beds.
    pub icu: Beds,
    /// Ordinary beds of field hospitals, which `beds` holds too.
    pub field_beds: Beds,
    /// Beds of shelter hospitals.
    pub shelter: Beds,
    /// Persons who should be in a shelter hospital and found no place last midnight.
    pub shelter_waiting: u64,
    /// Hospital staff at work today, and all of them.
    pub staff: [u64; 2],
    /// Patients who needed a bed today and got none.
    pub without_bed: u64,
    /// Tests taken today and those positive.
    pub tests: [u64; 2],
    /// Doses of a vaccination campaign given today, and residents who have had one.
    pub vaccinated: [u64; 2],
    /// Swabs taken today for shared tubes, tubes read today, and those of them that were positive.
    pub pooled: [u64; 3],
    /// Trips of the day.
    pub trips: TripTally,
    /// Passengers of the day, where vehicles can fill.
    pub passengers: PassengerTally,
    /// Greatest share of places taken today in any vehicle; `None` where vehicles can't fill.
    pub load_max: Option<f32>,
    /// Stops closed at the end of the day.
    pub stops_closed: u64,
    /// Links closed to cars at the end of the day, how often today's traffic was worked out anew, and links closed to
    /// those on foot.
    pub roads: [u64; 3],
    /// How far the times known on a day of this kind are from equilibrium; NaN where movement knows no traffic.
    pub traffic_gap: f64,
    /// Mean times of drives on a day of this kind; `None` where movement knows no traffic.
    pub drives: Option<citytwin_world::roads::DriveTimes>,
    /// Checkpoints.
    pub checks: Checks,
    /// Codes against truth; `None` while no codes are in force.
    pub codes: Option<CodeTruth>,
    /// Requests to the code platform today and those without an answer.
    pub platform: [u64; 2],
    /// Persons with a red code or ordered to stay at home who aren't infected, by group; `None` where nobody is bound.
    pub wrongly_restricted: Option<[u64; GROUPS]>,
    /// Living residents of each group.
    pub group_sizes: [u64; GROUPS],
    /// The epidemic map: zones kept back, mean error in persons, privacy spent; `None` without one.
    pub map: Option<[f64; 3]>,
    /// Shared records held, each times its sensitivity, and persons of whom anything was ever shared.
    pub exposure: [u64; 2],
    /// Residents who can show a code on a phone, and of those of 60 and older who has the app, and how many they are;
    /// `None` while there is no mobile entrance.
    pub entrance: Option<[u64; 3]>,
    /// Hours of today during which the platform of the code was down; `None` while there is no mobile entrance.
    pub platform_down_h: Option<u32>,
    /// Persons whose positive test the health commission knows of, so far.
    pub known_cases: u64,
    /// Those of them that it learnt of today.
    pub known_today: u64,
    /// Appeals against a colour that reached the health commission today.
    pub appeals: u64,
    /// Contacts that tracing teams or the app of a case named and reached today.
    pub contacts_traced: u64,
    /// Of [`Self::known_today`], those whom no department had named as a contact before.
    pub known_without_source: u64,
    /// Cases that wait for the tracing teams; `None` where nobody traces.
    pub tracing_waiting: Option<u64>,
    /// Contacts in quarantine, at home or housed, who are infected, and who aren't.
    pub quarantined: [u64; 2],
    /// Places of central quarantine.
    pub quarantine: Beds,
    /// Records passed between departments so far.
    pub records_shared: u64,
    /// What of the infrastructure failed today.
    pub outages: OutageDay,
    /// The day of each good, by name; none where a scenario speaks of no goods.
    pub goods: Vec<(String, GoodDay)>,
    /// The tours of each depot; none where nobody plans any.
    pub depots: Vec<DepotDay>,
}

impl Observation {
    /// Persons in a stage.
    pub fn in_stage(&self, stage: Stage) -> u64 {
        self.stages[stage as usize]
    }
    /// Persons alive.
    pub fn alive(&self) -> u64 {
        self.population - self.in_stage(Stage::Dead).min(self.population)
    }
    /// Trips made by all modes.
    pub fn trips_made(&self) -> u64 {
        self.trips.trips.iter().sum()
    }
    /// Trips made by one mode.
    pub fn trips_by(&self, mode: kinds::Mode) -> u64 {
        self.trips.trips[mode as usize]
    }
}

/// A share, or NaN where there is nothing to have a share of.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}
