//! The numbers of a disease under the keys that change them, each with the source that its file names.
use super::disease::{Disease, ProfileKind};
use citytwin_engine::key::Value;

/// A number, word or list of a disease: the key of [`super::KEYS`], its value in the key's unit, and its source.
pub type Told<'a> = (&'static str, Value, &'a str);

impl Disease {
    /// What the disease says under each key of `[disease]` that can change it.
    pub fn told(&self) -> Vec<Told<'_>> {
        let (t, d, a) = (&self.transmission, &self.durations, &self.by_decade);
        let profile = match t.profile {
            ProfileKind::GenerationTime => "generation_time",
            ProfileKind::ViralLoad => "viral_load",
            ProfileKind::AroundOnset => "around_onset",
        };
        let immunity = &self.immunity.infection;
        let numbers = [
            ("r0", t.r0, &t.source),
            ("overdispersion_k", t.overdispersion_k, &t.source),
            ("asymptomatic_infectiousness", t.asymptomatic_infectiousness, &t.source),
            ("generation_time_mean", t.generation_time.mean_days, &t.generation_time.source),
            ("generation_time_sd", t.generation_time.sd_days, &t.generation_time.source),
            ("onset_shift", t.around_onset.shift_days, &t.around_onset.source),
            ("onset_width", t.around_onset.width_days, &t.around_onset.source),
            ("onset_slant", t.around_onset.slant, &t.around_onset.source),
            ("incubation_mean", d.incubation.mean_days, &d.source),
            ("incubation_sd", d.incubation.sd_days, &d.source),
            ("latent_mean", d.exposed_to_infectious.mean_days, &d.source),
            ("latent_sd", d.exposed_to_infectious.sd_days, &d.source),
            ("mild_recovery_mean", d.mild_recovery.mean_days, &d.source),
            ("mild_recovery_sd", d.mild_recovery.sd_days, &d.source),
            ("severe_recovery_mean", d.severe_recovery.mean_days, &d.source),
            ("critical_recovery_mean", d.critical_recovery.mean_days, &d.source),
            ("critical_to_death_mean", d.critical_to_death.mean_days, &d.source),
            ("immunity_initial", immunity.initial, &self.immunity.source),
            ("immunity_half_life", immunity.half_life_days, &self.immunity.source),
            ("immunity_floor", immunity.floor, &self.immunity.source),
            ("without_bed", self.care.without_bed, &self.care.source),
            ("without_icu", self.care.without_icu, &self.care.source),
        ];
        let lists = [
            ("susceptibility_by_decade", &a.susceptibility),
            ("symptomatic_by_decade", &a.symptomatic),
            ("severe_by_decade", &a.severe),
            ("critical_by_decade", &a.critical),
            ("fatal_by_decade", &a.fatal),
        ];
        let mut told: Vec<Told> = vec![("profile", Value::Text(profile.into()), &t.source)];
        told.extend(numbers.map(|(key, number, source)| (key, Value::Number(number), source.as_str())));
        told.extend(lists.map(|(key, list)| {
            let numbers = list.iter().map(|number| Value::Number(*number)).collect();
            (key, Value::List(numbers), a.source.as_str())
        }));
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epidemic::KEYS;
    use citytwin_engine::{Params, Preset};

    #[test]
    fn every_key_of_the_file_is_told_with_its_number_and_source() {
        let params = Params::written(KEYS, &[("r0", "3.5"), ("name", "influenza")]).expect("well written");
        let disease = Disease::with(&params).expect("a shipped disease");
        let told = disease.told();
        // Keys without a default keep the number of the file; vaccination is the scenario's own.
        for key in KEYS.iter().filter(|k| k.default == Preset::Unset && k.name != "vaccinated_by_decade") {
            let row = told.iter().find(|(name, ..)| *name == key.name);
            let (_, value, source) = row.unwrap_or_else(|| panic!("{} is not told", key.name));
            assert!(!value.show(key.unit).is_empty() && !source.is_empty(), "{}", key.name);
        }
        assert!(told.contains(&("r0", Value::Number(3.5), disease.transmission.source.as_str())));
        let mut read = Params::written(KEYS, &[("name", "influenza")]).expect("well written");
        for (name, value, _) in &told {
            let key = KEYS.iter().find(|key| key.name == *name).expect("a key");
            read.set(key, value.clone(), citytwin_engine::params::Origin::Flag);
        }
        assert_eq!(Disease::with(&read).expect("the same disease"), disease);
    }
}
