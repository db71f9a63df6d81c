//! Puts the page together from its parts and writes it whole.

use crate::error::ReportError;
use std::io::Write;
use std::path::Path;

const FRAME: &str = include_str!("page/frame.html");
const WORDS: &str = include_str!("page/words.json");
pub(crate) const ECHARTS: &str = include_str!("../../assets/report/echarts/echarts.common.min.js");
pub(crate) const DECK: &str = include_str!("../../assets/report/deck/deck.min.js");

/// What a page is made of besides its title and its data.
struct Make {
    body: &'static str,
    style: &'static str,
    library: &'static str,
    /// The scripts in the order in which they must run.
    scripts: &'static [&'static [&'static str]],
}

/// The scripts of every page.
const SCRIPTS: &[&str] =
    &[include_str!("page/data.js"), include_str!("page/scales.js"), include_str!("page/controls.js")];
/// The scripts of every page that is read from top to bottom.
const REPORT_SCRIPTS: &[&str] = &[
    include_str!("page/charts.js"),
    include_str!("page/map.js"),
    include_str!("page/tables.js"),
    include_str!("page/layout.js"),
];
/// Those of a run's page, after them.
const RUN_SCRIPTS: &[&str] = &[
    include_str!("page/figures.js"),
    include_str!("page/traffic.js"),
    include_str!("page/infrastructure.js"),
    include_str!("page/main.js"),
];

/// A page that is read from top to bottom, with scripts of its own.
const fn report(scripts: &'static [&'static [&'static str]]) -> Make {
    Make {
        body: include_str!("page/report.html"),
        style: include_str!("page/report.css"),
        library: ECHARTS,
        scripts,
    }
}

const RUN: Make = report(&[SCRIPTS, REPORT_SCRIPTS, RUN_SCRIPTS]);
const COMPARISON: Make = report(&[SCRIPTS, REPORT_SCRIPTS, &[include_str!("page/comparison.js")]]);
const SENSITIVITY: Make = report(&[SCRIPTS, REPORT_SCRIPTS, &[include_str!("page/sensitivity.js")]]);
const FIT: Make = report(&[SCRIPTS, REPORT_SCRIPTS, &[include_str!("page/fit.js")]]);
const CITY: Make = Make {
    body: include_str!("page/city.html"),
    style: include_str!("page/city.css"),
    library: DECK,
    scripts: &[SCRIPTS, &[include_str!("page/city.js")]],
};

/// The page of a run for `data` (JSON) under `title` (plain text).
///
/// # Errors
/// [`ReportError::Page`] if the frame names a part that doesn't exist.
pub fn page(title: &str, data: &str) -> Result<String, ReportError> {
    put_together(title, data, &RUN)
}

/// The page of a comparison for `data` (JSON) under `title` (plain text).
///
/// # Errors
/// As [`page`].
pub fn comparison(title: &str, data: &str) -> Result<String, ReportError> {
    put_together(title, data, &COMPARISON)
}

/// The page of a sensitivity analysis for `data` (JSON) under `title` (plain text).
///
/// # Errors
/// As [`page`].
pub fn sensitivity(title: &str, data: &str) -> Result<String, ReportError> {
    put_together(title, data, &SENSITIVITY)
}

/// The page of a calibration or forecast for `data` (JSON) under `title` (plain text).
///
/// # Errors
/// As [`page`].
pub fn fit(title: &str, data: &str) -> Result<String, ReportError> {
    put_together(title, data, &FIT)
}

/// The page of a run's city in relief for `data` (JSON) under `title` (plain text).
///
/// # Errors
/// As [`page`].
pub fn city(title: &str, data: &str) -> Result<String, ReportError> {
    put_together(title, data, &CITY)
}

fn put_together(title: &str, data: &str, make: &Make) -> Result<String, ReportError> {
    let data = json_in_html(data);
    let words = json_in_html(WORDS);
    let title = text_in_html(title);
    let scripts: String = make.scripts.iter().copied().flatten().copied().collect();
    fill(FRAME, |part| match part {
        "title" => Some(&title),
        "style" => Some(make.style),
        "body" => Some(make.body),
        "words" => Some(&words),
        "data" => Some(&data),
        "library" => Some(make.library),
        "scripts" => Some(&scripts),
        _ => None,
    })
}

/// Asserts that a page asks for nothing outside itself.
#[cfg(test)]
pub(crate) fn assert_loads_nothing(page: &str) {
    let own = page.to_lowercase().replace(&ECHARTS.to_lowercase(), "").replace(&DECK.to_lowercase(), "");
    let loads = ["<link", "<img", "<iframe", "<object", "@import", "url(", "src=\"", "href=\"http"];
    for load in loads.into_iter().chain(["fetch(\"", "import("]) {
        assert!(!own.contains(load), "the page contains {load}");
    }
}

/// Replaces `{{part}}` in one pass, so that what is put in is never itself searched for parts.
fn fill<'a>(template: &str, part: impl Fn(&str) -> Option<&'a str>) -> Result<String, ReportError> {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, next) =
            after.split_once("}}").ok_or_else(|| ReportError::Page("`{{` without `}}`".to_owned()))?;
        let text = part(name).ok_or_else(|| ReportError::Page(format!("there is no part `{name}`")))?;
        page.push_str(before);
        page.push_str(text);
        rest = next;
    }
    page.push_str(rest);
    Ok(page)
}

/// JSON that cannot end the `<script>` element around it, nor open a comment in it.
fn json_in_html(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Text as HTML shows it.
fn text_in_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Writes `text` to `path` so that a reader sees the old file or the new one whole, never a part: a temporary file
/// beside it is written, synced and renamed.
///
/// # Errors
/// [`ReportError::Write`] if the disk refuses; the temporary file is then removed.
pub fn write_whole(path: &Path, text: &str) -> Result<(), ReportError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = std::fs::File::create(&part)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&part, path));
    written.map_err(|source| {
        // The write's own fault is what the caller must hear of; a leftover part does no harm.
        let _ = std::fs::remove_file(&part);
        ReportError::Write { path: path.to_owned(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_style_is_told_twice() {
        // Rules outside of media queries begin their lines; a class of two figures would give each the other's look.
        let rule =
            |line: &&str| line.starts_with(['.', '#']) || line.starts_with(|c: char| c.is_ascii_lowercase());
        let names =
            RUN.style.lines().filter(rule).filter_map(|line| line.split_once(" {")).map(|(name, _)| name);
        let mut names: Vec<&str> = names.collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(all > 50, "{all} rules");
        assert_eq!(names.len(), all, "a rule stands twice");
    }

    #[test]
    fn parts_are_filled_once() {
        let filled = fill("<a>{{x}}</a>{{y}}", |name| match name {
            "x" => Some("{{y}}"),
            "y" => Some("2"),
            _ => None,
        });
        assert_eq!(filled.unwrap(), "<a>{{y}}</a>2");
        assert!(fill("{{z}}", |_| None).is_err());
        assert!(fill("{{z", |_| None).is_err());
    }

    #[test]
    fn data_cannot_break_out() {
        assert_eq!(
            json_in_html("\"</script><!--&\u{2028}\""),
            "\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\""
        );
        assert_eq!(text_in_html("<b>'\"&"), "&lt;b&gt;&#39;&quot;&amp;");
    }

    #[test]
    fn no_script_of_the_page_ends_its_element() {
        for make in [RUN, COMPARISON, SENSITIVITY, FIT, CITY] {
            let scripts = make.scripts.iter().copied().flatten();
            for text in scripts.chain([&make.library]) {
                assert!(!text.to_lowercase().contains("</script") && !text.contains("<!--"));
            }
            assert!(!make.style.contains("</"));
        }
    }

    #[test]
    fn both_languages_have_all_words() {
        let words: serde_json::Value = serde_json::from_str(WORDS).unwrap();
        for (key, texts) in words.as_object().unwrap() {
            for language in ["en", "zh"] {
                assert!(
                    texts[language].as_str().is_some_and(|text| !text.is_empty()),
                    "{key} has no {language}"
                );
            }
        }
    }
}
