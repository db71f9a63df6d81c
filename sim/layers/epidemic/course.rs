//! The course of one infection, drawn whole at its start from (seed, purpose, person, tick of infection).
use super::disease::{DECADES, Disease, ProfileKind, Shape, Span};
use super::profile::Curve;
use citytwin_world::draw::Draw;
use citytwin_world::health::{Episode, NEVER, Severity, Stage};
use citytwin_world::id::{PersonId, PlaceId, RoomId};
use citytwin_world::kinds::Setting;

/// Purpose of the four chances: symptoms, severe, critical, death.
const CHANCES: u32 = 0x0301;
/// Purpose of individual infectiousness.
const INDIVIDUAL: u32 = 0x0302;
/// Purpose of the first duration; the others follow in the order of [`Step`].
const DURATION: u32 = 0x0310;

#[derive(Clone, Copy)]
enum Step {
    Incubation,
    Latent,
    Prodrome,
    ToSevere,
    ToCritical,
    Recovery,
    ToDeath,
}

/// What decides a course besides chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// Who.
    pub person: PersonId,
    /// By whom.
    pub infector: PersonId,
    /// In which room.
    pub room: RoomId,
    /// At which place.
    pub place: PlaceId,
    /// In which company.
    pub setting: Setting,
    /// Variant.
    pub variant: u8,
    /// Day of infection.
    pub day: u32,
    /// Minute of that day.
    pub minute: u16,
    /// Age, completed years.
    pub age: u8,
    /// Protection against severe disease, given infection, 0–1.
    pub protection: f64,
}

/// Draws courses and reads their infectiousness: a disease with its curves made ready.
#[derive(Clone, Debug)]
pub struct Courses {
    disease: Disease,
    curves: Vec<Curve>,
}

/// Ticks of a duration in days.
fn ticks(days: f64) -> u32 {
    (days * 24.0).round().clamp(0.0, 1e6) as u32
}

impl Courses {
    /// The courses of a disease.
    pub fn new(disease: Disease) -> Self {
        let time = &disease.transmission.generation_time;
        let onset = &disease.transmission.around_onset;
        let curve = |factor: f64| match disease.transmission.profile {
            ProfileKind::AroundOnset => {
                Curve::around_onset(onset.shift_days * factor, onset.width_days * factor, onset.slant)
            }
            _ => Curve::gamma(time.mean_days * factor, time.sd_days * factor),
        };
        let curves = disease.variant.iter().map(|v| curve(v.generation_time)).collect();
        Self { disease, curves }
    }

    /// The disease.
    pub fn disease(&self) -> &Disease {
        &self.disease
    }

    /// Probabilities of symptoms, then each next stage given the one before, for an age and a variant.
    fn chances(&self, age: u8, variant: u8, protection: f64) -> [f64; 4] {
        let decade = usize::from(age / 10).min(DECADES - 1);
        let a = &self.disease.by_decade;
        let given = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let (more_severe, more_fatal) =
            self.disease.variant.get(usize::from(variant)).map_or((1.0, 1.0), |v| (v.severe, v.fatal));
        [
            a.symptomatic[decade],
            given(a.severe[decade], a.symptomatic[decade]) * more_severe * (1.0 - protection),
            given(a.critical[decade], a.severe[decade]),
            given(a.fatal[decade], a.critical[decade]) * more_fatal,
        ]
    }

    fn span_days(&self, step: Step, span: Span, seed: u64, person: PersonId, tick: u32) -> f64 {
        if span.sd_days == 0.0 {
            return self.whole(span.mean_days);
        }
        let mut draw = Draw::new(seed, DURATION + step as u32, person.0, tick);
        let spread = span.sd_days / span.mean_days;
        let days = match span.shape {
            Shape::Lognormal => {
                let variance = (1.0 + spread * spread).ln();
                draw.lognormal(span.mean_days.ln() - 0.5 * variance, variance.sqrt())
            }
            Shape::Gamma => draw.gamma(1.0 / (spread * spread)) * spread * spread * span.mean_days,
        };
        self.whole(days)
    }

    fn whole(&self, days: f64) -> f64 {
        if self.disease.transmission.whole_days { days.round() } else { days }
    }

    /// The whole course of an infection.
    pub fn begin(&self, seed: u64, start: &Start) -> Episode {
        let infected_tick = start.day * 24 + u32::from(start.minute / 60).min(23);
        let origin = if self.disease.transmission.whole_days { start.day * 24 } else { infected_tick };
        let key = (seed, start.person, infected_tick);
        let scale = self.disease.variant.get(usize::from(start.variant)).map_or(1.0, |v| v.incubation);
        let span = |step, span| self.span_days(step, span, key.0, key.1, key.2);
        let d = &self.disease.durations;
        let luck = luck(seed, start.person, infected_tick);
        let chances = self.chances(start.age, start.variant, start.protection);
        let symptomatic = luck[0] < chances[0];
        let (infectious_tick, symptoms_tick) = match self.disease.transmission.profile {
            ProfileKind::GenerationTime => {
                let first = self.curves.get(usize::from(start.variant)).map_or(0, |c| c.first_h);
                // The incubation is drawn apart from the curve (as in OpenABM-Covid19); the few who would fall ill
                // before the virus can be passed on fall ill when it can.
                let incubation = ticks(span(Step::Incubation, d.incubation) * scale);
                (origin + first, origin + incubation.max(first))
            }
            ProfileKind::AroundOnset => {
                let onset = origin + ticks(span(Step::Incubation, d.incubation) * scale).max(1);
                let curve = self.curves.get(usize::from(start.variant));
                let from = curve.map_or(onset, |c| (onset + c.first_h).saturating_sub(c.before_h));
                (from.clamp(origin + 1, onset), onset)
            }
            ProfileKind::ViralLoad => {
                let from = origin + ticks(span(Step::Latent, d.exposed_to_infectious) * scale);
                (from, from + ticks(span(Step::Prodrome, d.infectious_to_symptomatic) * scale))
            }
        };
        let mut episode = Episode {
            person: start.person,
            infector: start.infector,
            room: start.room,
            place: start.place,
            setting: start.setting,
            variant: start.variant,
            worst: if symptomatic { Severity::Mild } else { Severity::None },
            fatal: false,
            infected_tick,
            infected_min: start.minute,
            infectious_tick,
            symptoms_tick: if symptomatic { symptoms_tick } else { NEVER },
            severe_tick: NEVER,
            critical_tick: NEVER,
            end_tick: 0,
            infectiousness: self.individual(seed, start, infected_tick),
        };
        if symptomatic && luck[1] < chances[1] {
            episode.worst = Severity::Severe;
            episode.severe_tick = symptoms_tick + ticks(span(Step::ToSevere, d.symptomatic_to_severe));
            if luck[2] < chances[2] {
                let from = episode.severe_tick + ticks(span(Step::ToCritical, d.severe_to_critical));
                self.turn_critical(seed, &mut episode, from, luck[3] < chances[3]);
            }
        }
        self.close(seed, &mut episode);
        episode
    }

    fn individual(&self, seed: u64, start: &Start, tick: u32) -> f32 {
        let k = self.disease.transmission.overdispersion_k;
        // Beyond this the spread of a gamma can't be told from none.
        if k > 1e5 {
            return 1.0;
        }
        (Draw::new(seed, INDIVIDUAL, start.person.0, tick).gamma(k) / k) as f32
    }

    fn turn_critical(&self, seed: u64, episode: &mut Episode, tick: u32, fatal: bool) {
        episode.worst = Severity::Critical;
        episode.critical_tick = tick;
        episode.fatal = fatal;
        self.close(seed, episode);
    }

    /// Sets the end of a course from its worst stage.
    fn close(&self, seed: u64, episode: &mut Episode) {
        let d = &self.disease.durations;
        let (from, step, span) = match (episode.worst, episode.fatal) {
            (Severity::Critical, true) => (episode.critical_tick, Step::ToDeath, d.critical_to_death),
            (Severity::Critical, false) => (episode.critical_tick, Step::Recovery, d.critical_recovery),
            (Severity::Severe, _) => (episode.severe_tick, Step::Recovery, d.severe_recovery),
            (Severity::Mild, _) => (episode.symptoms_tick, Step::Recovery, d.mild_recovery),
            (Severity::None, _) => (episode.infectious_tick, Step::Recovery, d.asymptomatic_recovery),
        };
        let days = self.span_days(step, span, seed, episode.person, episode.infected_tick);
        let mut end = from.saturating_add(ticks(days)).max(episode.infectious_tick + 1);
        // Nobody recovers before the curve of infectiousness has run out; death does cut it.
        if let Some(curve) = self.curves.get(usize::from(episode.variant)).filter(|_| !episode.fatal) {
            end = match self.disease.transmission.profile {
                ProfileKind::GenerationTime => end.max(episode.infected_tick + 1 + curve.last_h),
                ProfileKind::AroundOnset => {
                    end.max((Self::table_begins(episode, curve) + i64::from(curve.last_h)).max(0) as u32)
                }
                ProfileKind::ViralLoad => end,
            };
        }
        episode.end_tick = end;
    }

    /// Worsens the course of a patient who needs care and has none, as far as the draws of the course say so;
    /// true where something changed. To be asked once when the need began; changes happen from `tick` on.
    pub fn worsen(
        &self,
        seed: u64,
        episode: &mut Episode,
        age: u8,
        protection: f64,
        severity: Severity,
        tick: u32,
    ) -> bool {
        let chances = self.chances(age, episode.variant, protection);
        let luck = luck(seed, episode.person, episode.infected_tick);
        let care = &self.disease.care;
        match (severity, episode.worst, episode.fatal) {
            (Severity::Severe, Severity::Severe, _) if luck[2] < chances[2] * care.without_bed => {
                let span = self.disease.durations.severe_to_critical;
                let days =
                    self.span_days(Step::ToCritical, span, seed, episode.person, episode.infected_tick);
                let from = (episode.severe_tick + ticks(days)).max(tick);
                self.turn_critical(seed, episode, from, luck[3] < chances[3]);
                true
            }
            (Severity::Critical, _, false) if luck[3] < chances[3] * care.without_icu => {
                let from = episode.critical_tick;
                self.turn_critical(seed, episode, from, true);
                episode.end_tick = episode.end_tick.max(tick);
                true
            }
            _ => false,
        }
    }

    /// Begin of the table of a curve around the onset, ticks: by the onset, or what the begin of infectiousness tells of
    /// it for those without symptoms.
    fn table_begins(episode: &Episode, curve: &Curve) -> i64 {
        match episode.symptoms_tick {
            NEVER => i64::from(episode.infectious_tick) - i64::from(curve.first_h),
            onset => i64::from(onset) - i64::from(curve.before_h),
        }
    }

    /// Mean infectiousness of an episode over one day, relative to a typical peak. Contact looks at whole days, so what
    /// falls into the rest of the day of infection is added to the next one: nothing is lost.
    pub fn infectivity(&self, episode: &Episode, day: u32) -> f32 {
        let index = usize::from(episode.variant);
        let Some(variant) = self.disease.variant.get(index) else { return 0.0 };
        let infected_day = episode.infected_tick / 24;
        let from = if day == infected_day + 1 { infected_day * 24 } else { day * 24 };
        let to = (day * 24 + 24).min(episode.end_tick);
        if to <= from || day <= infected_day {
            return 0.0;
        }
        let shape = match (self.disease.transmission.profile, self.curves.get(index)) {
            (ProfileKind::GenerationTime, Some(curve)) => {
                let infected_h =
                    f64::from(episode.infected_tick / 24 * 24) + f64::from(episode.infected_min) / 60.0;
                curve.peak_days(f64::from(from) - infected_h, f64::from(to) - infected_h)
            }
            (ProfileKind::AroundOnset, Some(curve)) => {
                // What would fall before the infection does so on the first day on which anything can be passed on.
                let from = if day == infected_day + 1 { 0 } else { from };
                let begin = Self::table_begins(episode, curve);
                curve.peak_days((i64::from(from) - begin) as f64, (i64::from(to) - begin) as f64)
            }
            _ => self.load_days(episode, from, to),
        };
        let quiet = episode.symptoms_tick == NEVER;
        let factor = if quiet { self.disease.transmission.asymptomatic_infectiousness } else { 1.0 };
        (shape * factor * variant.transmissibility) as f32 * episode.infectiousness
    }

    /// Load summed over ticks, in days of mean load.
    fn load_days(&self, episode: &Episode, from: u32, to: u32) -> f64 {
        let load = &self.disease.transmission.viral_load;
        let span = f64::from(episode.end_tick.saturating_sub(episode.infectious_tick));
        let mut high_h = (load.early_share * span).min(load.early_max_days * 24.0);
        if self.disease.transmission.whole_days {
            // A day that begins with high load counts as such to its end.
            high_h = (high_h / 24.0 - 1e-9).ceil() * 24.0;
        }
        let begin = f64::from(episode.infectious_tick);
        let overlap = |a: f64, b: f64| (f64::from(to).min(b) - f64::from(from).max(a)).max(0.0) / 24.0;
        let high = overlap(begin, begin + high_h);
        let low = overlap(begin + high_h, begin + span);
        (high * load.early_ratio + low) / (1.0 + load.early_share * (load.early_ratio - 1.0))
    }

    /// Expected infectiousness summed over a whole course, in days at the typical peak, for an age and a variant:
    /// R0 = transmission rate per day at the peak × this. Mean over 2,048 drawn courses.
    pub fn infectious_days(&self, age: u8, variant: u8) -> f64 {
        const COURSES: u32 = 2048;
        let mut sum = 0.0;
        for n in 0..COURSES {
            let start = Start {
                person: PersonId(n),
                infector: PersonId::NONE,
                room: RoomId::NONE,
                place: PlaceId::NONE,
                setting: Setting::Imported,
                variant,
                day: 0,
                minute: 0,
                age,
                protection: 0.0,
            };
            let mut episode = self.begin(0, &start);
            episode.infectiousness = 1.0;
            sum += (0..=episode.end_tick / 24)
                .map(|day| f64::from(self.infectivity(&episode, day)))
                .sum::<f64>();
        }
        sum / f64::from(COURSES)
    }
}

/// The four uniform numbers that decide how bad an infection gets.
fn luck(seed: u64, person: PersonId, tick: u32) -> [f64; 4] {
    let mut draw = Draw::new(seed, CHANCES, person.0, tick);
    std::array::from_fn(|_| draw.unit_f64())
}

/// Stage and severity of an episode at a tick, as its course says.
pub fn state_at(episode: &Episode, tick: u32) -> (Stage, Severity) {
    if tick >= episode.end_tick {
        let stage = if episode.fatal { Stage::Dead } else { Stage::Recovered };
        return (stage, Severity::None);
    }
    let stage = if tick >= episode.infectious_tick { Stage::Infectious } else { Stage::Exposed };
    let reached = |from: u32| from != NEVER && tick >= from;
    let severity = if reached(episode.critical_tick) {
        Severity::Critical
    } else if reached(episode.severe_tick) {
        Severity::Severe
    } else if reached(episode.symptoms_tick) {
        Severity::Mild
    } else {
        Severity::None
    };
    (stage, severity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(n: u32, age: u8) -> Start {
        Start {
            person: PersonId(n),
            infector: PersonId::NONE,
            room: RoomId::NONE,
            place: PlaceId::NONE,
            setting: Setting::Imported,
            variant: 0,
            day: 3,
            minute: 700,
            age,
            protection: 0.0,
        }
    }

    #[test]
    fn courses_follow_the_tables() {
        for name in ["sars-cov-2-wild", "covasim-reference"] {
            let courses = Courses::new(Disease::named(name).expect("shipped"));
            let all: Vec<Episode> = (0..40_000).map(|n| courses.begin(5, &start(n, 75))).collect();
            let share = |f: &dyn Fn(&Episode) -> bool| all.iter().filter(|e| f(e)).count() as f64 / 40_000.0;
            assert!((share(&|e| e.symptoms_tick != NEVER) - 0.85).abs() < 0.01);
            assert!((share(&|e| e.worst >= Severity::Severe) - 0.20655).abs() < 0.01);
            assert!((share(&|e| e.worst == Severity::Critical) - 0.08923).abs() < 0.007);
            assert!((share(&|e| e.fatal) - 0.02439).abs() < 0.004);
            let mean: f64 = all.iter().map(|e| f64::from(e.infectiousness)).sum::<f64>() / 40_000.0;
            assert!((mean - 1.0).abs() < 0.04, "{mean}");
            for e in &all {
                let ordered = [e.infected_tick, e.infectious_tick.max(e.infected_tick), e.end_tick];
                assert!(ordered.is_sorted() && e.end_tick < 24 * 500);
            }
        }
    }

    /// Share of infectiousness that falls before symptoms, among those who get symptoms, and share of incubations
    /// held back by the begin of infectiousness.
    fn before_symptoms(name: &str) -> (f64, f64) {
        let courses = Courses::new(Disease::named(name).expect("shipped"));
        let curve = &courses.curves[0];
        let episodes = (0..20_000).map(|n| courses.begin(5, &start(n, 40)));
        let (mut share, mut held, mut count) = (0.0, 0.0, 0.0);
        for e in episodes.filter(|e| e.symptoms_tick != NEVER) {
            assert!(e.symptoms_tick >= e.infectious_tick, "{name}: ill before infectious");
            share += curve.peak_days(0.0, f64::from(e.symptoms_tick - e.infected_tick)) * curve.peak_per_day;
            held += f64::from(u8::from(e.symptoms_tick == e.infectious_tick));
            count += 1.0;
        }
        (share / count, held / count)
    }

    #[test]
    fn much_is_passed_on_before_symptoms_and_nobody_is_ill_before_infectious() {
        let (share, held) = before_symptoms("sars-cov-2-wild");
        // He 2020: 44 % (25-69). Ganyani 2020: 48 % (32-67) in Singapore, from a generation interval of 5.2 d and an
        // incubation of 5.2 d, sd 2.8 d. Tindale 2020: 40-50 % there.
        assert!((0.40..0.55).contains(&share), "{share}");
        assert!(held < 0.01, "{held} of incubations changed");
        for name in ["sars-cov-2-delta", "sars-cov-2-omicron", "influenza"] {
            let (share, held) = before_symptoms(name);
            eprintln!("{name}: {share:.3} before symptoms, {held:.4} held back");
        }
    }

    #[test]
    fn infectiousness_adds_up_whatever_the_hour_of_infection() {
        let mut disease = Disease::named("sars-cov-2-wild").expect("shipped");
        disease.transmission.overdispersion_k = f64::INFINITY;
        let peak = Curve::gamma(5.5, 2.14).peak_per_day;
        let courses = Courses::new(disease);
        for minute in [0, 719, 1439] {
            let mut episode = courses.begin(5, &Start { minute, ..start(1, 40) });
            episode.symptoms_tick = 100;
            let sum: f32 = (0..60).map(|day| courses.infectivity(&episode, day)).sum();
            assert!((f64::from(sum) * peak - 1.0).abs() < 1e-4, "{minute}: {sum}");
        }
        assert!((courses.infectious_days(40, 0) * peak - 0.85).abs() < 0.01);
        assert!((courses.infectious_days(40, 1) * peak / 2.2 - 0.85 * 0.85).abs() < 0.02);
    }

    #[test]
    fn missing_care_worsens_as_many_as_it_should() {
        let courses = Courses::new(Disease::named("sars-cov-2-wild").expect("shipped"));
        let (mut severe, mut critical) = (0, 0);
        for n in 0..40_000 {
            let mut episode = courses.begin(5, &start(n, 75));
            if episode.severe_tick == NEVER {
                continue;
            }
            severe += 1;
            courses.worsen(5, &mut episode, 75, 0.0, Severity::Severe, 0);
            critical += u32::from(episode.worst == Severity::Critical);
            assert!(episode.critical_tick == NEVER || episode.critical_tick >= episode.severe_tick);
        }
        let share = f64::from(critical) / f64::from(severe);
        assert!((share - 2.0 * 0.08923 / 0.20655).abs() < 0.02, "{share}");
    }
}
