//! What is shown: a run folder with its recording, and the city it ran in.
use crate::extent::Extent;
use crate::infections::Infections;
use crate::options::Options;
use citytwin_movement::service_bit;
use citytwin_recording::{BEGUN, Day, DayFile, FOLDER, People, State};
use citytwin_synthesis::{generate, load};
use citytwin_world::population::Hold;
use citytwin_world::residents::slot;
use citytwin_world::{City, Date, Occupation, PlaceId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// What a person at rest is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Activity {
    /// At home.
    Home,
    /// At work.
    Work,
    /// At school, university or day care.
    School,
    /// In a shop or market.
    Shop,
    /// At leisure: eating out, parks, visits.
    Leisure,
    /// At a pharmacy, doctor or office.
    Errand,
    /// In a hospital bed.
    Bed,
    /// In a shelter hospital or in central quarantine.
    Ordered,
}

impl Activity {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Home,
        Self::Work,
        Self::School,
        Self::Shop,
        Self::Leisure,
        Self::Errand,
        Self::Bed,
        Self::Ordered,
    ];

    /// What somebody does at a habitual place.
    #[must_use]
    pub fn of(place: usize, occupation: Occupation) -> Self {
        match place {
            slot::ANCHOR => match occupation {
                Occupation::Preschool | Occupation::Pupil | Occupation::Student => Self::School,
                _ => Self::Work,
            },
            slot::SHOP | slot::MARKET => Self::Shop,
            slot::MEAL | slot::LEISURE => Self::Leisure,
            slot::ERRAND => Self::Errand,
            _ => Self::Home,
        }
    }
}

/// Why a run cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder is no run.
    #[error("{}: no run is here ({what}); `citytwin run SCENARIO` makes one", path.display())]
    NoRun {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// The run was not recorded.
    #[error(
        "{}: this run was not recorded; run it again with --set output.trajectories=1 (a share of residents)",
        .0.display()
    )]
    NoRecording(PathBuf),
    /// The recording is broken.
    #[error(transparent)]
    Recording(#[from] citytwin_recording::RecordingError),
    /// The city cannot be read.
    #[error("the run's city cannot be read; name its folder with --city\n{0}")]
    City(String),
    /// The city is not the one of the run.
    #[error("{}: the city has been changed since the run; run it again", .0.display())]
    OtherCity(PathBuf),
}

/// A recorded run and its city.
pub struct Source {
    /// Name of the scenario.
    pub scenario: String,
    /// The question it asks.
    pub caption: String,
    /// The city.
    pub city: City,
    /// Where its folder is; `None` for one that was made up.
    pub city_folder: Option<PathBuf>,
    /// First day of the run.
    pub start: Date,
    /// Days of the run.
    pub days: u32,
    /// Who is recorded.
    pub people: People,
    /// Residents, recorded or not.
    pub population: u64,
    holidays: Vec<Date>,
    /// The run folder as it was named.
    run: PathBuf,
    extent: RwLock<Arc<Extent>>,
    infections: OnceLock<Infections>,
}

impl Source {
    /// Opens a run folder.
    ///
    /// # Errors
    /// When it is no recorded run, or its city cannot be read.
    pub fn open(options: &Options) -> Result<Self, SourceError> {
        let run = &place_of(&options.run);
        let no_run = |what: String| SourceError::NoRun { path: options.run.clone(), what };
        let folder = run.join(FOLDER);
        let text = std::fs::read(run.join("run.json"))
            .or_else(|error| std::fs::read(folder.join(BEGUN)).map_err(|_| error))
            .map_err(|error| no_run(format!("run.json: {error}")))?;
        let record: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| no_run(format!("run.json: {error}")))?;
        if !folder.is_dir() {
            return Err(SourceError::NoRecording(run.clone()));
        }
        let people = People::read(&folder)?;
        let (city, city_folder) = city_of(&record, options)?;
        if city.hash != people.city_hash {
            return Err(SourceError::OtherCity(city_folder.unwrap_or_default()));
        }
        let extent = Extent::default().grown(run, people.every)?;
        if extent.recorded.is_empty() {
            return Err(SourceError::NoRecording(run.clone()));
        }
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        let holidays = city.info.holidays.iter().filter_map(|text| Date::parse(text)).collect();
        Ok(Self {
            scenario: word("scenario"),
            caption: word("caption"),
            start: Date::parse(&word("start_date")).unwrap_or_default(),
            days: record["days"].as_u64().unwrap_or(1) as u32,
            population: record["population"].as_u64().unwrap_or(people.person.len() as u64),
            city,
            city_folder,
            people,
            holidays,
            run: options.run.clone(),
            extent: RwLock::new(Arc::new(extent)),
            infections: OnceLock::new(),
        })
    }

    /// What of the run is there, as far as it was looked at.
    #[must_use]
    pub fn extent(&self) -> Arc<Extent> {
        self.extent.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks what has been recorded since; whether anything has.
    ///
    /// # Errors
    /// A recording that is broken or has gone.
    pub fn look_again(&self) -> Result<bool, SourceError> {
        let before = self.extent();
        let now = before.grown(&place_of(&self.run), self.people.every)?;
        let grown = now != *before;
        *self.extent.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        Ok(grown)
    }

    /// Opens a recorded day.
    ///
    /// # Errors
    /// A file that is missing or broken.
    pub fn day(&self, day: u32) -> Result<Day, SourceError> {
        let open = || DayFile::open(&place_of(&self.run).join(FOLDER), day);
        // A run that ends in this moment takes its last name: what was not here is there.
        let file = open().or_else(|_| open())?;
        Ok(file.all()?)
    }

    /// Who infected whom; read when first asked for, and known once the run has ended.
    #[must_use]
    pub fn infections(&self) -> &Infections {
        static NONE: Infections = Infections::none();
        if !self.extent().complete {
            return &NONE;
        }
        let path = place_of(&self.run).join("infections.csv");
        self.infections.get_or_init(|| Infections::read(&path))
    }

    /// The recorded day nearest to a day.
    #[must_use]
    pub fn nearest_day(&self, day: u32) -> u32 {
        self.extent().recorded.iter().copied().min_by_key(|recorded| recorded.abs_diff(day)).unwrap_or(0)
    }

    /// The row of a resident, by number, among those recorded.
    #[must_use]
    pub fn row_of(&self, person: u32) -> Option<u32> {
        let every = self.people.every;
        let row = person.is_multiple_of(every).then(|| person / every)?;
        ((row as usize) < self.people.person.len()).then_some(row)
    }

    /// The bit of the timetable that runs on a date.
    #[must_use]
    pub fn service_bit(&self, date: Date) -> u8 {
        service_bit(date, &self.holidays)
    }

    /// Everybody's state at an hour of a day (that after the hour before).
    #[must_use]
    pub fn states_at(&self, day: &Day, hour: usize) -> Vec<State> {
        let mut state = day.state.clone();
        for change in day.changes.iter().take(hour).flatten() {
            if let Some(state) = state.get_mut(change.row as usize) {
                *state = change.state;
            }
        }
        state
    }

    /// Whom a bed or order holds at a minute of a day, and where.
    #[must_use]
    pub fn held_at(&self, day: &Day, minute: i16) -> BTreeMap<u32, (Hold, PlaceId)> {
        let hold = |row: u32| day.state.get(row as usize).map_or(Hold::Free, |state| state.hold());
        let mut held: BTreeMap<u32, (Hold, PlaceId)> =
            day.held.iter().map(|(row, place)| (*row, (hold(*row), *place))).collect();
        for (row, state) in (0..).zip(&day.state) {
            if !matches!(state.hold(), Hold::Free | Hold::Queue) {
                held.entry(row).or_insert((state.hold(), PlaceId::NONE));
            }
        }
        for change in day.changes.iter().take(usize::from(minute.max(0) as u16 / 60)).flatten() {
            match change.state.hold() {
                Hold::Free | Hold::Queue => held.remove(&change.row),
                hold => held.insert(change.row, (hold, change.place)),
            };
        }
        held
    }
}

/// The city that a run names, read or made again.
fn city_of(record: &serde_json::Value, options: &Options) -> Result<(City, Option<PathBuf>), SourceError> {
    let parameter = |key: &str| {
        let rows = record["parameters"].as_array()?;
        rows.iter().find(|row| row["key"] == key)?["value"].as_str().map(str::to_owned)
    };
    let name = parameter("city.name").unwrap_or_default();
    if options.city.is_none() && name == "generated" {
        let number = |key: &str| parameter(key).and_then(|text| text.parse::<f64>().ok());
        let population = number("city.population").unwrap_or(20_000.0) as u32;
        let seed = number("city.seed").unwrap_or(1.0) as u64;
        let city = generate::city(population, seed).map_err(|p| SourceError::City(p.to_string()))?;
        return Ok((city, None));
    }
    let folder = options.city.clone().unwrap_or_else(|| named_city(&name));
    let city = load::city_without_journeys(&folder).map_err(|p| SourceError::City(p.to_string()))?;
    Ok((city, Some(folder)))
}

/// A city's folder by the name or path that a scenario gives it.
fn named_city(name: &str) -> PathBuf {
    let assets = std::env::var_os("CITYTWIN_ASSETS").map_or_else(|| PathBuf::from("assets"), PathBuf::from);
    let path = PathBuf::from(name);
    if path.is_dir() { path } else { assets.join("cities").join(name) }
}

/// Where a run stands: under the name given, or, while it goes on, under the same with `.partial` behind it.
fn place_of(run: &Path) -> PathBuf {
    let name = run.to_string_lossy();
    let name = name.trim_end_matches('/');
    let ended = name.strip_suffix(PARTIAL).map(PathBuf::from);
    let going_on = PathBuf::from(format!("{name}{PARTIAL}"));
    let others = ended.into_iter().chain(std::iter::once(going_on));
    std::iter::once(run.to_path_buf())
        .chain(others)
        .find(|place| place.is_dir())
        .unwrap_or_else(|| run.to_path_buf())
}

/// Ending of the name of a run that goes on or was interrupted.
const PARTIAL: &str = ".partial";
