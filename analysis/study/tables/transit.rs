//! How full vehicles were, line by line and hour by hour.
use super::Source;
use crate::table::{Cells, Table};
use citytwin_world::id::Key;
use citytwin_world::{LineId, Mode};

pub(super) fn lines(source: &Source) -> Option<Table> {
    let transit = &source.simulation.world.city.transit;
    let rows: Vec<_> = source
        .recorder
        .lines
        .iter()
        .enumerate()
        .filter(|(_, hour)| hour.boardings + hour.denied > 0 || hour.load_max > 0.0)
        .map(|(cell, hour)| (LineId::from_index(cell / 24), (cell % 24) as u32, *hour))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let names = transit.line_name.as_slice().to_vec();
    let line = rows.iter().map(|(line, ..)| line.0).collect();
    let mode = rows.iter().map(|(line, ..)| transit.line_mode.get(*line).map_or(0, |mode| *mode as usize));
    Some(
        Table::new("lines", "Boardings and full vehicles by line and hour of the day, over the whole run.")
            .column("line", "", "Name of the line.", Cells::Name { codes: line, names })
            .column("mode", "", "Bus or metro.", Cells::names(Mode::NAMES, mode))
            .column("hour_of_day", "", "Hour, from 0.", rows.iter().map(|row| row.1).collect::<Vec<_>>())
            .column(
                "boardings_count",
                "count",
                "Boardings.",
                rows.iter().map(|row| row.2.boardings).collect::<Vec<_>>(),
            )
            .column(
                "boardings_denied_count",
                "count",
                "Times that somebody found a vehicle full and stayed behind.",
                rows.iter().map(|row| row.2.denied).collect::<Vec<_>>(),
            )
            .column(
                "vehicle_load_max_share",
                "share",
                "Greatest share of places taken in any vehicle between two stops.",
                rows.iter().map(|row| f64::from(row.2.load_max)).collect::<Vec<_>>(),
            ),
    )
}
