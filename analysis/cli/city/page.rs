//! `city.html`: one page about a city that works offline and without scripts.
use super::map::{self, GROUPS, Map};
use super::margins::{self, capital};
use super::survey::Survey;
use super::thousands;
use citytwin_synthesis::quality::Quality;
use citytwin_world::problem::TallyRow;
use citytwin_world::{City, Mode};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// A text that means itself inside HTML and its attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A number with as many digits as its unit deserves.
pub fn number(value: f64, unit: &str) -> String {
    match unit {
        _ if !value.is_finite() => "–".to_owned(),
        "share" => format!("{:.1} %", value * 100.0),
        "ratio" | "cars" => format!("{value:.2}"),
        "km" => format!("{value:.2} km"),
        _ if value.fract() == 0.0 && value >= 0.0 => thousands(value as u64),
        _ => format!("{value:.2}"),
    }
}

/// The page.
pub fn page(city: &City, survey: &Survey, quality: &Quality) -> String {
    let map = map::draw(city);
    let name = escape(&survey.name);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{name}: the city</title>\n<style>\n{STYLE}</style></head>\n<body><main>\n\
         <header><p class=\"kicker\">The city as citytwin knows it</p><h1>{name}</h1>\
         <p class=\"facts\">{}, time zone {}</p></header>\n",
        escape(&survey.country),
        escape(&survey.time_zone),
    );
    html.push_str(&cards(survey));
    html.push_str(&map_section(city, &map));
    html.push_str("<section><h2>Streets, transport, places</h2>\n<div class=\"two\">\n");
    html.push_str(&streets(survey));
    html.push_str(&transport(survey));
    html.push_str("</div>\n");
    html.push_str(&places(survey));
    html.push_str("</section>\n<section><h2>How well the residents fit their sources</h2>\n");
    html.push_str(
        "<p class=\"intro\">The residents are synthetic: nobody here is a real person. Each number that they were made \
         to meet stands beside what they came to; a dark mark on a bar shows the target.</p>\n",
    );
    html.push_str(&margins::html(quality));
    html.push_str("</section>\n");
    html.push_str(&odd(survey));
    html.push_str(&sources(survey));
    html.push_str("</main></body></html>\n");
    html
}

fn cards(survey: &Survey) -> String {
    let (lines, runs) =
        survey.transit.iter().fold((0, 0), |sum, service| (sum.0 + service.lines, sum.1 + service.runs[0]));
    let places: usize =
        survey.places.iter().filter(|k| k.kind != "home").map(|k| k.observed + k.inferred).sum();
    let observed: usize = survey.places.iter().filter(|k| k.kind != "home").map(|k| k.observed).sum();
    let zones = format!("in {} of {} zones", thousands(survey.zones_peopled), thousands(survey.zones));
    let cards = [
        ("Residents", thousands(survey.residents), zones),
        ("Jobs", thousands(survey.jobs), "by the zones' source".to_owned()),
        ("Area", format!("{:.1} km²", survey.area_km2), "all zones".to_owned()),
        (
            "Streets and paths",
            format!("{} km", thousands(survey.streets_km.round() as u64)),
            format!("{} junctions", thousands(survey.junctions)),
        ),
        (
            "Lines",
            thousands(lines),
            format!("{} stops, {} runs on a Wednesday", thousands(survey.stops), thousands(runs)),
        ),
        (
            "Places besides homes",
            thousands(places),
            format!("{} observed, the rest inferred", thousands(observed)),
        ),
    ];
    let mut html = String::from("<div class=\"cards\">\n");
    for (label, value, note) in cards {
        let _ = writeln!(
            html,
            "<div class=\"card\"><div class=\"label\">{label}</div><div class=\"value\">{value}</div>\
             <div class=\"note\">{note}</div></div>"
        );
    }
    html.push_str("</div>\n");
    html
}

/// The map with check boxes that show and hide its layers, and the legend of its colours.
fn map_section(city: &City, map: &Map) -> String {
    let mut layers: Vec<(String, String, String, bool)> =
        vec![("streets".into(), "Main streets".into(), "#5b6670".into(), true)];
    for (mode, layer, label) in [(Mode::Bus, "bus", "Bus lines"), (Mode::Metro, "metro", "Metro and rail")] {
        if map::lines(city, mode) > 0 {
            let colour = if mode == Mode::Bus { "#0072b2" } else { "#b0307f" };
            layers.push((layer.into(), label.into(), colour.into(), true));
        }
    }
    for (n, group) in GROUPS.iter().enumerate().filter(|(_, group)| map::has(city, group)) {
        layers.push((format!("p{n}"), group.name.into(), map::group_colour(group), group.shown));
    }
    let mut html = String::from("<section class=\"map-section\"><h2>Map</h2>\n<style>\n");
    for (id, ..) in &layers {
        let _ = writeln!(html, ".map-section:has(#show-{id}:not(:checked)) .layer-{id} {{ display: none; }}");
    }
    html.push_str("</style>\n<div class=\"layers\">\n");
    for (id, label, colour, shown) in &layers {
        let checked = if *shown { " checked" } else { "" };
        let _ = writeln!(
            html,
            "<label><input type=\"checkbox\" id=\"show-{id}\"{checked}><span class=\"key\" style=\"background:{colour}\"></span>{label}</label>"
        );
    }
    let _ = write!(html, "</div>\n<div class=\"map\">{}</div>\n", map.svg);
    html.push_str(&ramp(map.density_top));
    html.push_str(
        "<p class=\"note\">Filled dots were observed, hollow ones inferred. Zones and dots show their names and \
         numbers under the pointer. Grey zones have no residents.</p>\n</section>\n",
    );
    html
}

fn ramp(top: f64) -> String {
    let stops: Vec<String> = (0..=10)
        .map(|n| {
            let density = top * f64::from(n) / 10.0;
            format!("{} {}%", map::density_colour(density, top), n * 10)
        })
        .collect();
    let tick = |share: f64| thousands((top * share).round() as u64);
    format!(
        "<div class=\"ramp\"><span>Residents per km²</span><div class=\"strip\" style=\"background:linear-gradient(to \
         right,{})\"></div><div class=\"ticks\"><span>0</span><span>{}</span><span>{} and more</span></div></div>\n",
        stops.join(","),
        tick(0.5),
        tick(1.0),
    )
}

fn streets(survey: &Survey) -> String {
    let top = survey.streets.iter().fold(1e-9_f64, |top, class| top.max(class.km));
    let mut html = String::from("<figure><h3>Streets by class</h3><table class=\"bars\"><tbody>\n");
    for class in &survey.streets {
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td class=\"bar\"><div><b style=\"width:{:.1}%\"></b></div></td><td class=\"n\">{:.1} km</td></tr>",
            class.class.replace('_', " "),
            100.0 * class.km / top,
            class.km,
        );
    }
    let _ = writeln!(
        html,
        "</tbody></table><figcaption>A street with two directions counts once. {} directed links, {} forbidden turns, \
         {} building footprints.</figcaption></figure>",
        thousands(survey.links),
        thousands(survey.banned_turns),
        thousands(survey.buildings),
    );
    html
}

fn transport(survey: &Survey) -> String {
    if survey.transit.is_empty() {
        return "<figure><h3>Public transport</h3><p class=\"soft\">This city has no timetable.</p></figure>\n".to_owned();
    }
    let mut html = String::from(
        "<figure><h3>Public transport</h3><table class=\"plain\"><thead><tr><th></th><th class=\"n\">lines</th>\
         <th class=\"n\">runs Wed</th><th class=\"n\">Sat</th><th class=\"n\">Sun</th></tr></thead><tbody>\n",
    );
    for service in &survey.transit {
        let [workday, saturday, sunday] = service.runs.map(thousands);
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{workday}</td><td class=\"n\">{saturday}</td>\
             <td class=\"n\">{sunday}</td></tr>",
            capital(service.mode),
            thousands(service.lines),
        );
    }
    let _ = writeln!(
        html,
        "</tbody></table><figcaption>{} stops, {} different stop sequences.</figcaption></figure>",
        thousands(survey.stops),
        thousands(survey.routes),
    );
    html
}

fn places(survey: &Survey) -> String {
    let mut html = String::from(
        "<figure><h3>Places: observed and inferred</h3><div class=\"kinds\"><table class=\"bars split\"><thead><tr><th></th>\
         <th></th><th class=\"n\">observed</th><th class=\"n\">inferred</th></tr></thead><tbody>\n",
    );
    for kind in &survey.places {
        let share = 100.0 * kind.observed as f64 / ((kind.observed + kind.inferred).max(1) as f64);
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td class=\"bar\"><div><b style=\"width:{share:.1}%\"></b></div></td>\
             <td class=\"n\">{}</td><td class=\"n soft\">{}</td></tr>",
            capital(&kind.kind.replace('_', " ")),
            thousands(kind.observed),
            thousands(kind.inferred),
        );
    }
    html.push_str(
        "</tbody></table></div><figcaption>Observed places stand in the map data or a list of places; inferred ones \
         follow from counts by zone and from rates. The bar shows the observed share.</figcaption></figure>\n",
    );
    html
}

fn odd(survey: &Survey) -> String {
    if survey.odd.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section><h2>What was odd in the folder</h2>\n<ul class=\"odd\">\n");
    let row = |row: &TallyRow| {
        let examples: Vec<String> = row.examples.iter().map(|example| escape(example)).collect();
        format!(
            "<li><b>{}</b> {} <span class=\"soft\">{} times, such as {}</span></li>\n",
            row.code,
            capital(&row.message),
            thousands(row.count),
            examples.join("; ")
        )
    };
    html.extend(survey.odd.rows().map(row));
    html.push_str("</ul></section>\n");
    html
}

fn sources(survey: &Survey) -> String {
    let mut html = String::from("<section><h2>Where the data come from</h2>\n<ul>\n");
    if survey.sources.is_empty() {
        html.push_str("<li>The folder doesn't say.</li>\n");
    }
    html.extend(survey.sources.iter().map(|source| format!("<li>{}</li>\n", escape(source))));
    let _ =
        writeln!(html, "</ul>\n<p class=\"note\">Digest of the folder: {}</p></section>", survey.city_hash);
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::problem::Tally;

    #[test]
    fn numbers_fit_their_unit() {
        assert_eq!(number(0.512, "share"), "51.2 %");
        assert_eq!(number(812_935.0, "persons"), "812,935");
        assert_eq!(number(2.941_2, "persons"), "2.94");
        assert_eq!(number(f64::NAN, "km"), "–");
    }

    #[test]
    fn a_city_of_strange_words_and_no_zones_is_still_a_page() {
        let mut city = City::default();
        city.info.name = "<script>alert(\"&\")".to_owned();
        city.info.sources = vec!["</ul><b>".to_owned()];
        let mut odd = Tally::new();
        odd.warning("W343", "a type isn't known", || "<path>".to_owned());
        let html = page(&city, &Survey::of(&city, 0, odd), &Quality::default());
        assert!(html.contains("&lt;script&gt;alert(&quot;&amp;&quot;)") && html.contains("&lt;path&gt;"));
        assert!(!html.contains("<script") && !html.contains("NaN") && !html.contains("inf%"));
    }
}
