//! How much of a good a household wants to have: its usual store, or more where it hoards.
use super::homes::Table;
use citytwin_engine::{Board, Now};
use citytwin_world::draw::Draw;
use citytwin_world::id::Key;
use citytwin_world::supply::Good;
use citytwin_world::{HouseholdId, World};

/// Purpose of the draw that says whether a household heeds a rumour.
const HEEDS: u32 = 0x0801;

/// Households that hoard today, and how much.
#[derive(Default)]
pub struct Wants {
    seed: u64,
    /// Whether the epidemic map frightens a zone.
    frightened: Vec<bool>,
    /// How many times their usual store the frightened want, thousandths.
    fear_per_1000: u32,
    /// Zone of each household; `u32::MAX` without one.
    zone_of: Vec<u32>,
    /// Rumours of today, by good: share of households that heed one, and times their usual store, thousandths.
    rumours: Vec<[u32; 2]>,
}

impl Wants {
    /// Those of a day, from what the epidemic map on the board says and rumours that go about.
    pub fn today(now: Now, world: &World, board: &Board, map: Option<(f64, u32)>) -> Self {
        let supply = &world.services.supply;
        let mut wants = Self {
            seed: now.seed,
            rumours: supply.rumours.clone(),
            fear_per_1000: map.map_or(1_000, |(_, times)| times),
            ..Self::default()
        };
        let Some((cases_per_1000, _)) = map else { return wants };
        let counts = |name: &str| board.zone_counts(name).map_or(&[][..], |told| told.counts.as_slice());
        let rows = counts("known_cases_7d").iter().zip(counts("residents"));
        wants.frightened = rows
            .map(|(cases, residents)| {
                f64::from(*cases) * 1_000.0 >= cases_per_1000 * f64::from((*residents).max(1)) && *cases > 0
            })
            .collect();
        if wants.frightened.iter().any(|frightened| *frightened) {
            let homes = world.people.residents.household_home.as_slice().iter();
            let zone = |home| world.city.places.zone.get(home).map_or(u32::MAX, |zone| zone.0);
            wants.zone_of = homes.map(|home| zone(*home)).collect();
        }
        wants
    }

    /// Units of a good that a household would like to have.
    pub fn of(&self, household: HouseholdId, table: &Table, good: usize, kind: &Good) -> u32 {
        let usual = table.need(kind) * u64::from(kind.store_days);
        let zone = self.zone_of.get(household.index()).copied().unwrap_or(u32::MAX);
        let afraid = table.phone && self.frightened.get(zone as usize).copied().unwrap_or(false);
        let mut times = if afraid { self.fear_per_1000.max(1_000) } else { 1_000 };
        if let Some([share, more]) =
            self.rumours.get(good).filter(|[share, more]| *share > 0 && *more > times)
        {
            // The same households believe for as long as the rumour lives.
            if Draw::new(self.seed, HEEDS, household.0, good as u32).below(1_000) < *share {
                times = *more;
            }
        }
        (usual * u64::from(times)).div_ceil(1_000_000).min(u64::from(u32::MAX)) as u32
    }
}
