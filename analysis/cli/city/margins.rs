//! The quality of a city's residents as HTML: every number and share beside its target.
use super::page::{escape, number};
use citytwin_synthesis::quality::{Figure, Margin, Quality};
use std::fmt::Write;

/// The numbers and the distributions.
pub fn html(quality: &Quality) -> String {
    let mut html = String::from(
        "<div class=\"scroll\"><table class=\"figures\"><thead><tr><th>number</th><th class=\"n\">here</th>\
         <th class=\"n\">target</th><th>where the target comes from</th></tr></thead><tbody>\n",
    );
    quality.figures.iter().for_each(|figure| row(figure, &mut html));
    html.push_str("</tbody></table></div>\n<h3 class=\"over\">Distributions</h3>\n<div class=\"margins\">\n");
    quality.margins.iter().filter(|m| !m.classes.is_empty()).for_each(|m| margin(m, &mut html));
    html.push_str("</div>\n");
    for whole in quality.margins.iter().filter(|m| m.classes.is_empty()) {
        let _ = writeln!(
            html,
            "<p class=\"note\">{}: the absolute differences from {} add up to {} persons, {} in the worst zone.</p>",
            capital(whole.name),
            escape(whole.source),
            number(whole.total_absolute_error, "persons"),
            number(whole.max_absolute_error, "persons"),
        );
    }
    html
}

/// A name with its first letter in upper case, safe in HTML.
pub fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    escape(&format!("{first}{}", letters.as_str()))
}

fn row(figure: &Figure, html: &mut String) {
    let target = figure.target.map_or("–".to_owned(), |target| number(target, figure.unit));
    let _ = writeln!(
        html,
        "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{target}</td><td class=\"soft\">{}</td></tr>",
        capital(figure.name),
        number(figure.value, figure.unit),
        escape(figure.source),
    );
}

/// A bar for each class with a mark at its target.
fn margin(margin: &Margin, html: &mut String) {
    let top = margin.value.iter().chain(&margin.target).fold(1e-9_f64, |top, v| top.max(*v));
    let wanted = !margin.target.is_empty();
    let _ = writeln!(html, "<figure><h3>{}</h3><table class=\"bars\">", capital(margin.name));
    if wanted {
        html.push_str(
            "<thead><tr><th></th><th></th><th class=\"n\">here</th><th class=\"n\">target</th></tr></thead>",
        );
    }
    html.push_str("<tbody>\n");
    for (at, class) in margin.classes.iter().enumerate() {
        let value = margin.value.get(at).copied().unwrap_or(0.0);
        let target = margin.target.get(at).copied();
        let mark =
            target.map_or(String::new(), |t| format!("<i style=\"left:{:.1}%\"></i>", 100.0 * t / top));
        let beside = target.map_or(String::new(), |t| format!("<td class=\"n soft\">{}</td>", percent(t)));
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td class=\"bar\"><div><b style=\"width:{:.1}%\"></b>{mark}</div></td>\
             <td class=\"n\">{}</td>{beside}</tr>",
            escape(&class.replace('_', " ")),
            100.0 * value / top,
            percent(value),
        );
    }
    html.push_str("</tbody></table>");
    let note = match (wanted, margin.source.is_empty()) {
        (true, false) => format!("Target: {}.", escape(margin.source)),
        (true, true) => String::new(),
        (false, _) => "There is no target for this.".to_owned(),
    };
    let _ = writeln!(html, "<figcaption>{note}</figcaption></figure>");
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
