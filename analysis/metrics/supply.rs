//! Goods: who goes without, how long what is there lasts, and how evenly it is shared.
use crate::metric::MetricKind;
use crate::observation::{Observation, share};
use citytwin_world::supply::{DepotDay, GoodDay};

/// A number of one good's day; NaN where the run has no such good.
fn of(seen: &Observation, good: &str, read: fn(&GoodDay) -> f64) -> f64 {
    let row = seen.goods.iter().find(|(name, _)| name == good);
    row.map_or(f64::NAN, |(_, day)| read(day))
}

fn unmet(day: &GoodDay) -> f64 {
    share(day.unmet, day.needed)
}

fn care_unmet(day: &GoodDay) -> f64 {
    share(day.care_unmet, day.care_needed)
}

fn days_left(day: &GoodDay) -> f64 {
    day.days_left_per_1000 as f64 / 1_000.0 / day.households as f64
}

fn short(day: &GoodDay) -> f64 {
    share(day.households_short, day.households)
}

fn turned_away(day: &GoodDay) -> f64 {
    share(day.turned_away, day.customers)
}

fn inequality(day: &GoodDay) -> f64 {
    f64::from(day.gini_millionths) / 1e6
}

/// A number of all goods' days together.
fn all(seen: &Observation, read: fn(&GoodDay) -> u64) -> u64 {
    seen.goods.iter().map(|(_, day)| read(day)).sum()
}

/// The same as a metric; NaN where a run has no goods.
fn counted(seen: &Observation, read: fn(&GoodDay) -> u64) -> f64 {
    if seen.goods.is_empty() { f64::NAN } else { all(seen, read) as f64 }
}

/// A number of all depots' tours together; NaN where nobody plans any.
fn tours(seen: &Observation, read: fn(&DepotDay) -> u64) -> f64 {
    if seen.depots.is_empty() { f64::NAN } else { seen.depots.iter().map(read).sum::<u64>() as f64 }
}

/// Metrics of goods; empty where a run has no such good.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily(
        "food_unmet_share",
        "share",
        "Share of the food that residents at home needed on the day and did not have.",
        |o| of(o, "food", unmet),
    )
    .less_is_better(),
    MetricKind::daily("food_left_days", "days", "Days that the food at home lasts, mean of households.", |o| {
        of(o, "food", days_left)
    })
    .more_is_better(),
    MetricKind::daily("food_short_share", "share", "Share of households with less than a day's food.", |o| {
        of(o, "food", short)
    })
    .less_is_better(),
    MetricKind::daily(
        "food_turned_away_share",
        "share",
        "Share of the customers for food who found less on the shelf than they wanted.",
        |o| of(o, "food", turned_away),
    )
    .less_is_better(),
    MetricKind::daily(
        "food_gini_share",
        "share",
        "Gini coefficient of the share of their need of food that households could meet since the beginning.",
        |o| of(o, "food", inequality),
    )
    .left_at_end()
    .less_is_better(),
    MetricKind::daily(
        "masks_unmet_share",
        "share",
        "Share of the masks that residents needed on the day and did not have.",
        |o| of(o, "masks", unmet),
    )
    .less_is_better(),
    MetricKind::daily(
        "masks_turned_away_share",
        "share",
        "Share of the customers for masks who found fewer on the shelf than they wanted.",
        |o| of(o, "masks", turned_away),
    )
    .less_is_better(),
    MetricKind::daily(
        "masks_gini_share",
        "share",
        "Gini coefficient of the share of their need of masks that households could meet since the beginning.",
        |o| of(o, "masks", inequality),
    )
    .left_at_end()
    .less_is_better(),
    MetricKind::daily(
        "hospital_masks_unmet_share",
        "share",
        "Share of the masks that hospital staff needed on the day and did not have.",
        |o| of(o, "masks", care_unmet),
    )
    .less_is_better(),
    MetricKind::daily(
        "medicine_unmet_share",
        "share",
        "Share of the doses of medicine that residents needed on the day and did not have.",
        |o| of(o, "medicine", unmet),
    )
    .less_is_better(),
    MetricKind::daily(
        "oxygen_unmet_share",
        "share",
        "Share of the oxygen that patients needed on the day and did not get.",
        |o| of(o, "oxygen", care_unmet),
    )
    .less_is_better(),
    MetricKind::daily(
        "ration_packs_count",
        "count",
        "Packs of rationed goods brought to doors or sold at counters on the day.",
        |o| counted(o, |day| day.packs),
    )
    .summed(),
    MetricKind::daily(
        "ration_win_share",
        "share",
        "Share of those who asked for a pack to be brought that got one; empty where nobody asks.",
        |o| {
            let asking = o.goods.iter().filter(|(_, day)| day.entrants > 0);
            let sums = asking.fold([0; 2], |[won, all], (_, day)| [won + day.packs, all + day.entrants]);
            share(sums[0], sums[1])
        },
    ),
    MetricKind::daily(
        "ration_queue_min",
        "min",
        "Mean wait at counters for rationed goods, within the stay in the shop; empty without any.",
        |o| all(o, |day| day.queue_s) as f64 / 60.0 / all(o, |day| day.queued) as f64,
    )
    .less_is_better(),
    MetricKind::daily(
        "ration_queue_contacts_per_person",
        "per_person",
        "Persons whom somebody in such a queue finds waiting ahead, mean; empty without queues.",
        |o| share(all(o, |day| day.queue_contacts), all(o, |day| day.queued)),
    )
    .less_is_better(),
    MetricKind::daily(
        "group_parcels_count",
        "count",
        "Parcels of group orders that couriers brought on the day.",
        |o| counted(o, |day| day.parcels),
    )
    .summed(),
    MetricKind::daily(
        "group_waiting_households",
        "households",
        "Households whose group order no courier brings on the next day.",
        |o| counted(o, |day| day.group_waiting),
    )
    .less_is_better(),
    MetricKind::daily(
        "delivery_stops_count",
        "count",
        "Stops of vehicles at shops and hospitals; empty where nobody plans tours.",
        |o| tours(o, |day| u64::from(day.stops)),
    )
    .summed(),
    MetricKind::daily(
        "delivery_left_out_count",
        "count",
        "Stops that no vehicle could make, planned or under way.",
        |o| tours(o, |day| u64::from(day.left_out)),
    )
    .summed()
    .less_is_better(),
    MetricKind::daily("delivery_drive_h", "h", "Time of driving of all tours as planned first.", |o| {
        tours(o, |day| day.drive_s) / 3_600.0
    })
    .less_is_better(),
    MetricKind::daily("delivery_vehicles_count", "count", "Vehicles on tour.", |o| {
        tours(o, |day| u64::from(day.tours))
    }),
];
