//! The numbers a synthetic population is made from, each with its unit, range and source.
use super::tables;
use citytwin_world::problem::Problem;

/// Age bands of ten years: 0–9 … 80 and older.
pub const BANDS: usize = 9;
/// Largest household that is made.
pub const HOUSEHOLD_MAX: usize = 8;

/// Parameters of [`super::residents`]. `default()` fits a large city of a middle-income country; what a country table
/// knows (`age_shares`, `household_size_mean`) is left to the table unless given here.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PopulationParams {
    /// Country whose age and household tables are used; empty = the city's own.
    pub country: String,
    /// Share of residents in each ten-year age band; `None` = the country's pyramid (United Nations).
    pub age_shares: Option<[f64; BANDS]>,
    /// Persons per household; `None` = the country's mean (United Nations).
    pub household_size_mean: Option<f64>,
    /// Share of women in each age band. Assumption: 105 boys are born per 100 girls, and women live longer.
    pub women_share: [f64; BANDS],
    /// Share of residents at work by age band; below 16 nobody works. For 10 to 49 years between the employed that the
    /// Brazilian household survey counts by age in 2014 and 2016 (IBGE, PNAD Contínua, in the social security ministry's
    /// yearbook, table 50.3) over residents of the country table: 0.12–0.17, 0.57–0.64, 0.69–0.72, 0.72. Above 50
    /// assumptions.
    pub employment_rate: [f64; BANDS],
    /// Share of children of 1 to 5 in day care. IBGE, PNAD Contínua Educação 2019: 35.6 % of ages 0–3, 92.9 % of 4–5.
    pub day_care_rate: f64,
    /// Share of ages 6 to 17 in school. IBGE, PNAD Contínua Educação 2019: 99.7 % of 6–14, 89.2 % of 15–17.
    pub school_rate: f64,
    /// Share of ages 18 to 24 at a university. IBGE, PNAD Contínua Educação 2019: 32.4 % of them go to any school; that
    /// some seven in ten of these study is an assumption.
    pub university_rate: f64,
    /// Age from which those without a job count as retired, years.
    pub retirement_age: u8,
    /// Mean distance from home to work as the crow flies, km: an assumption that lets about a third of those with a job
    /// walk or cycle to it (see [`ModeParams`]).
    pub commute_km: f64,
    /// Power of distance by which jobs are taken less beside the exponential that meets the mean distance (Tanner's
    /// function); 0 for the exponential alone. Assumption: 2, the power by which visitors of all
    /// places fall (see `visit_power`).
    pub commute_power: f64,
    /// Power of distance by which visits to shops, meals, leisure and errands fall. Schläpfer et al. 2021 (doi
    /// 10.1038/s41586-021-03480-9) find that the visitors of a place fall with the square of the distance they come
    /// from. A choice must fall somewhat steeper for that: who lives near the centre has more to choose from, so each
    /// place there gets less of them. Set so that the visitors of the shipped city thin out as found.
    pub visit_power: f64,
    /// Mean crow-fly distance to school, km. Assumption: schools serve their neighbourhood.
    pub school_km: f64,
    /// Mean crow-fly distance to day care, km (assumption).
    pub day_care_km: f64,
    /// Mean crow-fly distance to university, km (assumption).
    pub university_km: f64,
    /// Pupils of a class at most (assumption).
    pub class_max: u32,
    /// Children of a day-care group at most (assumption).
    pub group_max: u32,
    /// Mean size of a team at work, persons (assumption).
    pub team_mean: u32,
    /// Beds of a ward (assumption).
    pub ward_beds: u32,
    /// Visitors' places per room of a public place (assumption).
    pub visitors_per_room: u32,
    /// Share with a smartphone by age band. IBGE, PNAD Contínua TIC 2019: 46.7 % of ages 10–13 have a phone of their own,
    /// nearly 93 % of ages 20–29 and 44.8 % from 60 years on use the internet, and of these 99 % by phone (Cetic.br, TIC
    /// Domicílios 2019). The other bands, and how the oldest differ, are assumptions between these.
    pub phone_rate: [f64; BANDS],
    /// Cars per person that are in daily use (assumption).
    pub cars_per_person: f64,
    /// Share of persons of 10 to 69 years with a bicycle in use (assumption).
    pub bicycle_rate: f64,
    /// Share of jobs at night by sector, in the order of `Sector::ALL` (assumption).
    pub night_rate: [f64; 10],
    /// Share of jobs with work at weekends by sector (assumption).
    pub weekend_rate: [f64; 10],
    /// Share of jobs that can be done from home by sector: assumptions that give about a quarter of all jobs. Dingel and
    /// Neiman 2020 find 37 % in the United States and less in poorer countries; Garrote Sanchez et al. 2020 a fifth of
    /// all jobs of the world.
    pub remote_rate: [f64; 10],
    /// Share of jobs that go on in a lockdown by sector: health, food, transport, utilities (assumption).
    pub essential_rate: [f64; 10],
    /// Time, wait and cost in the choice of mode.
    pub modes: ModeParams,
}

/// A multinomial logit of modes on generalised time. All times in minutes. All numbers are assumptions: a minute of
/// walking and waiting counts nearly twice one in a vehicle, as the literature on the value of time has it, and the
/// constants are set so that about a third of those with a job walk or cycle to it, as in Brazil in 2008 (Sá et al.
/// 2016, Rev. Saúde Pública 50:37, from IBGE's PNAD).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ModeParams {
    /// Utility of one minute in a vehicle.
    pub per_min: f64,
    /// Weight of a minute on foot or by bicycle.
    pub walk_weight: f64,
    /// Weight of a minute on a bicycle.
    pub bicycle_weight: f64,
    /// Weight of a minute of transit travel outside the vehicle (walk and wait) above one of riding.
    pub out_of_vehicle_weight: f64,
    /// Walking speed, km/h.
    pub walk_kmh: f64,
    /// Cycling speed, km/h.
    pub bicycle_kmh: f64,
    /// Minutes in which the median earner makes the price of one ride.
    pub fare_min: f64,
    /// Minutes in which the median earner makes the price of one kilometre by car.
    pub car_min_per_km: f64,
    /// Minutes to park and to walk from the car.
    pub parking_min: f64,
    /// Time by car over free-flow time, for traffic and signals.
    pub car_delay: f64,
    /// Constants of walk, bicycle, car, bus, metro.
    pub constant: [f64; 5],
    /// Longest walk considered, km.
    pub walk_max_km: f64,
}

impl Default for ModeParams {
    fn default() -> Self {
        Self {
            per_min: -0.06,
            walk_weight: 1.6,
            bicycle_weight: 1.8,
            out_of_vehicle_weight: 1.9,
            walk_kmh: 4.8,
            bicycle_kmh: 13.0,
            fare_min: 12.0,
            car_min_per_km: 1.5,
            parking_min: 6.0,
            car_delay: 1.5,
            constant: [0.0, -3.0, -0.6, 0.6, 0.8],
            walk_max_km: 8.0,
        }
    }
}

impl Default for PopulationParams {
    fn default() -> Self {
        Self {
            country: String::new(),
            age_shares: None,
            household_size_mean: None,
            women_share: [0.489, 0.491, 0.498, 0.506, 0.511, 0.519, 0.533, 0.558, 0.61],
            employment_rate: [0.0, 0.12, 0.62, 0.72, 0.72, 0.62, 0.32, 0.09, 0.02],
            day_care_rate: 0.585,
            school_rate: 0.97,
            university_rate: 0.23,
            retirement_age: 62,
            commute_km: 3.0,
            commute_power: 2.0,
            visit_power: 2.75,
            school_km: 1.6,
            day_care_km: 1.2,
            university_km: 6.0,
            class_max: 26,
            group_max: 16,
            team_mean: 12,
            ward_beds: 24,
            visitors_per_room: 20,
            phone_rate: [0.06, 0.72, 0.93, 0.92, 0.87, 0.74, 0.58, 0.33, 0.15],
            cars_per_person: 0.28,
            bicycle_rate: 0.12,
            night_rate: [0.12, 0.02, 0.03, 0.15, 0.14, 0.02, 0.06, 0.01, 0.15, 0.04],
            weekend_rate: [0.22, 0.15, 0.55, 0.75, 0.45, 0.08, 0.15, 0.04, 0.40, 0.30],
            remote_rate: [0.10, 0.05, 0.12, 0.03, 0.10, 0.60, 0.40, 0.50, 0.12, 0.20],
            essential_rate: [0.35, 0.20, 0.35, 0.10, 0.60, 0.10, 0.50, 0.05, 0.95, 0.15],
            modes: ModeParams::default(),
        }
    }
}

impl PopulationParams {
    /// The margins for a city of `country`: shares by age band (they sum to 1) and persons per household.
    ///
    /// # Errors
    /// `E401` for a country that the tables don't know, `E402` for a number out of its range.
    pub fn margins(&self, country: &str) -> Result<([f64; BANDS], f64), Problem> {
        let country = if self.country.is_empty() { country } else { &self.country };
        let shares = match self.age_shares {
            Some(shares) => shares,
            None => tables::age_shares(country)?,
        };
        let mean = match self.household_size_mean {
            Some(mean) => mean,
            None => tables::household_size_mean(country)?,
        };
        let total: f64 = shares.iter().sum();
        if shares.iter().any(|s| !s.is_finite() || *s < 0.0) || total <= 0.0 {
            return Err(Problem::error(
                "E402",
                "the shares of the age bands must not be negative and not all zero",
            ));
        }
        if !(1.2..=6.0).contains(&mean) {
            let message =
                format!("{mean} persons per household can't be made from households of 1 to {HOUSEHOLD_MAX}");
            return Err(Problem::error("E402", message).help("give a mean between 1.2 and 6"));
        }
        Ok((shares.map(|s| s / total), mean))
    }

    /// Checks all shares, distances and sizes.
    ///
    /// # Errors
    /// `E402` for the first number out of its range.
    pub fn check(&self) -> Result<(), Problem> {
        let shares = [
            ("women_share", &self.women_share[..]),
            ("employment_rate", &self.employment_rate),
            ("phone_rate", &self.phone_rate),
            ("night_rate", &self.night_rate),
            ("weekend_rate", &self.weekend_rate),
            ("remote_rate", &self.remote_rate),
            ("essential_rate", &self.essential_rate),
            ("day_care_rate", &[self.day_care_rate]),
            ("school_rate", &[self.school_rate]),
            ("university_rate", &[self.university_rate]),
            ("bicycle_rate", &[self.bicycle_rate]),
        ];
        for (name, values) in shares {
            if let Some(value) = values.iter().find(|v| !(0.0..=1.0).contains(*v)) {
                return Err(Problem::error("E402", format!("{name} = {value} is no share between 0 and 1")));
            }
        }
        let positive = [
            ("commute_km", self.commute_km),
            ("school_km", self.school_km),
            ("day_care_km", self.day_care_km),
            ("university_km", self.university_km),
            ("class_max", f64::from(self.class_max)),
            ("group_max", f64::from(self.group_max)),
            ("team_mean", f64::from(self.team_mean)),
            ("ward_beds", f64::from(self.ward_beds)),
            ("visitors_per_room", f64::from(self.visitors_per_room)),
            ("modes.walk_kmh", self.modes.walk_kmh),
            ("modes.bicycle_kmh", self.modes.bicycle_kmh),
        ];
        for (name, value) in positive {
            if !(value.is_finite() && value > 0.0) {
                return Err(Problem::error("E402", format!("{name} = {value} must be above 0")));
            }
        }
        for (name, power) in [("commute_power", self.commute_power), ("visit_power", self.visit_power)] {
            if !(0.0..=4.0).contains(&power) {
                return Err(Problem::error("E402", format!("{name} = {power} must lie between 0 and 4")));
            }
        }
        if !(0.0..=3.0).contains(&self.cars_per_person) {
            return Err(Problem::error("E402", "cars_per_person must lie between 0 and 3"));
        }
        Ok(())
    }
}
