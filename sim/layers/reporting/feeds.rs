//! How well each department sees: the keys of the table `[departments]`.
use citytwin_engine::{Department, KeySpec, Params, TICKS_PER_DAY, Unit};
use citytwin_world::Setting;

/// How a department observes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Feed {
    /// Share of what happens that it observes, 0–1.
    pub coverage: f64,
    /// Mean time from what happened to its record, h.
    pub delay_h: f64,
    /// Share of its records that name the wrong person, 0–1.
    pub error: f64,
}

/// Coverage, delay and error of one department: three keys.
macro_rules! feed {
    ($name:literal, $about:literal, $coverage:literal, $delay:literal, $error:literal, $source:literal) => {
        [
            KeySpec::new(concat!($name, "_coverage"), Unit::Ratio)
                .default($coverage)
                .range(0.0, 1.0)
                .about(concat!("Share observed of ", $about, "."))
                .source($source),
            KeySpec::new(concat!($name, "_delay"), Unit::Hours)
                .default($delay)
                .range(0.0, 2160.0)
                .about(concat!("Mean time until the record of ", $about, "."))
                .source($source),
            KeySpec::new(concat!($name, "_error"), Unit::Ratio)
                .default($error)
                .range(0.0, 1.0)
                .about(concat!("Share of records that name the wrong person, of ", $about, "."))
                .source($source),
        ]
    };
}

const fn feeds() -> [[KeySpec; 3]; 13] {
    [
        feed!(
            "health_commission",
            "cases, admissions and deaths notified to it by law",
            0.95,
            24.0,
            0.001,
            "assumption; Chinese law asks for notification within 2 to 24 hours"
        ),
        feed!("hospitals", "admissions and discharges", 0.98, 6.0, 0.001, "assumption"),
        feed!("laboratories", "test results", 1.0, 2.0, 0.001, "assumption"),
        feed!("pharmacies", "fever medicine bought by those with symptoms", 0.1, 24.0, 0.01, "assumption"),
        feed!("civil_affairs", "deaths", 0.95, 48.0, 0.001, "assumption"),
        feed!("communities", "household members of the cases they know", 0.9, 24.0, 0.005, "assumption"),
        feed!(
            "telecom_operators",
            "phones near the phone of a case they know",
            0.8,
            12.0,
            0.03,
            "assumption; overlapping base stations name 0.1 to 5 % wrongly"
        ),
        feed!("railway", "arrivals by rail", 0.9, 12.0, 0.002, "assumption"),
        feed!("highway", "arrivals by road", 0.5, 24.0, 0.02, "assumption"),
        feed!("aviation", "arrivals by air", 0.95, 12.0, 0.001, "assumption"),
        feed!(
            "schools",
            "pupils absent with symptoms and classes of the cases they know",
            0.7,
            24.0,
            0.002,
            "assumption"
        ),
        feed!(
            "employers",
            "staff absent with symptoms and teams of the cases they know",
            0.5,
            24.0,
            0.005,
            "assumption"
        ),
        feed!(
            "citizens",
            "symptoms declared truthfully by residents with a phone",
            0.3,
            12.0,
            0.002,
            "assumption"
        ),
    ]
}

const FEEDS: [[KeySpec; 3]; 13] = feeds();

const REST: [KeySpec; 16] = [
    KeySpec::new("delay_spread", Unit::Number)
        .default(0.5)
        .range(0.01, 2.0)
        .about("How much the delays of departments scatter: standard deviation over mean of their gamma distribution.")
        .source("assumption"),
    KeySpec::new("arrivals_per_1000", Unit::PerDay)
        .default(0.5)
        .range(0.0, 1000.0)
        .about("Residents in a thousand who come back from outside the city, infected or not.")
        .source("assumption: a trip of some days every five years"),
    KeySpec::new("arrivals_by_rail", Unit::Ratio)
        .default(0.2)
        .range(0.0, 1.0)
        .about("Share of arrivals by rail; what is left of rail and air comes by road.")
        .source("assumption"),
    KeySpec::new("arrivals_by_air", Unit::Ratio)
        .default(0.3)
        .range(0.0, 1.0)
        .about("Share of arrivals by air.")
        .source("assumption"),
    KeySpec::new("co_location_time", Unit::Minutes)
        .default(15.0)
        .range(1.0, 1440.0)
        .about("Time in the same room as a case that makes a co-location.")
        .source("ECDC, 25 February 2020: within 2 m for 15 minutes"),
    KeySpec::new("co_location_settings", Unit::List(&Unit::Text))
        .words(&["school", "work", "care", "public", "leisure", "vehicle", "outdoor"])
        .choices(&["school", "work", "care", "public", "leisure", "vehicle", "outdoor"])
        .about("Company in which operators look for co-locations.")
        .source("assumption: everywhere but at home, where communities know who lives together"),
    KeySpec::new("co_location_history", Unit::Days)
        .default(7.0)
        .range(1.0, 60.0)
        .about("How far back operators look.")
        .source("assumption"),
    KeySpec::new("co_location_cases", Unit::PerDay)
        .default(2000.0)
        .range(0.0, 1e7)
        .about("Cases a day whose phones operators can look into.")
        .source("assumption"),
    KeySpec::new("travel_history_cases", Unit::Number)
        .default(5.0)
        .range(0.0, 1000.0)
        .about(
            "Known cases of seven days in a thousand residents from which on a zone counts as one that phones have been \
             to; operators look for it where they share `travel_history` by an entry of its own.",
        )
        .source("assumption"),
    KeySpec::new("travel_history_time", Unit::Minutes)
        .default(240.0)
        .range(1.0, 1440.0)
        .about("Time on one day in such a zone, away from home, that makes a travel history.")
        .source("the itinerary code of February 2020 told of stays of more than four hours"),
    KeySpec::new("appeal_share", Unit::Ratio)
        .default(0.3)
        .range(0.0, 1.0)
        .about("Share of residents who feel well and appeal against a new colour, where they may.")
        .source("assumption"),
    KeySpec::new("hotline_share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of them who get through by telephone, of those without a smartphone or an answer of the platform.")
        .source("assumption; Shanghai, April 2022: appeal by hotline or app"),
    KeySpec::new("declaration_share", Unit::Ratio)
        .default(0.8)
        .range(0.0, 1.0)
        .about("Share of residents with a colour who declare their health on a day on which they are asked.")
        .source("assumption"),
    KeySpec::new("tracing_cases", Unit::Count)
        .default(20_000.0)
        .range(0.0, 1e7)
        .about(
            "Infected residents at once whose company can be asked for later, at most; where there are more, chance \
             picks them, and the others can name nobody. It bounds the run's memory, and shrinks with a sample.",
        )
        .source("assumption: more than teams can interview within two weeks"),
    KeySpec::new("tracing_memory", Unit::Days)
        .default(14.0)
        .range(0.0, 60.0)
        .about("How long after they met somebody cases remember it, beyond the time for which they are asked.")
        .source("assumption: from the onset of symptoms to the interview"),
    KeySpec::new("statistics_delay", Unit::Hours)
        .default(24.0)
        .range(0.0, 720.0)
        .about("From the end of a day to its published numbers, which policies react to.")
        .source("assumption: yesterday's numbers are published today"),
];

const fn all() -> [KeySpec; 55] {
    let mut keys = [REST[0]; 55];
    let mut i = 0;
    while i < 39 {
        keys[i] = FEEDS[i / 3][i % 3];
        i += 1;
    }
    while i < 55 {
        keys[i] = REST[i - 39];
        i += 1;
    }
    keys
}

/// Keys of the table `[departments]`.
pub const KEYS: &[KeySpec] = &all();

/// The checked values of `[departments]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportingParams {
    feeds: Vec<Feed>,
    /// Shape of the gamma distribution of delays.
    pub delay_shape: f64,
    /// Residents who come from outside the city, as a share of all and per day.
    pub arrivals_share: f64,
    /// Share of arrivals by rail.
    pub by_rail: f64,
    /// Share of arrivals by air.
    pub by_air: f64,
    /// Minutes in one room that make a co-location.
    pub co_location_min: u16,
    /// Whether operators look in each setting.
    pub co_location_in: [bool; Setting::COUNT],
    /// How far back operators look, ticks.
    pub history_ticks: u32,
    /// Cases a day that operators can look into.
    pub co_location_cases: usize,
    /// Known cases of seven days in a thousand residents that make a zone one to have been to.
    pub travel_history_cases: f64,
    /// Minutes there on one day that count.
    pub travel_history_min: u32,
    /// Infected residents at once whose company is kept, at most.
    pub tracing_cases: usize,
    /// How long company is kept beyond the time for which cases are asked, ticks.
    pub tracing_slack_ticks: u32,
    /// Share of those who feel well that appeal against a colour.
    pub appeal_share: f64,
    /// Share of those without an answer of the platform that get through by telephone.
    pub hotline_share: f64,
    /// Share of those with a colour that declare their health on a day.
    pub declaration_share: f64,
    /// From the end of a day to its published numbers, ticks.
    pub statistics_ticks: u32,
}

impl ReportingParams {
    /// Reads the checked keys of `[departments]`.
    pub fn new(params: &Params) -> Self {
        let feed = |department: &Department| {
            let number = |what: &str| {
                let key = format!("{}_{what}", department.name());
                // Market regulation observes nobody, so it has no keys.
                if KEYS.iter().any(|spec| spec.name == key) { params.f64(&key) } else { 0.0 }
            };
            Feed { coverage: number("coverage"), delay_h: number("delay"), error: number("error") }
        };
        let settings = params.list("co_location_settings");
        Self {
            feeds: Department::ALL.iter().map(feed).collect(),
            delay_shape: params.f64("delay_spread").powi(-2),
            arrivals_share: params.f64("arrivals_per_1000") / 1000.0,
            by_rail: params.f64("arrivals_by_rail"),
            by_air: params.f64("arrivals_by_air"),
            co_location_min: params.u32("co_location_time").min(1440) as u16,
            co_location_in: std::array::from_fn(|s| settings.iter().any(|name| name == Setting::NAMES[s])),
            history_ticks: (params.f64("co_location_history") * f64::from(TICKS_PER_DAY)).round() as u32,
            co_location_cases: params.u32("co_location_cases") as usize,
            travel_history_cases: params.f64("travel_history_cases"),
            travel_history_min: params.u32("travel_history_time"),
            tracing_cases: params.u32("tracing_cases") as usize,
            tracing_slack_ticks: (params.f64("tracing_memory") * f64::from(TICKS_PER_DAY)).round() as u32,
            appeal_share: params.f64("appeal_share"),
            hotline_share: params.f64("hotline_share"),
            declaration_share: params.f64("declaration_share"),
            statistics_ticks: params.u32("statistics_delay"),
        }
    }

    /// How a department observes.
    pub fn feed(&self, department: Department) -> Feed {
        self.feeds.get(department as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_whole_and_read() {
        assert_eq!(KEYS.iter().flat_map(KeySpec::faults).next(), None);
        let params = Params::presets(KEYS);
        let read = ReportingParams::new(&params);
        assert!(params.misses().is_empty());
        assert_eq!(read.feed(Department::Laboratories), Feed { coverage: 1.0, delay_h: 2.0, error: 0.001 });
        assert_eq!(read.feed(Department::MarketRegulation), Feed::default());
        assert_eq!((read.history_ticks, read.co_location_min), (168, 15));
    }
}
