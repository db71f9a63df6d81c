//! The mobile entrance: who has it, what its users ask of it by themselves, and how its platforms bear a rush.
use super::{by_load, count_from_here, last_hour};
use citytwin_engine::{EntranceOrder, Now};
use citytwin_world::{DigitalFunction, Draw, PersonId, World};
use rayon::prelude::*;

/// Purpose of the draws of how often users ask by themselves.
const ASKS: u32 = 0x0521;

/// Share of a day's requests in each hour, per mille: nobody at night, most in the evening. An assumption.
const BY_HOUR: [u32; 24] =
    [5, 2, 1, 1, 2, 8, 25, 50, 65, 60, 55, 55, 60, 55, 50, 50, 55, 60, 65, 75, 80, 65, 40, 16];

/// Ages counted as elderly, from so many years on.
const ELDERLY: u8 = 60;

/// What one resident counts for: who has the app of each function, the elderly with that of the code, the elderly,
/// and who can show a code.
type Users = [u64; DigitalFunction::COUNT + 3];

fn add(mut a: Users, b: Users) -> Users {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}

/// At the start of an hour: who has the app, and what load leaves of the platforms.
pub(super) fn open_hour(now: Now, world: &mut World, order: &EntranceOrder) {
    if now.day_begins() || world.services.entrance.users == [0; DigitalFunction::COUNT] {
        count_users(now, world, order);
    }
    let residents = world.people.len() as f64;
    let functions = order.carries.iter().filter(|carried| **carried).count() as f64;
    let platforms = if order.joined { functions } else { 1.0 };
    let most = (order.capacity_per_resident * platforms * residents).ceil() as u64;
    for function in own_platforms(order) {
        let services = &mut world.services;
        let i = *function as usize;
        let code = *function == DigitalFunction::Code;
        if !code && now.day_begins() {
            let platform = &mut services.entrance.platforms[i];
            // What was asked in the last hour of yesterday is forgotten with yesterday's count, as the code's is.
            (platform.requests, platform.failed, platform.requests_before_hour) = (0, 0, 0);
        }
        if now.day_begins() {
            services.entrance.down_h[i] = 0;
        }
        let down_until = services.entrance.down_until_tick[i];
        let platform = services.platform_mut(*function);
        if !code {
            platform.level = 1.0;
        }
        let breaks =
            most > 0 && !order.admission && last_hour(platform) as f64 > order.crash_at * most as f64;
        let level = if now.tick < down_until || breaks { 0.0 } else { by_load(platform, most) };
        platform.level = platform.level.min(level);
        if most > 0 {
            platform.capacity_per_min = (most / 60).min(u64::from(u32::MAX)) as u32;
        }
        if !code {
            count_from_here(now, platform);
        }
        if breaks && now.tick >= down_until {
            services.entrance.down_until_tick[i] = now.tick.saturating_add(order.restart_ticks.max(1));
        }
        services.entrance.down_h[i] += u32::from(level <= 0.0);
    }
}

/// The functions that have a platform of their own.
fn own_platforms(order: &EntranceOrder) -> impl Iterator<Item = &'static DigitalFunction> + '_ {
    DigitalFunction::ALL.iter().filter(|f| order.carries[**f as usize] && order.platform(**f) == **f)
}

fn count_users(now: Now, world: &mut World, order: &EntranceOrder) {
    let residents = &world.people.residents;
    let counts = |i: usize| -> Users {
        let person = PersonId(i as u32);
        let mut users = [0; DigitalFunction::COUNT + 3];
        let has = |function| order.has(now.seed, residents, person, function, now.tick);
        let code = has(DigitalFunction::Code);
        for (function, count) in DigitalFunction::ALL.iter().zip(&mut users) {
            // Who has the app of a platform has it for every function that the platform carries.
            let same = order.platform(*function) == DigitalFunction::Code
                && order.carries[DigitalFunction::Code as usize];
            *count = u64::from(order.carries[*function as usize] && if same { code } else { has(*function) });
        }
        let elderly = residents.person.get(person).is_some_and(|resident| resident.age >= ELDERLY);
        users[DigitalFunction::COUNT] = users[DigitalFunction::Code as usize] * u64::from(elderly);
        users[DigitalFunction::COUNT + 1] = u64::from(elderly);
        let shown = order.carries[DigitalFunction::Code as usize]
            && (code || order.has_companion(now.seed, residents, person, now.tick));
        users[DigitalFunction::COUNT + 2] = u64::from(shown);
        users
    };
    let none = || [0; DigitalFunction::COUNT + 3];
    let all = (0..residents.len()).into_par_iter().with_min_len(4096).map(counts).reduce(none, add);
    let entrance = &mut world.services.entrance;
    entrance.users.copy_from_slice(&all[..DigitalFunction::COUNT]);
    entrance.elderly.copy_from_slice(&all[DigitalFunction::COUNT..DigitalFunction::COUNT + 2]);
    entrance.shown = all[DigitalFunction::COUNT + 2];
}

/// At the end of an hour: what users asked by themselves, and how much of it was answered.
pub(super) fn ask(now: Now, world: &mut World, order: &EntranceOrder) {
    let share = f64::from(BY_HOUR[now.hour() as usize % 24]) / 1000.0;
    for function in DigitalFunction::ALL.iter().filter(|f| order.carries[**f as usize]) {
        let users = world.services.entrance.users[*function as usize] as f64;
        let mean = users * f64::from(order.requests_per_day[*function as usize]) * share;
        let mut draw = Draw::new(now.seed, ASKS, *function as u32, now.tick);
        let platform = world.services.platform_mut(order.platform(*function));
        let level = f64::from(platform.level);
        let (answered, failed) = (draw.poisson(mean * level), draw.poisson(mean * (1.0 - level)));
        platform.requests += answered + failed;
        platform.failed += failed;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Digital, KEYS};
    use super::*;
    use crate::town;
    use citytwin_engine::{Board, Layer, Levers, Params, Phase};
    use citytwin_world::{Date, DayType};

    fn order() -> EntranceOrder {
        EntranceOrder {
            launched_tick: 0,
            joined: true,
            carries: [true, true, false, false, false],
            uptake: [1.0; 3],
            uptake_ticks: 0.0,
            companions: 0.0,
            requests_per_day: [0.0; DigitalFunction::COUNT],
            capacity_per_resident: 0.1,
            admission: false,
            crash_at: 3.0,
            restart_ticks: 2,
        }
    }

    /// Levels of the code's platform and of the declarations' after hours with so many requests to the first.
    fn levels(order: &EntranceOrder, hours: &[u64]) -> Vec<(f32, f32)> {
        let mut world = town::simulation(250, Vec::new(), Vec::new()).world;
        let levers = Levers { entrance: Some(order.clone()), ..Levers::default() };
        let mut digital = Digital::new(&Params::presets(KEYS));
        let mut seen = Vec::new();
        for (tick, requests) in (24..).zip(hours) {
            let now = Now { tick, date: Date(1), day_type: DayType::Workday, seed: 1 };
            for phase in [Phase::Hazard, Phase::Services] {
                digital.run(phase, now, &mut world, &levers, &mut Board::new());
            }
            if now.day_begins() {
                world.services.code_platform.requests = 0; // as the doors do
            }
            let services = &mut world.services;
            seen.push((services.code_platform.level, services.entrance.platforms[1].level));
            services.code_platform.requests += requests;
            digital.run(Phase::Report, now, &mut world, &levers, &mut Board::new());
        }
        seen
    }

    #[test]
    fn a_rush_breaks_a_platform_down_unless_it_lets_in_only_what_it_can_answer() {
        // A thousand residents, and two functions joined: two hundred requests an hour.
        let hours = [100, 400, 800, 700, 100, 50, 50];
        let code = |order: &EntranceOrder| levels(order, &hours).iter().map(|l| l.0).collect::<Vec<_>>();
        assert_eq!(code(&order()), [1.0, 1.0, 0.5, 0.0, 0.0, 1.0, 1.0]);
        let admission = EntranceOrder { admission: true, ..order() };
        let by_load = [1.0, 1.0, 0.5, 0.25, 200.0 / 700.0, 1.0, 1.0];
        assert_eq!(code(&admission), by_load);
        // Who still asks while it is down breaks it down again when it comes back.
        let stubborn = levels(&order(), &[900; 6]);
        assert!(stubborn[1..].iter().all(|level| level.0 == 0.0), "{stubborn:?}");
        // Apart, each platform has half of that, and the rush on the one leaves the other whole.
        let apart = levels(&EntranceOrder { joined: false, ..order() }, &hours);
        assert_eq!(apart.iter().map(|l| l.1).collect::<Vec<_>>(), [1.0; 7]);
        assert_eq!(apart[2].0, 0.0);
        let endless = EntranceOrder { capacity_per_resident: 0.0, ..order() };
        assert!(code(&endless).iter().all(|level| *level == 1.0));
    }

    #[test]
    fn users_ask_by_themselves_as_often_as_they_do() {
        assert_eq!(BY_HOUR.iter().sum::<u32>(), 1000);
        let mut world = town::simulation(2500, Vec::new(), Vec::new()).world;
        let asking = EntranceOrder { requests_per_day: [4.0, 0.0, 9.0, 0.0, 0.0], ..order() };
        let levers = Levers { entrance: Some(asking), ..Levers::default() };
        let mut digital = Digital::new(&Params::presets(KEYS));
        for tick in 0..24 {
            let now = Now { tick, date: Date(0), day_type: DayType::Workday, seed: 1 };
            for phase in [Phase::Hazard, Phase::Services, Phase::Report] {
                digital.run(phase, now, &mut world, &levers, &mut Board::new());
            }
        }
        // One in four has a phone; the map is not carried, so nobody asks for it.
        let entrance = &world.services.entrance;
        assert_eq!(
            (entrance.users, entrance.elderly, entrance.shown),
            ([2500, 2500, 0, 0, 0], [0, 5000], 2500)
        );
        let requests = world.services.code_platform.requests as f64;
        assert!((requests / 10_000.0 - 1.0).abs() < 0.05, "{requests}");
    }
}
