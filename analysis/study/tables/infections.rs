//! The infections table: every infection with who, by whom, where and when.
use super::Source;
use crate::table::{Cells, Table};
use citytwin_engine::TICKS_PER_DAY;
use citytwin_metrics::transmission;
use citytwin_world::health::{Episode, Severity};
use citytwin_world::{PlaceId, PlaceKind, Setting, World};

/// The words that a column needs and no others, in order of first use.
pub(super) fn words<K: Copy + Ord>(
    keys: impl Iterator<Item = Option<K>>,
    word: impl Fn(K) -> String,
) -> Cells {
    let mut codes = Vec::new();
    let mut names = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for key in keys {
        let code = key.map_or(u32::MAX, |key| {
            *known.entry(key).or_insert_with(|| {
                names.push(word(key));
                names.len() as u32 - 1
            })
        });
        codes.push(code);
    }
    Cells::Name { codes, names }
}

fn place_words(episodes: &[Episode], world: &World) -> Cells {
    let places = episodes.iter().map(|e| e.place.get());
    words(places, |place: PlaceId| world.city.places.id.get(place).cloned().unwrap_or_default())
}

fn zones(world: &World, zones: impl Iterator<Item = u32>) -> Cells {
    Cells::Name { codes: zones.collect(), names: world.city.zones.id.as_slice().to_vec() }
}

/// Who, by whom, where and when.
fn circumstances(table: Table, source: &Source, episodes: &[Episode]) -> Table {
    let world = &source.simulation.world;
    let residents = &world.people.residents;
    let column = |read: fn(&Episode) -> u32| -> Vec<u32> { episodes.iter().map(read).collect() };
    let age = |e: &Episode| residents.person.get(e.person).map_or(u32::MAX, |p| u32::from(p.age));
    let kind = |e: &Episode| world.city.places.kind.get(e.place).map_or(usize::MAX, |k| *k as usize);
    let place_zone = |e: &Episode| world.city.places.zone.get(e.place).map_or(u32::MAX, |z| z.0);
    let causes: Vec<u32> =
        transmission::sources(episodes).into_iter().map(|s| s.unwrap_or(u32::MAX)).collect();
    let settings = Cells::names(Setting::NAMES, episodes.iter().map(|e| e.setting as usize));
    let kinds = Cells::names(PlaceKind::NAMES, episodes.iter().map(kind));
    let home_zones = episodes.iter().map(|e| source.observer.zone_of(e.person));
    let ages: Vec<u32> = episodes.iter().map(age).collect();
    table
        .column(
            "infection",
            "",
            "Number of the infection, from 0.",
            (0..episodes.len() as u32).collect::<Vec<_>>(),
        )
        .column("day", "", "Day of the run, from 0.", column(|e| e.infected_tick / TICKS_PER_DAY))
        .column("minute_of_day_min", "min", "Minute of that day.", column(|e| e.infected_min.into()))
        .column("person", "", "Who was infected.", column(|e| e.person.0))
        .column("age_years", "years", "Age of that person.", ages)
        .column("infector", "", "By whom; empty for importations.", column(|e| e.infector.0))
        .column("cause", "", "The infection that caused it; empty for importations.", causes)
        .column("setting", "", "Company in which it happened.", settings)
        .column("place", "", "Place; empty in vehicles and for importations.", place_words(episodes, world))
        .column("place_kind", "", "Kind of the place.", kinds)
        .column("room", "", "Number of the room.", column(|e| e.room.0))
        .column("zone", "", "Zone of the place.", zones(world, episodes.iter().map(place_zone)))
        .column("home_zone", "", "Zone in which the person lives.", zones(world, home_zones))
}

/// The course that was drawn for it.
fn course(table: Table, episodes: &[Episode]) -> Table {
    let column = |read: fn(&Episode) -> u32| -> Vec<u32> { episodes.iter().map(read).collect() };
    let worst = Cells::names(Severity::NAMES, episodes.iter().map(|e| e.worst as usize));
    let infectiousness: Vec<f64> = episodes.iter().map(|e| f64::from(e.infectiousness)).collect();
    table
        .column("variant", "", "Variant, as an index into the disease's list.", column(|e| e.variant.into()))
        .column("worst", "", "Worst illness that this infection leads to.", worst)
        .column("fatal", "", "1 where it ends in death even with a bed.", column(|e| e.fatal.into()))
        .column("infectious_from_h", "h", "Begin of infectiousness.", column(|e| e.infectious_tick))
        .column("symptoms_from_h", "h", "Begin of symptoms; empty without.", column(|e| e.symptoms_tick))
        .column(
            "bed_from_h",
            "h",
            "First hour in need of a hospital bed; empty without.",
            column(|e| e.severe_tick),
        )
        .column(
            "icu_from_h",
            "h",
            "First hour in need of intensive care; empty without.",
            column(|e| e.critical_tick),
        )
        .column("end_h", "h", "Recovery or death.", column(|e| e.end_tick))
        .column(
            "infectiousness_ratio",
            "ratio",
            "Infectiousness relative to the mean of all persons.",
            infectiousness,
        )
}

pub(super) fn infections(source: &Source) -> Option<Table> {
    let episodes = source.simulation.world.people.health.episodes.as_slice();
    if episodes.is_empty() {
        return None;
    }
    let table =
        Table::new("infections", "Every infection, in order of time; hours count from the start of the run.");
    Some(course(circumstances(table, source, episodes), episodes))
}
