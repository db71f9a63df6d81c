//! Goods: their ledgers day by day, and who went without.
use super::Source;
use super::services::door_name;
use crate::recorder::GoodRow;
use crate::table::{Cells, Table};
use citytwin_world::services::Door;
use citytwin_world::supply::{DepotDay, HouseholdGroup};

pub(super) fn stocks(source: &Source) -> Option<Table> {
    let rows = source.recorder.goods.as_slice();
    if rows.is_empty() {
        return None;
    }
    let goods = &source.simulation.world.services.supply.goods;
    let names: Vec<String> = goods.iter().map(|good| good.name.clone()).collect();
    let units = Cells::Name {
        codes: rows.iter().map(|row| row.good).collect(),
        names: goods.iter().map(|good| good.unit.clone()).collect(),
    };
    let table = Table::new(
        "stocks",
        "Goods, a row per day and good; ledgers since the beginning, stocks at its end.",
    )
    .column("day", "", "Day of the run, from 0.", rows.iter().map(|row| row.day).collect::<Vec<_>>())
    .column("good", "", "Good.", Cells::Name { codes: rows.iter().map(|row| row.good).collect(), names })
    .column("unit", "", "What one unit is.", units);
    Some(COLUMNS.iter().fold(table, |table, (name, about, read)| {
        table.column(*name, "", *about, rows.iter().map(read).collect::<Vec<u64>>())
    }))
}

type Column = (&'static str, &'static str, fn(&GoodRow) -> u64);

/// Columns in units of the good, unless said otherwise.
const COLUMNS: &[Column] = &[
    ("opening", "There at the beginning.", |row| row.ledger.opening),
    ("imported", "Brought from outside so far.", |row| row.ledger.imported),
    ("made", "Made in the city so far.", |row| row.ledger.made),
    ("used", "Used so far by residents, patients and staff.", |row| row.ledger.used),
    ("lost", "Spoilt so far.", |row| row.ledger.lost),
    ("in_households", "In households.", |row| row.at_home),
    ("in_depots", "In depots.", |row| row.sites[0]),
    ("in_shops", "On the shelves of shops.", |row| row.sites[1]),
    ("in_hospitals", "In the stores of hospitals.", |row| row.sites[2]),
    ("under_way", "Under way to shops, hospitals and households.", |row| row.under_way),
    ("needed", "Needed today by residents at home.", |row| row.today.needed),
    ("unmet", "Of that, what there was none for.", |row| row.today.unmet),
    ("care_needed", "Needed today by patients and staff.", |row| row.today.care_needed),
    ("care_unmet", "Of that, what there was none for.", |row| row.today.care_unmet),
    ("sold", "Bought today.", |row| row.today.sold),
    ("handed_out", "Brought to doors today.", |row| row.today.handed_out),
    ("back_ordered", "Ordered this evening and not sent, for want of goods or vehicles.", |row| {
        row.today.back_ordered
    }),
    ("customers", "Customers today who would have bought it.", |row| row.today.customers),
    ("turned_away", "Of these, who found less than they wanted.", |row| row.today.turned_away),
    ("households_short", "Households with less left than they need in a day.", |row| {
        row.today.households_short
    }),
];

pub(super) fn shortages(source: &Source) -> Option<Table> {
    let world = &source.simulation.world;
    let supply = &world.services.supply;
    if supply.groups.is_empty() {
        return None;
    }
    let zones = world.city.zones.id.as_slice();
    let mut groups: Vec<String> = HouseholdGroup::NAMES.iter().map(|name| (*name).to_owned()).collect();
    groups.extend(zones.iter().map(|zone| format!("zone {zone}")));
    let cells: Vec<(u32, u32, u64, u64)> = (0..)
        .zip(&supply.groups)
        .flat_map(|(group, of)| {
            (0..)
                .zip(of.needed.iter().zip(&of.unmet))
                .map(move |(good, (all, unmet))| (group, good, *all, *unmet))
        })
        .filter(|(_, _, needed, _)| *needed > 0)
        .collect();
    let names = supply.goods.iter().map(|good| good.name.clone()).collect();
    let share = |(_, _, needed, unmet): &(u32, u32, u64, u64)| *unmet as f64 / *needed as f64;
    Some(
        Table::new("shortages", "Who went without over the run, a row per group of households and good.")
            .column(
                "group",
                "",
                "Households with or without a phone, with or without somebody old, or of a zone.",
                Cells::Name { codes: cells.iter().map(|cell| cell.0).collect(), names: groups },
            )
            .column(
                "good",
                "",
                "Good.",
                Cells::Name { codes: cells.iter().map(|cell| cell.1).collect(), names },
            )
            .column("needed", "", "Units needed.", cells.iter().map(|cell| cell.2).collect::<Vec<_>>())
            .column(
                "unmet",
                "",
                "Of these, units there was none for.",
                cells.iter().map(|cell| cell.3).collect::<Vec<_>>(),
            )
            .column(
                "unmet_share",
                "share",
                "Share of the need there was nothing for.",
                cells.iter().map(share).collect::<Vec<_>>(),
            ),
    )
}

pub(super) fn deliveries(source: &Source) -> Option<Table> {
    let rows = source.recorder.deliveries.as_slice();
    if rows.is_empty() {
        return None;
    }
    let world = &source.simulation.world;
    let sites = &world.services.supply.sites;
    let count = |read: fn(&DepotDay) -> u32| -> Vec<u32> { rows.iter().map(|(_, day)| read(day)).collect() };
    let depots = rows.iter().map(|(_, day)| sites.get(day.depot as usize).map(|site| site.place));
    let name = |place| door_name(&world.city, Door::Place(place));
    let table = Table::new("deliveries", "Tours to shops and hospitals, a row per day and depot.")
        .column("day", "", "Day of the run, from 0.", rows.iter().map(|(day, _)| *day).collect::<Vec<_>>())
        .column("depot", "", "Depot.", super::infections::words(depots, name))
        .column("vehicles_count", "count", "Vehicles with a driver.", count(|day| day.vehicles))
        .column("tours_count", "count", "Of these, those on tour.", count(|day| day.tours))
        .column("stops_count", "count", "Stops made.", count(|day| day.stops))
        .column("left_out_count", "count", "Stops that no vehicle made.", count(|day| day.left_out))
        .column("replanned_count", "count", "Tours planned again under way.", count(|day| day.replanned));
    let drive_h = rows.iter().map(|(_, day)| day.drive_s as f64 / 3_600.0).collect::<Vec<_>>();
    let load_t = rows.iter().map(|(_, day)| day.load_kg as f64 / 1_000.0).collect::<Vec<_>>();
    Some(table.column("drive_h", "h", "Time of driving as planned first.", drive_h).column(
        "load_t",
        "t",
        "What they carried.",
        load_t,
    ))
}
