//! The made-up epidemic: a plain compartment recursion with noise that is the same every time.

/// Days of the made-up run.
pub const DAYS: usize = 120;

/// What happened in the city on one day.
#[derive(Clone, Default)]
pub struct Day {
    pub new: f64,
    pub infectious: f64,
    pub infected: f64,
    pub hospital: f64,
    pub icu: f64,
    pub dead: f64,
    pub rt: f64,
    pub known: f64,
    pub red: f64,
    pub yellow: f64,
    /// Share of red codes that are right.
    pub right: f64,
    pub scans: f64,
    /// Trips against normal.
    pub mobility: f64,
    /// Output against normal.
    pub output: f64,
}

/// The days of an epidemic among `residents`.
pub fn epidemic(residents: f64) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let (mut exposed, mut infectious, mut infected, mut dead) = (300.0, 100.0, 400.0, 0.0);
    let (mut hospital, mut icu, mut known) = (0.0, 0.0, 0.0);
    for index in 0..DAYS {
        let code = index >= 20;
        let home = (45..90).contains(&index);
        let noise = 1.0 + 0.08 * ((index * index * 7 % 31) as f64 / 31.0 - 0.5);
        let rate = 0.47 * if code { 0.8 } else { 1.0 } * if home { 0.72 } else { 1.0 } * noise;
        let new = rate * infectious * (residents - infected) / residents;
        let (ripe, healed) = (exposed / 4.0, infectious / 5.5);
        exposed += new - ripe;
        infectious += ripe - healed;
        infected += new;
        hospital += 0.035 * healed - hospital / 9.0;
        icu += 0.0055 * healed - icu / 11.0;
        dead += 0.0045 * healed;
        known += if code { 0.31 * healed } else { 0.08 * healed };
        let red = if code { 0.42 * infectious * (index as f64 - 19.0).min(14.0) / 14.0 + 900.0 } else { 0.0 };
        days.push(Day {
            new,
            infectious,
            infected,
            hospital,
            icu,
            dead,
            known,
            red,
            rt: rate * 5.5 * (residents - infected) / residents,
            yellow: red * 2.2,
            right: if red > 0.0 { (0.35 * infectious / red).min(0.86) } else { 0.0 },
            scans: if code { 231_000.0 * noise * if home { 0.8 } else { 1.0 } } else { 0.0 },
            mobility: noise.sqrt() * if home { 0.83 } else { 1.0 },
            output: 1.0 - if home { 0.08 } else { 0.0 } - 0.6 * (red + infectious) / residents,
        });
    }
    days
}

/// ISO date of a day of the run; day 0 is 2020-01-20.
pub fn date(day: usize) -> String {
    let mut left = day + 19;
    for (month, length) in [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
        if left < length {
            return format!("2020-{:02}-{:02}", month + 1, left + 1);
        }
        left -= length;
    }
    "2021-01-01".to_owned()
}
