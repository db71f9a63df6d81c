//! The course of an ensemble: from look to look, and on from each into what isn't known yet.
use super::drift::wander;
use super::level::{Level, Rule, Seen, scatter};
use super::regression::Predictions;
use super::world::{Copy, World};
use super::{Forecasting, filter, tables};
use crate::calibration::coordinates;
use crate::calibration::tables::{self as bands, around};
use crate::comparison::statistics::{ordered, weighted_quantile};
use crate::error::StudyError;
use crate::sweep::design::{Method as Sample, Range};
use citytwin_world::Date;
use citytwin_world::problem::Problem;
use rayon::prelude::*;

/// How the worlds go on.
pub(super) struct Course {
    pub(super) worlds: Vec<World>,
    pub(super) weights: Vec<f64>,
    pub(super) power_least: f64,
    /// The power that the likelihood of the last look was taken to.
    power: f64,
    /// Quantiles of the metrics followed on the days lived, each as known a look later.
    past: Vec<Vec<Vec<f64>>>,
}

/// A look: its number, the days since the last one that are told anew, and the days until the next.
#[derive(Clone, Copy)]
struct Look {
    step: u32,
    since: u32,
    until: u32,
    next_days: u32,
}

fn nothing() -> StudyError {
    let problem = Problem::error("E149", "no world of the ensemble has a value on the days observed");
    StudyError::Input(problem.help("give wider ranges under [prior], or more --members").into())
}

impl Forecasting {
    fn begin(&self) -> Result<Course, StudyError> {
        let members = self.settings.members;
        let points = Sample::LatinHypercube.points(members, self.ranges.len() as u32, self.study.seed);
        let levels: Vec<Option<Level>> = (0..self.target.columns.len())
            .map(|at| Some(Level::of(self.wandering(at)?, self.target.columns[at].scale)))
            .collect();
        let world = |(place, point): (usize, &Vec<f64>)| {
            let at: Vec<f64> = point.iter().map(|share| coordinates::of_share(*share)).collect();
            let values = self.values(0, &at);
            let metrics = self.metrics.len();
            let mut world = World::begin(&self.builder, &values, at, self.seed(place, 0), metrics)?;
            world.levels.clone_from(&levels);
            Ok(world)
        };
        let worlds: Vec<World> =
            points.par_iter().enumerate().map(world).collect::<Result<_, StudyError>>()?;
        let even = vec![1.0 / f64::from(members); members as usize];
        Ok(Course {
            worlds,
            weights: even,
            power_least: 1.0,
            power: 1.0,
            past: vec![Vec::new(); self.metrics.len()],
        })
    }

    /// Quantiles of every metric on some days, at the levels of bands.
    fn seen(&self, runs: &[bands::Run], days: std::ops::Range<u32>) -> Vec<Vec<Vec<f64>>> {
        let of = |metric: usize, day: u32| {
            let at = (metric, day as usize);
            bands::quantiles_of_day(runs, &self.target, at, &bands::SHARES, self.study.seed)
        };
        (0..self.metrics.len()).map(|metric| days.clone().map(|day| of(metric, day)).collect()).collect()
    }

    /// The worlds as runs that bands are made of, with the shares as known before a day.
    fn runs<'a>(&self, worlds: &'a [World], weights: &[f64], before: u32) -> Vec<bands::Run<'a>> {
        let own = self.study.ranges.len();
        let rules: Vec<Option<Rule>> =
            (0..self.target.columns.len()).map(|at| self.rule(at, before)).collect();
        let share = |world: &World, at: usize| match (rules[at], world.levels.get(at).copied().flatten()) {
            (Some(rule), Some(level)) => bands::ShareOf {
                share: level.mean.exp(),
                wanders: Some((level.variance + rule.scatter, rule.per_day, level.day)),
            },
            _ => bands::ShareOf::standing(self.target.share(at, &world.at[own..])),
        };
        let run = |(world, weight): (&'a World, &f64)| bands::Run {
            weight: *weight,
            series: &world.series,
            shares: (0..rules.len()).map(|at| share(world, at)).collect(),
        };
        worlds.iter().zip(weights).map(run).collect()
    }

    /// How the share of a column wanders and how what is known of it before a day scatters; `None` where it stands.
    fn rule(&self, column: usize, before: u32) -> Option<Rule> {
        let range = self.wandering(column)?;
        let days = &self.target.columns[column].days;
        let known = self.known(before).min(days.len());
        Some(Rule { per_day: range.drift * range.drift, scatter: scatter(&days[..known]) })
    }

    /// The ranges of the scenario's keys, without those of shares.
    fn own_ranges(&self) -> &[Range] {
        self.ranges.get(..self.study.ranges.len()).unwrap_or_default()
    }

    /// Days of which observations are known when a day begins.
    pub(super) fn known(&self, day: u32) -> usize {
        day.saturating_sub(self.study.data.delay_days) as usize
    }

    /// What worlds predicted of the shares that stand, on the days that became known between two days.
    fn predictions(&self, worlds: &[World], (after, until): (u32, u32), power: f64) -> Predictions {
        let mut target = self.target.within(self.known(after)..self.known(until));
        for (at, column) in target.columns.iter_mut().enumerate() {
            if self.wandering(at).is_some() {
                column.days.fill(f64::NAN);
            }
        }
        let observed = target.observed();
        let keys = self.study.ranges.len();
        let of = |world: &World| target.predicted(&world.series, world.at.get(keys..)?, None);
        let power = vec![power; observed.len()];
        let answers = target.answers();
        Predictions { worlds: worlds.iter().map(of).collect(), observed, power, answers }
    }

    /// The logarithms of how likely worlds are by what became known between two days, which they predicted; shares that
    /// wander are learnt. `None` where nothing became known.
    fn weigh(
        &self,
        worlds: &mut [World],
        predicted: &Predictions,
        (after, until): (u32, u32),
    ) -> Option<Vec<f64>> {
        let days = self.known(after)..self.known(until);
        let wandering: Vec<(usize, Rule)> =
            (0..self.target.columns.len()).filter_map(|at| Some((at, self.rule(at, until)?))).collect();
        let seen = |at: usize| {
            let days = self.target.columns[at].days.get(days.clone()).unwrap_or_default();
            days.iter().any(|value| value.is_finite())
        };
        if predicted.observed.is_empty() && !wandering.iter().any(|(at, _)| seen(*at)) {
            return None;
        }
        let of = |(world, numbers): (&mut World, &Option<Vec<f64>>)| {
            let learnt = wandering.iter().map(|(at, rule)| self.learn(world, *at, *rule, days.clone()));
            let learnt: f64 = learnt.sum();
            let off = |numbers: &Vec<f64>| -> f64 {
                numbers.iter().zip(&predicted.observed).map(|(a, b)| (a - b).powi(2)).sum()
            };
            numbers.as_ref().map_or(f64::NEG_INFINITY, |numbers| learnt - 0.5 * off(numbers))
        };
        Some(worlds.par_iter_mut().zip(&predicted.worlds).map(of).collect())
    }

    /// What a world learns of a share that wanders from some days, and how likely they were.
    fn learn(&self, world: &mut World, column: usize, rule: Rule, days: std::ops::Range<usize>) -> f64 {
        let own = &self.target.columns[column];
        let (Some(range), Some(Some(mut level))) =
            (self.wandering(column), world.levels.get(column).copied())
        else {
            return 0.0;
        };
        let mut likely = 0.0;
        for day in days {
            let observed = own.days.get(day).copied().unwrap_or(f64::NAN);
            if observed.is_finite() {
                let (value, days) = around(&world.series[column], day);
                likely += level.learn(Seen { day, observed, value, days }, rule);
            }
        }
        world.levels[column] = Some(level);
        if let Some(z) = own.key.and_then(|key| world.at.get_mut(self.study.ranges.len() + key)) {
            *z = level.coordinate(range, own.scale);
        }
        likely
    }

    /// Lives until a day, looks at what became known since the last look, and lets the worlds that fit go on.
    fn look(&self, course: Course, look: Look) -> Result<Course, StudyError> {
        let Course { mut worlds, weights, power_least, power: last, mut past } = course;
        let Look { step, since, until, next_days } = look;
        let before = worlds.first().and_then(|world| world.series.first()).map_or(0, Vec::len) as u32;
        worlds.par_iter_mut().for_each(|world| (before..until).for_each(|_| world.live(&self.metrics)));
        let mut predicted = self.predictions(&worlds, (before, until), 1.0);
        let (weights, power) = match self.weigh(&mut worlds, &predicted, (before, until)) {
            None => (weights, 1.0),
            Some(likely) => filter::weights(&likely).ok_or_else(nothing)?,
        };
        predicted.power.fill(1.0 - power);
        let key = (self.study.seed, step);
        let values: Vec<Vec<f64>> = worlds.iter().map(|world| world.at.clone()).collect();
        let values = predicted.moved(&values, &weights, key);
        // A day is told as it looks one look later, when what follows of it has been seen too.
        let predicted = self.predictions(&worlds, (since, before), 1.0 - last).joined(predicted);
        let told = self.seen(&self.runs(&worlds, &weights, until), since..until);
        let tracked = self.tracked(&worlds, &weights, (since, until), &predicted, key);
        for ((days, seen), tracked) in past.iter_mut().zip(told).zip(tracked) {
            days.truncate(since as usize);
            days.extend(tracked.unwrap_or(seen));
        }
        let survivors = filter::survivors(&weights, self.study.seed, step);
        let values: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let moved = filter::moved(&values, &weights, &survivors, self.study.seed, step);
        let copy = |(at, world): (usize, &mut World)| survivors.contains(&at).then(|| world.copy());
        let copies: Vec<Option<Copy>> = worlds.par_iter_mut().enumerate().map(copy).collect();
        drop(worlds);
        let go_on = |(place, (parent, at)): (usize, (&usize, Vec<f64>))| {
            let copy = copies[*parent].as_ref().ok_or_else(nothing)?;
            let mut at = wander(&at, self.own_ranges(), next_days, (self.study.seed, place, until));
            // A share that wanders is known by its level, which goes on with the world.
            for key in self.target.columns.iter().enumerate().filter_map(|(column, own)| {
                self.wandering(column).and(own.key).map(|key| self.study.ranges.len() + key)
            }) {
                at[key] = copy.at[key];
            }
            // The first of a world's copies keeps its chance; its siblings have their own.
            let first = place == 0 || survivors[place - 1] != *parent;
            let seed = (!first).then(|| self.seed(place, step + 1));
            copy.carry_on(&self.builder, &self.values(0, &at), at, seed)
        };
        let places: Vec<(&usize, Vec<f64>)> = survivors.iter().zip(moved).collect();
        let worlds = places.into_par_iter().enumerate().map(go_on).collect::<Result<Vec<World>, _>>()?;
        let power_least = power_least.min(power);
        Ok(Course { worlds, weights, power_least, power, past })
    }

    /// Quantiles of the metrics that aren't observed on some days, with all that became known on them; `None` of those
    /// observed. Counts are moved in the logarithm, in which they go together with others of the same epidemic.
    fn tracked(
        &self,
        worlds: &[World],
        weights: &[f64],
        (since, until): (u32, u32),
        predicted: &Predictions,
        key: (u64, u32),
    ) -> Vec<Option<Vec<Vec<f64>>>> {
        let own = self.target.columns.len();
        let of = |metric: usize| {
            let days = since as usize..until as usize;
            let logs = |world: &World| -> Vec<f64> {
                world.series[metric][days.clone()].iter().map(|value| (value + 0.5).ln()).collect()
            };
            let logs: Vec<Vec<f64>> = worlds.iter().map(logs).collect();
            let moved = predicted.clone().tracked(&logs, weights, days.start, key);
            let of_day = |day: usize| -> Vec<f64> {
                let back = moved.iter().map(|row| (row[day].exp() - 0.5).max(0.0));
                let values = ordered(back.zip(weights.iter().copied()).collect());
                bands::SHARES.iter().map(|share| weighted_quantile(&values, *share)).collect()
            };
            (0..days.len()).map(of_day).collect()
        };
        (0..self.metrics.len()).map(|metric| (metric >= own).then(|| of(metric))).collect()
    }

    /// The worlds under a variant, so many days on; values that wander do so as often as while observed.
    fn ahead(&self, course: &mut Course, variant: usize, from: u32) -> Result<Vec<World>, StudyError> {
        let wanders = self.own_ranges().iter().any(|range| range.drift > 0.0);
        let (all, window) = (self.settings.days_ahead, self.settings.window_days.max(1));
        let each = if wanders { window.min(all) } else { all };
        let on = |(place, world): (usize, &mut World)| {
            let copy = world.copy();
            let begin =
                |copy: Copy, at: Vec<f64>| copy.carry_on(&self.builder, &self.values(variant, &at), at, None);
            let at = copy.at.clone();
            let mut on = begin(copy, at)?;
            let mut lived = 0;
            loop {
                let days = each.min(all - lived);
                (0..days).for_each(|_| on.live(&self.metrics));
                lived += days;
                if lived >= all {
                    return Ok(on);
                }
                let key = (self.study.seed, place, from + lived);
                let at = wander(&on.at, self.own_ranges(), each.min(all - lived), key);
                on = begin(on.copy(), at)?;
            }
        };
        course.worlds.par_iter_mut().enumerate().map(on).collect()
    }

    /// Goes from look to look and makes every forecast.
    pub(super) fn course(
        &self,
        tell: &(dyn Fn(usize, Date) + Sync),
    ) -> Result<(Course, tables::Told), StudyError> {
        let mut course = self.begin()?;
        let mut told = tables::Told::default();
        let (mut done, mut ends) = (0, vec![0u32]);
        let looks = self.looks();
        for (step, end) in looks.iter().copied().enumerate() {
            let since = ends[ends.len().saturating_sub(2)];
            let next_days = looks.get(step + 1).map_or(self.settings.window_days, |next| next - end);
            course = self.look(course, Look { step: step as u32 + 1, since, until: end, next_days })?;
            ends.push(end);
            done += 1;
            tell(done, self.start.plus(end as i32));
            if self.issues.contains(&end) {
                self.forecast(&mut course, end, &mut told)?;
                done += 1;
                tell(done, self.start.plus(end as i32));
            }
        }
        Ok((course, told))
    }

    /// Makes the forecasts that begin on a day, under every variant.
    fn forecast(&self, course: &mut Course, issued: u32, told: &mut tables::Told) -> Result<(), StudyError> {
        for variant in 0..self.variants.len() {
            let worlds = self.ahead(course, variant, issued)?;
            let even = vec![1.0 / worlds.len() as f64; worlds.len()];
            let runs = self.runs(&worlds, &even, issued);
            told.quantiles(self, (variant, issued), &runs);
            if self.issues.last() == Some(&issued) {
                let ahead = self.seen(&runs, issued..issued + self.settings.days_ahead);
                let whole =
                    course.past.iter().zip(ahead).map(|(past, ahead)| [past.as_slice(), &ahead].concat());
                told.bands.push(bands::Bands::of(
                    &self.variants[variant].name,
                    self.start,
                    &self.metrics,
                    &self.target,
                    whole.collect(),
                ));
            }
        }
        Ok(())
    }
}
