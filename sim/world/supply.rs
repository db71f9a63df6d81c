//! Goods and where they lie: columns of whole units, and the ledgers that they add up in.
use crate::id::{LinkId, PlaceId};
use crate::kinds::{PlaceKind, kinds};
use bitcode::{Decode, Encode};

kinds! {
    /// What a site does with goods.
    SiteKind {
        /// Takes in what comes from outside or is made, and sends it out.
        Depot = "depot",
        /// Sells to those who come.
        Seller = "seller",
        /// Uses them for patients and staff.
        Hospital = "hospital",
    }
}

/// What is traded, used or given out; needs are in thousandths of a unit a day.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Good {
    /// Its name in scenarios and tables.
    pub name: String,
    /// What one unit is.
    pub unit: String,
    /// Need of a resident of less than 60 years, and of one of 60 or more.
    pub person_need: [u32; 2],
    /// Need of a patient in an ordinary bed, and in intensive care.
    pub patient_need: [u32; 2],
    /// Need of a member of hospital staff at work.
    pub staff_need: u32,
    /// Kinds of place that sell it.
    pub sold_at: Vec<PlaceKind>,
    /// Days of their need that households like to keep.
    pub store_days: u32,
    /// Days after which what lies in a depot or shop is spoilt, on average; 0 = it keeps.
    pub shelf_life_days: u32,
    /// Weight of a unit, g.
    pub weight_g: u32,
    /// Volume of a unit, ml.
    pub volume_ml: u32,
    /// What arrives in the city on an ordinary day.
    pub supply_per_day: u64,
    /// Share of that which is made in the city, thousandths; the rest comes from outside.
    pub made_per_1000: u32,
}

/// What came into the city and left it since the beginning, in units of the good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Ledger {
    /// There at the beginning.
    pub opening: u64,
    /// Brought from outside.
    pub imported: u64,
    /// Made in the city.
    pub made: u64,
    /// Used by residents, patients and staff.
    pub used: u64,
    /// Spoilt.
    pub lost: u64,
}

/// What happened to one good on one day, in units unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct GoodDay {
    /// Needed by residents at home.
    pub needed: u64,
    /// Of that, what there was none for.
    pub unmet: u64,
    /// Needed by patients and staff.
    pub care_needed: u64,
    /// Of that, what there was none for.
    pub care_unmet: u64,
    /// Brought home by customers.
    pub sold: u64,
    /// Brought to households' doors.
    pub handed_out: u64,
    /// Packs of a ration given out or sold.
    pub packs: u64,
    /// Persons or households who asked for a pack to be brought.
    pub entrants: u64,
    /// Customers for a ration who have had theirs, or whose day it wasn't.
    pub not_entitled: u64,
    /// Customers who queued for a ration and were served.
    pub queued: u64,
    /// Their wait, summed, s.
    pub queue_s: u64,
    /// Those whom each found waiting ahead, summed.
    pub queue_contacts: u64,
    /// Customers who would have had to wait longer than they would.
    pub gave_up: u64,
    /// Parcels of group orders brought to gates.
    pub parcels: u64,
    /// Households whose group order nobody brings tomorrow.
    pub group_waiting: u64,
    /// Customers who would have bought it.
    pub customers: u64,
    /// Of these, who found less than they wanted.
    pub turned_away: u64,
    /// Households with somebody at home.
    pub households: u64,
    /// Of these, with less left than they need in a day.
    pub households_short: u64,
    /// Days of their need that households have left, summed over households in thousandths, each at most a year.
    pub days_left_per_1000: u64,
    /// Gini coefficient of the share of their need that households could meet since the beginning, in millionths; 0 where
    /// all could meet the same share.
    pub gini_millionths: u32,
    /// Ordered by shops and hospitals and not sent, for want of goods or vehicles.
    pub back_ordered: u64,
}

/// The names of the goods that scenarios can speak of, in their order in tables.
pub const GOODS: &[&str] = &["food", "masks", "medicine", "oxygen"];

/// Goods under way to a site or to a neighbourhood's gate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Consignment {
    /// Where to, a row of the sites; `u32::MAX` to a gate, where households wait for their parcels.
    pub to: u32,
    /// Where from, a row of the sites.
    pub from: u32,
    /// Units of each good.
    pub units: Vec<u32>,
    /// Minute of the day of arrival.
    pub arrive_min: u16,
    /// Number of the tour among those of its depot.
    pub tour: u32,
    /// Parcels of the one good in it: household and units.
    pub parcels: Vec<[u32; 2]>,
}

/// The tours to shops and hospitals of one depot on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct DepotDay {
    /// The depot, a row of the sites.
    pub depot: u32,
    /// Vehicles with a driver.
    pub vehicles: u32,
    /// Of these, those on tour.
    pub tours: u32,
    /// Stops made.
    pub stops: u32,
    /// Stops that no vehicle made.
    pub left_out: u32,
    /// Time of driving of all tours as they were planned first, s.
    pub drive_s: u64,
    /// What they carried, kg.
    pub load_kg: u64,
    /// Tours planned again on the way because streets closed or opened.
    pub replanned: u32,
}

/// Where goods lie apart from households.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Site {
    /// The place.
    pub place: PlaceId,
    /// What it does.
    pub kind: SiteKind,
    /// Of a field hospital beside the place.
    pub field: bool,
    /// The depot that sends here, a row of the sites.
    pub depot: u32,
    /// Units of each good there.
    pub stock: Vec<u32>,
    /// Units of each good that it holds when full; 0 where it doesn't have it. A depot holds any amount; here stands what
    /// its district needs in a day.
    pub full: Vec<u32>,
}

/// Need and want of a group of residents since the beginning, by good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct GroupNeed {
    /// Units needed.
    pub needed: Vec<u64>,
    /// Of these, units there was none for.
    pub unmet: Vec<u64>,
}

kinds! {
    /// Groups of households that are compared with each other, besides those of a zone.
    HouseholdGroup {
        /// Nobody has a phone.
        NoPhone = "no_phone",
        /// Somebody has a phone.
        Phone = "phone",
        /// Somebody is 60 or older.
        Old = "60_and_older",
        /// All are younger than 60.
        Young = "under_60",
    }
}

/// All goods of the city; empty where a scenario speaks of none.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Supply {
    /// The goods.
    pub goods: Vec<Good>,
    /// Their ledgers.
    pub ledgers: Vec<Ledger>,
    /// Depots, shops and hospitals.
    pub sites: Vec<Site>,
    /// Units in households: `household * goods + good`.
    pub at_home: Vec<u32>,
    /// Units that each household needed since the beginning, and of these those it had: `household * goods + good`.
    pub household_need: Vec<[u32; 2]>,
    /// Goods that will arrive tomorrow.
    pub under_way: Vec<Consignment>,
    /// Tours of the day that is over; none where nobody plans them.
    pub depot_days: Vec<DepotDay>,
    /// Tours as they are planned for tomorrow, or still under way today.
    pub depot_plans: Vec<DepotDay>,
    /// Links closed to vehicles, ascending.
    pub closed_links: Vec<LinkId>,
    /// What happened today, by good.
    pub today: Vec<GoodDay>,
    /// Need and want by [`HouseholdGroup`], then by zone.
    pub groups: Vec<GroupNeed>,
    /// Who had a pack of a ration, by good and person: the day after that of the last one, 0 = never. Empty for goods that
    /// were never rationed.
    pub had_pack: Vec<Vec<u32>>,
    /// Rumours of today by good: share of households that heed them, and how many times their usual store these want, both
    /// in thousandths.
    pub rumours: Vec<[u32; 2]>,
    /// What hazards keep from the city in this hour: row of the good and share of what comes in, thousandths.
    pub cutting: Vec<(u32, u32)>,
    /// What they have kept from it today, by good: thousandths summed over hours.
    pub cut: Vec<u32>,
}

impl Supply {
    /// Whether a scenario speaks of goods.
    pub fn is_on(&self) -> bool {
        !self.goods.is_empty()
    }

    /// The row of a good.
    pub fn row_of(&self, good: &str) -> Option<usize> {
        self.goods.iter().position(|one| one.name == good)
    }

    /// Units of a good in households, at sites of each [`SiteKind`], and under way.
    pub fn held(&self, good: usize) -> (u64, [u64; SiteKind::COUNT], u64) {
        let at_home = self.at_home.iter().skip(good).step_by(self.goods.len().max(1));
        let mut sites = [0; SiteKind::COUNT];
        for site in &self.sites {
            sites[site.kind as usize] += site.stock.get(good).map_or(0, |units| u64::from(*units));
        }
        let under_way =
            self.under_way.iter().filter_map(|c| c.units.get(good)).map(|units| u64::from(*units));
        (at_home.map(|units| u64::from(*units)).sum(), sites, under_way.sum())
    }

    /// Goods that came in differ from those used, lost and held: the good's name, what came in and what is accounted for.
    /// Empty as long as nothing appears or vanishes.
    pub fn imbalances(&self) -> Vec<(String, u64, u64)> {
        let balance = |(good, ledger): (usize, &Ledger)| {
            let (home, sites, under_way) = self.held(good);
            let came = ledger.opening + ledger.imported + ledger.made;
            let known = ledger.used + ledger.lost + home + sites.iter().sum::<u64>() + under_way;
            (came != known).then(|| (self.goods[good].name.clone(), came, known))
        };
        self.ledgers.iter().enumerate().filter_map(balance).collect()
    }
}

/// The Gini coefficient of values given as so many of each (`counts[value]`): 0 where all have the same, towards 1 where
/// few have everything; 0 where nobody has anything.
pub fn gini(counts: &[u64]) -> f64 {
    let (persons, total) =
        (0u64..).zip(counts).fold((0u64, 0u64), |(n, sum), (value, count)| (n + count, sum + value * count));
    if total == 0 {
        return 0.0;
    }
    // Twice the area under the Lorenz curve, exact in whole numbers.
    let (mut below, mut area) = (0u64, 0u128);
    for (value, count) in (0u64..).zip(counts) {
        let held = value * count;
        area += u128::from(*count) * u128::from(2 * below + held);
        below += held;
    }
    1.0 - area as f64 / (persons as f64 * total as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_of_known_distributions() {
        assert_eq!(gini(&[0, 0, 7]), 0.0);
        assert_eq!(gini(&[]), 0.0);
        // One of four has everything: 1 - 1/4.
        assert!((gini(&[3, 1]) - 0.75).abs() < 1e-12);
        // 1, 2, 3, 4: mean difference 1.25 over twice the mean 2.5.
        assert!((gini(&[0, 1, 1, 1, 1]) - 0.25).abs() < 1e-12);
    }
}
