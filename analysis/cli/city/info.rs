//! `citytwin city info`: what is in a city, how well its population fits its sources, and a page with a map.
use super::{find, map};
use crate::output::{Failure, Format, say, say_json};
use citytwin_synthesis::population::{PopulationParams, residents_with_account};
use citytwin_synthesis::quality::{Margin, Quality, quality};
use citytwin_synthesis::{folder, journeys};
use citytwin_world::City;
use citytwin_world::problem::Problem;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Shows what is in a city, what of it is real and what was inferred, and how well its population fits its sources.
#[derive(Args)]
pub struct Info {
    /// A city folder or the name of a built-in city.
    city: PathBuf,
    /// Share of the residents that is looked at.
    #[arg(long, default_value_t = 1.0)]
    sample: f64,
    /// Seed of the synthetic population.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes a page with a map and all tables, which works offline.
    #[arg(long, value_name = "FILE.html")]
    page: Option<PathBuf>,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Info {
    /// Reads the city, makes its people, and says how they fit.
    pub fn run(&self) -> Result<(), Failure> {
        let wrong = |problem: Problem| Failure::input(problem, self.format);
        let (mut city, _) =
            folder::read_city(&find(&self.city)).map_err(|problems| Failure::Input(problems, self.format))?;
        city.transit.journeys = journeys::journeys(&city).map_err(wrong)?;
        let params = PopulationParams::default();
        let (people, account) =
            residents_with_account(&city, &params, self.sample, self.seed).map_err(wrong)?;
        let fit = quality(&city, &people, &account, &params, self.sample).map_err(wrong)?;
        if let Some(path) = &self.page {
            let page = map::page(&city, &tables(&city, &fit));
            std::fs::write(path, page).map_err(|e| Failure::Run(format!("{}: {e}", path.display())))?;
        }
        match self.format {
            Format::Json => say_json(&json!({
                "name": city.info.name,
                "sources": city.info.sources,
                "counts": counts(&city).into_iter().collect::<std::collections::BTreeMap<_, _>>(),
                "quality": fit,
            })),
            Format::Text => say(&tables(&city, &fit)),
        }
    }
}

fn counts(city: &City) -> Vec<(&'static str, usize)> {
    let (streets, transit) = (&city.streets, &city.transit);
    vec![
        ("residents", city.info.population as usize),
        ("zones", city.zones.len()),
        ("places", city.places.len()),
        ("junctions", streets.node_count()),
        ("links", streets.link_count()),
        ("banned turns", streets.banned_turns.len()),
        ("lines", transit.line_name.len()),
        ("stops", transit.stop_name.len()),
        ("routes", transit.route_line.len()),
        ("vehicle runs", transit.run_route.len()),
    ]
}

/// Everything as plain text.
fn tables(city: &City, fit: &Quality) -> String {
    let mut text = format!("{} ({})\n", city.info.name, city.info.country);
    for source in &city.info.sources {
        text += &format!("  {source}\n");
    }
    text += "\nWhat is in it\n";
    for (name, count) in counts(city) {
        text += &format!("{count:>10} {name}\n");
    }
    text += "\nPlaces, and the share that was inferred\n";
    for kind in &fit.places {
        text += &format!("{:>10} {} ({:.0} %)\n", kind.places, kind.kind, kind.inferred_share * 100.0);
    }
    text += "\nNumbers, and what they should be\n";
    for figure in &fit.figures {
        let target = figure.target.map_or_else(|| "–".to_owned(), |t| format!("{t:.3}"));
        text += &format!(
            "{:>10.3} {} {} (should be {target}: {})\n",
            figure.value, figure.unit, figure.name, figure.source
        );
    }
    text += "\nDistributions\n";
    text + &fit.margins.iter().map(margin).collect::<String>()
}

fn margin(margin: &Margin) -> String {
    let mut text = format!(
        "  {}: differences add up to {:.3}, the largest is {:.3} ({})\n",
        margin.name, margin.total_absolute_error, margin.max_absolute_error, margin.source
    );
    for (class, (value, at)) in margin.classes.iter().zip(margin.value.iter().zip(0..)) {
        let target =
            margin.target.get(at).map_or_else(|| "–".to_owned(), |target: &f64| format!("{target:.3}"));
        text += &format!("{value:>10.3} {class} (should be {target})\n");
    }
    text
}
