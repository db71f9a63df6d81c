//! Work done and lost, by sector and by cause, what measures take in staff, and who is restricted for nothing.
use crate::metric::MetricKind;
use crate::observation::{Observation, share};
use citytwin_world::Sector;
use citytwin_world::services::Cause;

/// Time to swab a person, min: an assumption.
const SWAB_MIN: u64 = 5;

/// Hours of planned work lost for some causes.
fn lost_h(o: &Observation, causes: &[Cause]) -> f64 {
    causes.iter().map(|cause| o.trips.lost_by_cause_min[*cause as usize]).sum::<u64>() as f64 / 60.0
}

/// Hours worked over hours planned in a sector, where those worked from home count in full.
fn output(o: &Observation, sector: Sector) -> f64 {
    let worked = o.trips.work_by_sector_min[sector as usize];
    let lost = o.trips.lost_by_sector_min[sector as usize];
    share(worked, worked + lost)
}

/// Of a thousand living residents of a group, those restricted for nothing.
fn wrongly_per_1000(o: &Observation, group: usize) -> f64 {
    o.wrongly_restricted.map_or(f64::NAN, |wrongly| share(wrongly[group] * 1000, o.group_sizes[group]))
}

/// Metrics of work, output and burdens.
pub const METRICS: &[MetricKind] = &[
    MetricKind::daily("work_hours_h", "h", "Hours worked, at work places and from home.", |o| {
        (o.trips.work_min + o.trips.remote_work_min) as f64 / 60.0
    }).summed().more_is_better(),
    MetricKind::daily("remote_work_hours_h", "h", "Hours worked from home by order.", |o| {
        o.trips.remote_work_min as f64 / 60.0
    }).summed(),
    MetricKind::daily(
        "output_share",
        "share",
        "Hours worked over hours planned by those with a job: output where every hour yields the same; empty on \
         days without planned work.",
        |o| share(o.trips.work_min + o.trips.remote_work_min, o.trips.work_planned_min),
    ).more_is_better(),
    MetricKind::daily(
        "output_industry_share",
        "share",
        "Hours worked at work places over these and hours lost, in manufacturing and energy; empty on days without any.",
        |o| output(o, Sector::Industry),
    ).more_is_better(),
    MetricKind::daily(
        "output_construction_share",
        "share",
        "Hours worked at work places over these and hours lost, in building trades; empty on days without any.",
        |o| output(o, Sector::Construction),
    ).more_is_better(),
    MetricKind::daily(
        "output_trade_share",
        "share",
        "Hours worked at work places over these and hours lost, in trade; empty on days without any.",
        |o| output(o, Sector::Trade),
    ).more_is_better(),
    MetricKind::daily(
        "output_hospitality_share",
        "share",
        "Hours worked at work places over these and hours lost, in hotels and restaurants; empty on days without any.",
        |o| output(o, Sector::Hospitality),
    ).more_is_better(),
    MetricKind::daily(
        "output_transport_share",
        "share",
        "Hours worked at work places over these and hours lost, in transport and logistics; empty on days without any.",
        |o| output(o, Sector::Transport),
    ).more_is_better(),
    MetricKind::daily(
        "output_office_work_share",
        "share",
        "Hours worked at work places over these and hours lost, in information, finance and professional services; empty on days without any.",
        |o| output(o, Sector::Office),
    ).more_is_better(),
    MetricKind::daily(
        "output_public_share",
        "share",
        "Hours worked at work places over these and hours lost, in public administration; empty on days without any.",
        |o| output(o, Sector::Public),
    ).more_is_better(),
    MetricKind::daily(
        "output_education_share",
        "share",
        "Hours worked at work places over these and hours lost, in schools and universities; empty on days without any.",
        |o| output(o, Sector::Education),
    ).more_is_better(),
    MetricKind::daily(
        "output_health_share",
        "share",
        "Hours worked at work places over these and hours lost, in health care and social work; empty on days without any.",
        |o| output(o, Sector::Health),
    ).more_is_better(),
    MetricKind::daily(
        "output_services_share",
        "share",
        "Hours worked at work places over these and hours lost, in personal and domestic services; empty on days without any.",
        |o| output(o, Sector::Services),
    ).more_is_better(),
    MetricKind::daily(
        "work_lost_ill_h",
        "h",
        "Hours of planned work lost to illness.",
        |o| lost_h(o, &[Cause::Ill]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_isolated_h",
        "h",
        "Hours of planned work lost to orders to stay at home.",
        |o| lost_h(o, &[Cause::Isolated]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_lockdown_h",
        "h",
        "Hours of planned work lost to lockdowns.",
        |o| lost_h(o, &[Cause::Lockdown]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_closed_h",
        "h",
        "Hours of planned work lost to closed work places.",
        |o| lost_h(o, &[Cause::Closed]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_checkpoint_h",
        "h",
        "Hours of planned work lost to being turned back or giving up at checkpoints.",
        |o| lost_h(o, &[Cause::CodeRefused, Cause::NoCode, Cause::NoTest, Cause::Balked]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_transit_h",
        "h",
        "Hours of planned work lost to want of a way or a vehicle.",
        |o| lost_h(o, &[Cause::NoRoute, Cause::NoRoom, Cause::StopClosed]),
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_late_h",
        "h",
        "Hours of planned work lost by those who came late.",
        |o| o.trips.lost_late_min as f64 / 60.0,
    ).summed().less_is_better(),
    MetricKind::daily(
        "work_lost_wrongly_h",
        "h",
        "Hours of work, and so of wages, that orders and checkpoints took from those who were not infected.",
        |o| o.trips.lost_wrongly_min as f64 / 60.0,
    ).summed().less_is_better(),
    MetricKind::daily(
        "checkpoint_staff_h",
        "h",
        "Hours that guards stood at checkpoints, over all lanes.",
        |o| o.checks.staffed_min as f64 / 60.0,
    ).summed().less_is_better(),
    MetricKind::daily(
        "test_staff_h",
        "h",
        "Hours of staff for the day's swabs, at five minutes each (an assumption).",
        |o| ((o.tests[0] + o.pooled[0]) * SWAB_MIN) as f64 / 60.0,
    ).summed().less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_persons",
        "persons",
        "Persons with a red code or ordered to stay at home who are not infected; empty where nobody is bound.",
        |o| o.wrongly_restricted.map_or(f64::NAN, |wrongly| wrongly[..3].iter().sum::<u64>() as f64),
    ).summed().less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_children_per_1000",
        "per_1000",
        "Of a thousand of children below 18, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 0),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_adults_per_1000",
        "per_1000",
        "Of a thousand of adults of 18 to 59, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 1),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_elderly_per_1000",
        "per_1000",
        "Of a thousand of residents of 60 and older, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 2),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_phone_per_1000",
        "per_1000",
        "Of a thousand of residents with a smartphone, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 3),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_no_phone_per_1000",
        "per_1000",
        "Of a thousand of residents without a smartphone, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 4),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_poor_per_1000",
        "per_1000",
        "Of a thousand of the poorest third, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 5),
    ).less_is_better(),
    MetricKind::daily(
        "wrongly_restricted_rich_per_1000",
        "per_1000",
        "Of a thousand of the richest third, those restricted without being infected; empty where nobody is bound.",
        |o| wrongly_per_1000(o, 7),
    ).less_is_better(),
];
