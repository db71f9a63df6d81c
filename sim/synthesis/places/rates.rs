//! How many places of each kind a city has, how large they are and how many work there, where no source counts them.
use citytwin_world::PlaceKind;

/// Rates of one kind of place.
pub struct Rate {
    /// The kind.
    pub kind: PlaceKind,
    /// Places per 1,000 residents.
    pub per_1000: f64,
    /// Capacity of one place: visitors at once; 0 where capacity follows from pupils, beds or jobs.
    pub capacity: u32,
    /// Jobs at one place, before the zone's total is met; 0 where they follow from pupils or beds.
    pub jobs: f64,
    /// Where the numbers come from.
    pub source: &'static str,
}

const fn rate(kind: PlaceKind, per_1000: f64, capacity: u32, jobs: f64, source: &'static str) -> Rate {
    Rate { kind, per_1000, capacity, jobs, source }
}

const GUESS: &str = "assumption: order of magnitude of mapped cities";

/// Rates by kind. Kinds that aren't listed are made otherwise: homes, offices, factories, depots, stations, gates.
pub const RATES: &[Rate] = &[
    rate(PlaceKind::School, 0.24, 0, 0.0, "assumption: a school for some 4,000 residents"),
    rate(
        PlaceKind::Kindergarten,
        0.30,
        0,
        0.0,
        "assumption; Brazil's school census 2019 counts 8.97 million children in day care and pre-school: some 140 each",
    ),
    rate(PlaceKind::University, 0.012, 0, 0.0, "assumption: one for some 80,000 residents"),
    rate(PlaceKind::Shop, 3.0, 20, 7.0, GUESS),
    rate(PlaceKind::Market, 0.2, 150, 45.0, GUESS),
    rate(PlaceKind::Mall, 0.002_75, 2500, 700.0, "assumption: one for some 360,000 residents"),
    rate(
        PlaceKind::Pharmacy,
        0.42,
        15,
        6.0,
        "Conselho Federal de Farmácia 2020: 89,000 pharmacies; size and staff are assumptions",
    ),
    rate(
        PlaceKind::Clinic,
        0.17,
        40,
        15.0,
        "Porto Alegre's grid: 141 health-care places for 812,935 residents",
    ),
    rate(
        PlaceKind::Hospital,
        0.032,
        0,
        0.0,
        "CNES: 6,398 hospitals in Brazil in 2023, and somewhat more before",
    ),
    rate(PlaceKind::Park, 0.1, 400, 0.0, GUESS),
    rate(PlaceKind::Worship, 0.55, 150, 2.0, GUESS),
    rate(PlaceKind::Restaurant, 2.0, 45, 9.0, GUESS),
    rate(PlaceKind::Government, 0.08, 80, 50.0, GUESS),
    rate(PlaceKind::Culture, 0.12, 200, 8.0, GUESS),
];

/// Kinds of which even the smallest city gets one.
pub const AT_LEAST_ONE: [PlaceKind; 9] = [
    PlaceKind::School,
    PlaceKind::Kindergarten,
    PlaceKind::Shop,
    PlaceKind::Market,
    PlaceKind::Pharmacy,
    PlaceKind::Clinic,
    PlaceKind::Hospital,
    PlaceKind::Park,
    PlaceKind::Restaurant,
];

/// The rates of a kind.
pub fn of(kind: PlaceKind) -> Option<&'static Rate> {
    RATES.iter().find(|r| r.kind == kind)
}

/// Jobs per pupil of schools, day care and universities (assumption).
pub const JOBS_PER_PUPIL: [(PlaceKind, f64); 3] =
    [(PlaceKind::School, 0.08), (PlaceKind::Kindergarten, 0.15), (PlaceKind::University, 0.08)];

/// Jobs per hospital bed (assumption).
pub const JOBS_PER_BED: f64 = 4.0;

/// Jobs of stations where people change (assumption).
pub const STATION_JOBS: f64 = 15.0;
/// Visitors a station holds at once (assumption).
pub const STATION_CAPACITY: u32 = 500;

/// Hospital beds per 1,000 residents: World Bank, indicator SH.MED.BEDS.ZS, latest year to 2019, checked for China, Japan,
/// the United Kingdom and the United States; the others are assumptions of the same order.
const BEDS_PER_1000: &[(&str, f64)] = &[
    ("Brazil", 2.1),
    ("China", 4.3),
    ("Finland", 3.6),
    ("France", 5.9),
    ("Germany", 8.0),
    ("India", 0.5),
    ("Italy", 3.1),
    ("Japan", 13.0),
    ("Spain", 3.0),
    ("United Kingdom", 2.5),
    ("United States", 2.9),
];
/// Hospital beds per 1,000 residents where a country isn't listed (assumption; WHO's mean of the world is 3.2).
const BEDS_PER_1000_WORLD: f64 = 2.9;

/// Hospital beds per 1,000 residents of a country; the world's mean where it isn't listed.
pub fn beds_per_1000(country: &str) -> f64 {
    BEDS_PER_1000.iter().find(|(name, _)| *name == country).map_or(BEDS_PER_1000_WORLD, |(_, beds)| *beds)
}

/// Share of children and young people of each kind's ages who attend: school 6–17, day care 1–5, university 18–24
/// (assumption near IBGE, PNAD Contínua Educação 2019, whose shares residents are given by; see `PopulationParams`).
pub const ATTENDANCE: [(PlaceKind, [u8; 2], f64); 3] = [
    (PlaceKind::School, [6, 17], 0.97),
    (PlaceKind::Kindergarten, [1, 5], 0.55),
    (PlaceKind::University, [18, 24], 0.28),
];

/// Seats per pupil: schools are rarely full (assumption).
pub const SEATS_PER_PUPIL: f64 = 1.1;

/// Jobs per resident where no source counts them (assumption; Porto Alegre's grid counts 0.42).
pub const JOBS_PER_RESIDENT: f64 = 0.43;

/// Establishments by number of staff: lower and upper end of the class and its share of all. The two smallest classes
/// are near 54.9 and 19.8 % of the establishments of the United States (Census Bureau, County Business Patterns 1994);
/// the others are assumptions of the same fall.
pub const ESTABLISHMENT_SIZES: [([u32; 2], f64); 9] = [
    ([1, 4], 0.540),
    ([5, 9], 0.188),
    ([10, 19], 0.128),
    ([20, 49], 0.090),
    ([50, 99], 0.031),
    ([100, 249], 0.017),
    ([250, 499], 0.004_2),
    ([500, 999], 0.001_5),
    ([1000, 2500], 0.000_3),
];

/// Kinds of the establishments that no other source names, with their shares (assumption).
pub const ESTABLISHMENT_KINDS: [(PlaceKind, f64); 3] =
    [(PlaceKind::Office, 0.62), (PlaceKind::Factory, 0.30), (PlaceKind::Depot, 0.08)];

/// Residents per residential building for each 1,000 residents per km²: dense quarters have taller houses (assumption,
/// some 700 buildings per km² where there are apartments).
pub const RESIDENTS_PER_BUILDING_PER_DENSITY: f64 = 1.5;
/// Fewest residents of a building: one household (Brazil 3.3 in the country table).
pub const RESIDENTS_PER_BUILDING_MIN: f64 = 3.3;
/// Height of a storey, m.
pub const STOREY_M: f32 = 3.0;
/// Floor area per resident, m² (assumption).
pub const FLOOR_M2_PER_RESIDENT: f32 = 25.0;
/// Floor area per job in offices and works, m² (assumption).
pub const FLOOR_M2_PER_JOB: f32 = 15.0;
