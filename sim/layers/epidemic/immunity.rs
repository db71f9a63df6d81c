//! What earlier infections and vaccine doses still protect against, today.
use super::disease::{Disease, Fading, Waning};
use citytwin_world::health::{Episode, VARIANTS_MAX};

/// Days tabulated; protection no longer changes after them.
const DAYS: usize = 3650;

/// Protection as shares, 0–1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Protection {
    /// Against infection.
    pub infection: f64,
    /// Against severe disease, given infection.
    pub severe: f64,
}

/// Tables of protection by days passed.
#[derive(Clone, Debug)]
pub struct ImmunityTables {
    infected: [Vec<f32>; 2],
    vaccinated: [Vec<f32>; 2],
}

fn table(level: impl Fn(f64) -> f64) -> Vec<f32> {
    (0..DAYS).map(|day| level(day as f64) as f32).collect()
}

fn after_infection(w: Waning) -> Vec<f32> {
    let floor = w.floor.min(w.initial);
    table(|day| floor + (w.initial - floor) * (-day / w.half_life_days).exp2())
}

fn after_dose(f: Fading) -> Vec<f32> {
    table(|day| f.floor + (1.0 - f.floor) * (-day / f.half_life_days).exp2())
}

fn read(table: &[f32], days: i64) -> f64 {
    let index = usize::try_from(days).unwrap_or(0).min(DAYS - 1);
    table.get(index).copied().map_or(0.0, f64::from)
}

impl ImmunityTables {
    /// The tables of a disease.
    pub fn new(disease: &Disease) -> Self {
        let (i, v) = (&disease.immunity, &disease.vaccine);
        Self {
            infected: [after_infection(i.infection), after_infection(i.severe)],
            vaccinated: [after_dose(v.infection_waning), after_dose(v.severe_waning)],
        }
    }

    /// Protection against a variant on a day, from the latest infection (ended or ending that day) and from doses, the
    /// last of them on `dose_day`. Both sources act independently.
    pub fn protection(
        &self,
        disease: &Disease,
        variant: usize,
        day: u32,
        latest: Option<&Episode>,
        doses: u8,
        dose_day: i32,
    ) -> Protection {
        let Some(against) = disease.variant.get(variant) else { return Protection::default() };
        let mut left = [1.0; 2];
        if let Some(episode) = latest {
            let held = against.protection_by.get(usize::from(episode.variant)).copied().unwrap_or(0.0);
            let days = i64::from(day) - i64::from(episode.end_tick / 24);
            left[0] *= 1.0 - held * read(&self.infected[0], days);
            // Severe disease is held off across variants better than infection; its own table says how much.
            left[1] *= 1.0 - read(&self.infected[1], days);
        }
        if doses > 0 {
            let days = i64::from(day) - i64::from(dose_day);
            let first = |by_dose: &[f64]| {
                let index = usize::from(doses).min(by_dose.len()).checked_sub(1);
                index.and_then(|i| by_dose.get(i)).copied().unwrap_or(0.0)
            };
            let v = &disease.vaccine;
            left[0] *=
                1.0 - against.vaccine_match * first(&v.infection_by_dose) * read(&self.vaccinated[0], days);
            left[1] *= 1.0 - first(&v.severe_by_dose) * read(&self.vaccinated[1], days);
        }
        // What studies call protection against severe disease includes that against infection: of those infected, as
        // many fall severely ill as makes both true.
        let severe = if left[0] > 0.0 { 1.0 - (left[1] / left[0]).min(1.0) } else { 0.0 };
        Protection { infection: 1.0 - left[0], severe }
    }

    /// Susceptibility by variant for an age factor, given what protects.
    pub fn susceptibility(
        &self,
        disease: &Disease,
        age_factor: f64,
        day: u32,
        latest: Option<&Episode>,
        doses: u8,
        dose_day: i32,
    ) -> [f32; VARIANTS_MAX] {
        std::array::from_fn(|variant| {
            if variant >= disease.variant.len() {
                return 0.0;
            }
            let held = self.protection(disease, variant, day, latest, doses, dose_day);
            (age_factor * (1.0 - held.infection)) as f32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protection_wanes_and_variants_escape() {
        let disease = Disease::named("sars-cov-2-wild").expect("shipped");
        let tables = ImmunityTables::new(&disease);
        let at = |variant, days: i32| tables.protection(&disease, variant, 500, None, 2, 500 - days);
        assert!((at(0, 0).infection - 0.88).abs() < 1e-6);
        assert!((at(0, 150).infection - 0.47).abs() < 0.06);
        assert!(at(2, 0).infection < at(1, 0).infection && at(1, 0).infection < at(0, 0).infection);
        assert!(at(2, 150).severe > 0.8);
        // Both together are what was measured: 93 % against severe disease after two doses.
        let both = |p: Protection| 1.0 - (1.0 - p.infection) * (1.0 - p.severe);
        assert!((both(at(0, 0)) - 0.93).abs() < 1e-6 && (both(at(1, 150)) - 0.90).abs() < 0.01);
        assert_eq!(tables.protection(&disease, 9, 0, None, 2, 0), Protection::default());
        assert_eq!(tables.protection(&disease, 0, 0, None, 0, 0), Protection::default());
    }
}
