//! The transmissibility that yields the wanted R0, found from ordinary days lived in the city itself.
use super::{Calibration, Prepared, disease, ordinary};
use crate::scenario::Scenario;
use citytwin_layers::contact;
use citytwin_layers::contact::{Course, Intensity, NextGeneration};
use citytwin_layers::epidemic::{Courses, Epidemic, Vaccination};
use citytwin_world::problem::{Problem, Problems};

/// The company kept in a city on ordinary days, and the course of a disease: all that transmissibility hangs on but the R0
/// that is wanted.
#[derive(Debug)]
pub struct Company {
    generation: NextGeneration,
    course: Course,
}

/// Lives a Wednesday, a Saturday and a Sunday without disease and measures the company kept.
///
/// # Errors
/// When the disease can't be read or makes no sense.
pub(super) fn company(scenario: &Scenario, prepared: &Prepared) -> Result<Company, Problems> {
    let disease = disease(scenario)?;
    let course = course(&Courses::new(disease.clone()), disease.transmission.overdispersion_k);
    let table = |name: &str, keys| super::table(scenario, name, keys);
    let intensity = Intensity::with(&table("contact", contact::KEYS));
    let mut simulation =
        ordinary::week(scenario, prepared, vec![Box::new(Epidemic::new(disease, Vaccination::default()))]);
    let mut generation = NextGeneration::default();
    for day in 0..5 {
        simulation.run_day();
        // Wednesday stands for the five workdays; Thursday and Friday only lead to the weekend.
        let weight = match day {
            0 => 5.0 / 7.0,
            3 | 4 => 1.0 / 7.0,
            _ => continue,
        };
        generation.add_day(&simulation.world, &intensity, weight);
    }
    Ok(Company { generation, course })
}

impl Company {
    /// The transmissibility that a scenario asks for in this company: its own, or the one that yields its R0.
    ///
    /// # Errors
    /// When the disease can't be read, or no company in the city could spread it that far.
    pub fn calibration(&self, scenario: &Scenario) -> Result<Calibration, Problems> {
        let beta = match scenario.disease.opt_f64("beta") {
            Some(beta) => beta,
            None => {
                let own = disease(scenario)?.transmission.r0;
                let wanted = scenario.disease.opt_f64("r0").unwrap_or(own);
                self.generation.beta(wanted, self.course).ok_or_else(|| {
                    Problem::error("E042", format!("nobody meets enough people here for an R0 of {wanted}"))
                })?
            }
        };
        Ok(Calibration { beta, r0: self.generation.r0(beta, self.course) })
    }
}

fn course(courses: &Courses, dispersion: f64) -> Course {
    let infectious_days = std::array::from_fn(|band| courses.infectious_days(band as u8 * 10 + 5, 0));
    Course { infectious_days, dispersion: if dispersion > 0.0 { dispersion } else { f64::INFINITY } }
}
