//! The evening: what came in, what spoilt, what shops and hospitals order, and what is sent to them.
use super::keys::Stores;
use super::rations::order_of;
use super::set_up::{split, weights};
use citytwin_engine::Levers;
use citytwin_world::supply::{Consignment, SiteKind, Supply};

/// Minute of the day at which deliveries arrive that nobody plans the tours of.
const DELIVERED_MIN: u16 = 6 * 60;
/// Thousandths of all hours of a day.
const WHOLE_DAY: u64 = 24 * 1_000;

/// What came into the city in the day goes to the depots.
pub fn come_in(supply: &mut Supply) {
    for good in 0..supply.goods.len() {
        let kind = &supply.goods[good];
        let open = WHOLE_DAY - u64::from(std::mem::take(&mut supply.cut[good])).min(WHOLE_DAY);
        let all = kind.supply_per_day.saturating_mul(open) / WHOLE_DAY;
        let mut came = 0;
        for (row, part) in split(all, &weights(supply, good)) {
            let stock = &mut supply.sites[row].stock[good];
            // A depot holds any amount that a number can tell.
            let part = part.min(u32::MAX - *stock);
            *stock += part;
            came += u64::from(part);
        }
        let made = came * u64::from(supply.goods[good].made_per_1000) / 1_000;
        supply.ledgers[good].made += made;
        supply.ledgers[good].imported += came - made;
    }
}

/// A share of what lies in depots and shops spoils.
pub fn spoil(supply: &mut Supply) {
    for (good, kind) in supply.goods.iter().enumerate().filter(|(_, kind)| kind.shelf_life_days > 0) {
        for site in &mut supply.sites {
            let lost = site.stock[good] / kind.shelf_life_days;
            site.stock[good] -= lost;
            supply.ledgers[good].lost += u64::from(lost);
        }
    }
}

/// Shops and hospitals order what has run low, and their depots send what they have: all of it, or the same share to each
/// where it doesn't suffice.
pub fn order(supply: &mut Supply, stores: &Stores, levers: &Levers) {
    let goods = supply.goods.len();
    let mut sent: Vec<Vec<u32>> = vec![Vec::new(); supply.sites.len()];
    for good in 0..goods {
        let brought = order_of(levers, &supply.goods[good].name).is_some_and(|order| order.mode.brings());
        let low = |site: &citytwin_world::supply::Site| {
            let low = f64::from(site.stock[good]) < f64::from(site.full[good]) * stores.reorder;
            // What is brought to doors is not sold in shops.
            let low = low && !(brought && site.kind == SiteKind::Seller);
            (site.kind != SiteKind::Depot && low).then(|| site.full[good] - site.stock[good])
        };
        let orders: Vec<(usize, u32)> =
            supply.sites.iter().enumerate().filter_map(|(row, site)| Some((row, low(site)?))).collect();
        // One after the other those who come first, and all others.
        let is_first =
            |row: usize| levers.critical_goods_first && supply.sites[row].kind == SiteKind::Hospital;
        let (first, rest): (Vec<_>, Vec<_>) = orders.into_iter().partition(|(row, _)| is_first(*row));
        for group in [first, rest] {
            for (row, part) in share_out(supply, good, &group) {
                sent[row].resize(goods, 0);
                sent[row][good] = part;
            }
        }
    }
    for (row, units) in sent.into_iter().enumerate().filter(|(_, units)| !units.is_empty()) {
        let from = supply.sites[row].depot;
        let to = row as u32;
        supply.under_way.push(Consignment {
            to,
            from,
            units,
            arrive_min: DELIVERED_MIN,
            ..Consignment::default()
        });
    }
}

/// Takes what a group of sites orders of a good out of their depots: all of it, or to each the same share of its order.
/// Gives what each is sent.
fn share_out(supply: &mut Supply, good: usize, orders: &[(usize, u32)]) -> Vec<(usize, u32)> {
    let mut wanted = vec![0u64; supply.sites.len()];
    for (row, units) in orders {
        wanted[supply.sites[*row].depot as usize] += u64::from(*units);
    }
    let there: Vec<u64> = supply.sites.iter().map(|site| u64::from(site.stock[good])).collect();
    let mut sent = Vec::new();
    for (row, units) in orders {
        let depot = supply.sites[*row].depot as usize;
        let share = u64::from(*units) * there[depot].min(wanted[depot]) / wanted[depot].max(1);
        let part = share.min(u64::from(*units)) as u32;
        supply.today[good].back_ordered += u64::from(units - part);
        if part > 0 {
            supply.sites[depot].stock[good] -= part;
            sent.push((*row, part));
        }
    }
    sent
}
