//! Where cars stand: the links that delay drivers most, hour by hour, whenever traffic has changed.
use crate::recorder::JamDay;
use citytwin_engine::{Now, Simulation};
use citytwin_world::id::Key;
use citytwin_world::roads::{RoadDay, Roads};

/// Links of one day that are kept, at most: those that cost all drivers most.
pub const LINKS_MAX: usize = 1_500;
/// Days that are kept, at most.
pub const DAYS_MAX: usize = 12;
/// Delay from which an hour counts as a jam: as a share of the time on an empty road, and tenths of a second.
const SHARE_MIN: f64 = 0.2;
const DELAY_MIN_DS: u32 = 30;

/// Keeps what a day's traffic was like where it was worked out anew, or no day of its kind was kept yet.
pub(crate) fn record(jams: &mut Vec<JamDay>, now: Now, simulation: &Simulation) {
    let roads = &simulation.world.services.roads;
    let kind = now.day_type as u8;
    let first = !jams.iter().any(|jam| jam.kind == kind);
    if !roads.known() || jams.len() >= DAYS_MAX || !(first || roads.worked_out > 0) {
        return;
    }
    let Some(day) = roads.days.get(usize::from(kind)) else { return };
    jams.push(jam_day(day, roads, (now.day(), kind)));
}

fn jam_day(roads_day: &RoadDay, roads: &Roads, (day, kind): (u32, u8)) -> JamDay {
    let links = roads_day.vehicles.len();
    let per_hour = (3600 / roads.period_s.max(1)).max(1) as usize;
    let mut jams: Vec<(u64, u32, u32, [u16; 24])> = Vec::new();
    for link in 0..links {
        let times = || roads_day.times_ds.iter().skip(link).step_by(links).map(|ds| u32::from(*ds));
        // In the small hours roads are empty.
        let Some(empty) = times().min() else { continue };
        let mut hours = [0u16; 24];
        for (hour, delay) in hours.iter_mut().enumerate() {
            let mean = times().skip(hour * per_hour).take(per_hour).sum::<u32>() / per_hour as u32;
            let late = mean.saturating_sub(empty);
            if late >= DELAY_MIN_DS && f64::from(late) >= SHARE_MIN * f64::from(empty) {
                *delay = late.min(u32::from(u16::MAX)) as u16;
            }
        }
        let delay: u64 = hours.iter().map(|ds| u64::from(*ds)).sum();
        if delay > 0 {
            jams.push((delay * u64::from(roads_day.vehicles[link]), link as u32, empty, hours));
        }
    }
    // The costliest first; equal ones by number.
    jams.sort_unstable_by_key(|(cost, link, ..)| (std::cmp::Reverse(*cost), *link));
    jams.truncate(LINKS_MAX);
    JamDay {
        day,
        kind,
        closed: roads.closed.iter().map(|link| link.index() as u32).collect(),
        links: jams.iter().map(|(_, link, empty, _)| [*link, *empty]).collect(),
        delays_ds: jams.iter().flat_map(|(.., hours)| *hours).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_costliest_links_come_first_and_small_delays_are_none() {
        // Four links in 52 half-hours: empty, a little slow, jammed at eight, jammed at eight with more traffic.
        let mut times_ds = vec![100u16; 4 * 52];
        for half in [16, 17] {
            times_ds[half * 4 + 1] = 115;
            times_ds[half * 4 + 2] = 400;
            times_ds[half * 4 + 3] = 300;
        }
        times_ds[17 * 4 + 3] = 500;
        let day = RoadDay { times_ds, vehicles: vec![900, 900, 100, 900], ..RoadDay::default() };
        let roads = Roads { period_s: 1800, closed: vec![citytwin_world::LinkId(7)], ..Roads::default() };
        let jam = jam_day(&day, &roads, (3, 0));
        assert_eq!((jam.links, jam.closed), (vec![[3, 100], [2, 100]], vec![7]));
        assert_eq!((jam.delays_ds[8], jam.delays_ds[24 + 8]), (300, 300));
        assert_eq!(jam.delays_ds.iter().filter(|ds| **ds > 0).count(), 2);
    }
}
