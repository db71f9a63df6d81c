//! `citytwin city info`: what is in a city, in short and as a page with a map.
use super::page;
use super::survey::Survey;
use super::table;
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_synthesis::population::PopulationParams;
use citytwin_synthesis::quality::{Quality, quality};
use citytwin_synthesis::{folder, load};
use citytwin_world::problem::Problems;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Shows what is in a city and how well its residents fit their sources; writes `city.html`, a page with a map.
#[derive(Args)]
pub struct Info {
    /// A city folder, or the name of a city that comes with the program.
    city: PathBuf,
    /// Folder for `city.html`; by default cities/NAME.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The page itself, instead of city.html in a folder.
    #[arg(long, value_name = "FILE.html", conflicts_with = "out")]
    page: Option<PathBuf>,
    /// Seed of the residents whose quality is shown.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Share of the residents made to look at their quality.
    #[arg(long, default_value_t = 1.0, value_parser = share)]
    sample: f64,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// No progress on stderr.
    #[arg(long, short)]
    quiet: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| "a share above 0 and up to 1".to_owned())
}

impl Info {
    /// Looks at the city, writes the page and tells what is in the city.
    pub fn run(&self) -> Result<(), Failure> {
        let wrong = |problems: Problems| Failure::Input(problems, self.format);
        let path = super::folder(&self.city, self.format)?;
        self.step(&format!("reading {}", path.display()));
        let (city, tally) = folder::read_city(&path).map_err(wrong)?;
        let buildings = folder::read_buildings(&path).map_err(|problem| wrong(problem.into()))?.len();
        let survey = Survey::of(&city, buildings, tally);
        self.step(&format!("looking at {} residents", super::thousands(survey.residents)));
        let quality = self.quality(&path).map_err(wrong)?;
        let out = || self.out.clone().unwrap_or_else(|| Path::new("cities").join(name_of(&path)));
        let file = self.page.clone().unwrap_or_else(|| out().join("city.html"));
        write_whole(&file, &page::page(&city, &survey, &quality))
            .map_err(|error| Failure::Run(format!("{}: {error}", file.display())))?;
        match self.format {
            Format::Json => say_json(&json!({
                "name": survey.name,
                "sources": survey.sources,
                "counts": survey.counts(),
                "folder": path,
                "page": file,
                "city": survey,
                "quality": quality,
            })),
            Format::Text => {
                let mut rows = survey.rows();
                rows.extend(figures(&quality));
                rows.push(("page".to_owned(), file.display().to_string()));
                let mut text = table(&rows);
                if !survey.odd.is_empty() {
                    text.push_str(&format!("\nWhat was odd in the folder:\n{}", survey.odd.problems()));
                }
                say(&text)
            }
        }
    }

    fn step(&self, what: &str) {
        if !self.quiet {
            note(what);
        }
    }

    fn quality(&self, path: &Path) -> Result<Quality, Problems> {
        let (city, residents, account) = load::load_with_account(path, self.sample, self.seed)?;
        Ok(quality(&city, &residents, &account, &PopulationParams::default(), self.sample)?)
    }
}

/// The folder's own name, also of a folder given as `.` or with a slash at its end.
fn name_of(path: &Path) -> PathBuf {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    whole.file_name().map_or_else(|| PathBuf::from("city"), PathBuf::from)
}

/// The quality's numbers with their targets as rows of text.
fn figures(quality: &Quality) -> Vec<(String, String)> {
    let mut rows = vec![("quality of the residents".to_owned(), "value (target)".to_owned())];
    rows.extend(quality.figures.iter().map(|f| {
        let target = f.target.map(|target| format!(" ({})", page::number(target, f.unit)));
        let text = format!("{}{}", page::number(f.value, f.unit), target.unwrap_or_default());
        (format!("  {}", f.name), text)
    }));
    rows.push(("infrastructure".to_owned(), "assets (inferred)".to_owned()));
    rows.extend(quality.assets.iter().map(|kind| {
        let text = format!("{} ({:.0} %)", super::thousands(kind.places), kind.inferred_share * 100.0);
        (format!("  {}", kind.kind), text)
    }));
    rows
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let part = path.with_extension(format!("html.{}.part", std::process::id()));
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&part);
    }
    written
}
