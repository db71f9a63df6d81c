//! Doses given before the run begins.
use super::disease::DECADES;
use citytwin_engine::{Now, Params};
use citytwin_world::Residents;
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::health::Health;
use citytwin_world::problem::Problem;

/// Purpose of the draw of who is vaccinated.
const VACCINATED: u32 = 0x0303;
/// Purpose of the draw of when.
const WHEN: u32 = 0x0304;

/// Who is vaccinated when the run begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vaccination {
    /// Share by decade of age.
    pub coverage: [f64; DECADES],
    /// Doses of those vaccinated.
    pub doses: u8,
    /// Mean days since the last dose.
    pub days_ago: f64,
}

impl Vaccination {
    /// What the keys `vaccinated_by_decade`, `vaccine_doses` and `vaccine_age` say.
    ///
    /// # Errors
    /// `E041` where the list by age has not ten shares.
    pub fn with(params: &Params) -> Result<Self, Problem> {
        let mut coverage = [0.0; DECADES];
        if params.is_set("vaccinated_by_decade") {
            let shares = params.list_f64("vaccinated_by_decade");
            let count = shares.len();
            coverage = shares.try_into().map_err(|_| {
                let what = "`vaccinated_by_decade` needs 10 shares, one for each decade of age";
                let problem = Problem::error("E041", format!("{what}, not {count}"));
                problem.label(format!("{count} shares")).word("vaccinated_by_decade")
            })?;
        }
        let doses = params.u32("vaccine_doses").min(255) as u8;
        Ok(Self { coverage, doses, days_ago: params.f64("vaccine_age") })
    }

    /// Gives the doses, to the same residents whatever else a scenario does.
    pub fn give(&self, now: Now, residents: &Residents, health: &mut Health) {
        if self.doses == 0 || self.coverage.iter().all(|share| *share <= 0.0) {
            return;
        }
        for (id, person) in residents.person.iter() {
            let decade = usize::from(person.age / 10).min(DECADES - 1);
            let words = block(now.seed, VACCINATED, id.0, 0, 0);
            if f64::from(unit_f32(words[0])) >= self.coverage[decade] {
                continue;
            }
            let spread = 0.5 + f64::from(unit_f32(block(now.seed, WHEN, id.0, 0, 0)[0]));
            health.doses[id] = self.doses;
            health.dose_day[id] = -((self.days_ago * spread).round() as i32);
        }
    }
}
