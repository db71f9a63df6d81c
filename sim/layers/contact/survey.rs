//! Contacts per day as a survey would count them, computed from who really shared rooms.
use super::Intensity;
use super::company::Company;
use citytwin_world::services::ContactSurvey;
use citytwin_world::{Setting, World};

/// Age bands of the survey: five years each, the last open (75 and older), as in POLYMOD.
pub const SURVEY_BANDS: usize = 16;

/// Residents asked, at most.
const ASKED_MAX: usize = 8_000;

/// Band of an age.
fn band(age: u8) -> usize {
    usize::from(age / 5).min(SURVEY_BANDS - 1)
}

/// Expected contacts of a sample of residents on the day just lived, by age of both and by setting. Two persons who
/// share a room for t hours are in contact with probability 1 − exp(−rate × t).
pub fn survey(world: &World, intensity: &Intensity) -> ContactSurvey {
    let persons = world.people.len();
    let every = persons.div_ceil(ASKED_MAX).max(1);
    let person = &world.people.residents.person;
    let mut result = ContactSurvey {
        wanted: false,
        egos: vec![0; SURVEY_BANDS],
        contacts: vec![0.0; SURVEY_BANDS * SURVEY_BANDS],
        by_setting: vec![0.0; Setting::COUNT],
    };
    for (_, ego) in person.iter().step_by(every) {
        result.egos[band(ego.age)] += 1;
    }
    Company::of(world, |p| (p.0 as usize).is_multiple_of(every)).each_pair(|pair| {
        let rate = f64::from(intensity.contact_per_h[pair.setting as usize]);
        let expected = -(-rate * f64::from(pair.minutes) / 60.0).exp_m1() * f64::from(pair.stands_for);
        let cell = band(person[pair.ego].age) * SURVEY_BANDS + band(person[pair.other].age);
        result.contacts[cell] += expected;
        result.by_setting[pair.setting as usize] += expected;
    });
    result
}
