//! Forecasts in a table, as hubs and scoringutils write them: a row per quantile, with what was observed.
use super::{Score, Summary, score, summary};
use crate::given::{Given, TOLD_MAX};
use citytwin_engine::suggest::did_you_mean;
use citytwin_world::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::path::Path;

/// Columns that every such table has.
const NEEDED: [&str; 3] = ["quantile_level", "predicted", "observed"];
/// The column that says whose forecast it is; without it there is one model.
const MODEL: &str = "model";

/// How a table is scored.
#[derive(Clone, Debug, Default)]
pub struct ScoreOptions {
    /// Columns by whose values forecasts are told apart in the result.
    pub by: Vec<String>,
    /// The model that the others are set beside.
    pub baseline: Option<String>,
}

/// The scores of one model under one set of values of the columns asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelScore {
    /// Values of [`ScoreOptions::by`].
    pub group: Vec<String>,
    /// The model; empty where the table has no such column.
    pub model: String,
    /// Means over its forecasts.
    pub summary: Summary,
    /// Its mean weighted interval score over that of the baseline, on the forecasts that both made; NaN without a
    /// baseline or such forecasts.
    pub wis_relative: f64,
}

/// What makes a forecast: the values of all columns but the needed ones and the model.
type Unit = Vec<String>;
/// Quantiles and observation of a forecast.
type Forecast = (Vec<(f64, f64)>, f64);

/// Columns of a table, by their places.
struct Columns {
    needed: [usize; 3],
    model: Option<usize>,
    by: Vec<usize>,
    unit: Vec<usize>,
}

/// Scores a table of forecasts. Rows without a prediction or observation (an empty cell or `NA`) are passed over.
///
/// # Errors
/// E140 for columns that aren't there, E141 for cells that are no numbers, E142 where there is nothing to score, E143 for
/// a baseline that made no forecast; all mistakes at once.
pub fn score_file(path: &Path, options: &ScoreOptions) -> Result<Vec<ModelScore>, Problems> {
    let mut given = Given::open(path)?;
    let header = given.header.clone();
    let columns = columns(path, &header, options)?;
    let mut forecasts: BTreeMap<(Vec<String>, String, Unit), Forecast> = BTreeMap::new();
    let mut problems = Problems::new();
    for row in given.rows() {
        let (line, record) = row?;
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let numbers = columns.needed.map(|at| number(cell(at)));
        for (found, at) in numbers.iter().zip(columns.needed) {
            if found.is_none() && problems.len() < TOLD_MAX {
                let words = format!("`{}` in column `{}` is not a number", cell(at), header[at]);
                problems.push(Problem::error("E141", words).in_file(path).at_line(line));
            }
        }
        let [Some(Some(level)), Some(Some(predicted)), Some(Some(observed))] = numbers else { continue };
        let of = |places: &[usize]| places.iter().map(|at| cell(*at).to_owned()).collect::<Vec<String>>();
        let model = columns.model.map(|at| cell(at).to_owned()).unwrap_or_default();
        let key = (of(&columns.by), model, of(&columns.unit));
        forecasts.entry(key).or_insert_with(|| (Vec::new(), observed)).0.push((level, predicted));
    }
    if problems.has_errors() {
        return Err(problems);
    }
    summarised(path, forecasts, options)
}

/// A cell's number; `Some(None)` where it is empty.
fn number(cell: &str) -> Option<Option<f64>> {
    match cell {
        "" | "NA" | "NaN" => Some(None),
        text => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Some),
    }
}

fn columns(path: &Path, header: &[String], options: &ScoreOptions) -> Result<Columns, Problems> {
    let mut problems = Problems::new();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut place = |name: &str| {
        header.iter().position(|known| known == name).unwrap_or_else(|| {
            let problem = Problem::error("E140", format!("there is no column `{name}`"));
            let help =
                did_you_mean(name, &names).unwrap_or_else(|| format!("columns: {}", header.join(", ")));
            problems.push(problem.help(help).in_file(path).at_line(1));
            0
        })
    };
    let needed = NEEDED.map(&mut place);
    let by: Vec<usize> = options.by.iter().map(|name| place(name)).collect();
    let model = header.iter().position(|name| name == MODEL);
    if problems.has_errors() {
        return Err(problems);
    }
    let unit = (0..header.len()).filter(|at| !needed.contains(at) && Some(*at) != model).collect();
    Ok(Columns { needed, model, by, unit })
}

fn summarised(
    path: &Path,
    forecasts: BTreeMap<(Vec<String>, String, Unit), Forecast>,
    options: &ScoreOptions,
) -> Result<Vec<ModelScore>, Problems> {
    let mut models: BTreeMap<(Vec<String>, String), BTreeMap<Unit, Score>> = BTreeMap::new();
    for ((group, model, unit), (mut quantiles, observed)) in forecasts {
        quantiles.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some(score) = score(&quantiles, observed) {
            models.entry((group, model)).or_default().insert(unit, score);
        }
    }
    if models.is_empty() {
        let problem =
            Problem::error("E142", "no row has a level from 0 to 1, a prediction and an observation");
        return Err(problem.in_file(path).into());
    }
    if let Some(baseline) = &options.baseline
        && !models.keys().any(|(_, model)| model == baseline)
    {
        let mut names: Vec<&str> = models.keys().map(|(_, model)| model.as_str()).collect();
        names.dedup();
        let problem = Problem::error("E143", format!("no forecast is by the baseline `{baseline}`"));
        let help = did_you_mean(baseline, &names).unwrap_or_else(|| format!("models: {}", names.join(", ")));
        return Err(problem.help(help).in_file(path).into());
    }
    let row = |((group, model), own): (&(Vec<String>, String), &BTreeMap<Unit, Score>)| {
        let scores: Vec<Score> = own.values().copied().collect();
        let base = options.baseline.as_ref().and_then(|name| models.get(&(group.clone(), name.clone())));
        let shared =
            base.into_iter().flatten().filter_map(|(unit, base)| Some((own.get(unit)?.wis, base.wis)));
        let (mine, theirs) = shared.fold((0.0, 0.0), |sum, (a, b)| (sum.0 + a, sum.1 + b));
        ModelScore {
            group: group.clone(),
            model: model.clone(),
            summary: summary(&scores),
            wis_relative: if base.is_some() { mine / theirs } else { f64::NAN },
        }
    };
    Ok(models.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(text: &str, baseline: Option<&str>, by: &[&str]) -> Result<Vec<ModelScore>, Problems> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let by = by.iter().map(|name| (*name).to_owned()).collect();
        score_file(file.path(), &ScoreOptions { by, baseline: baseline.map(str::to_owned) })
    }

    #[test]
    fn models_are_set_beside_the_baseline_on_what_both_forecast() {
        let text = "model,place,quantile_level,predicted,observed\n\
                    base,a,0.5,10,14\nbase,b,0.5,10,12\n\
                    mine,a,0.5,13,14\nmine,c,0.5,0,50\nmine,d,0.5,0,\n,a,,,14\n";
        let found = scored(text, Some("base"), &[]).unwrap();
        assert_eq!(found.iter().map(|row| row.model.as_str()).collect::<Vec<_>>(), ["base", "mine"]);
        assert_eq!((found[0].summary.means[0], found[0].wis_relative), (3.0, 1.0));
        assert_eq!((found[1].summary.count, found[1].wis_relative), (2, 0.25));
        let by = scored(text, None, &["place"]).unwrap();
        assert_eq!((by.len(), by[0].group[0].as_str(), by[1].model.as_str()), (4, "a", "mine"));
        assert!(by[0].wis_relative.is_nan());
    }

    #[test]
    fn what_is_wrong_with_a_table_is_told_at_its_line() {
        let codes = |text: &str, baseline: Option<&str>| scored(text, baseline, &[]).unwrap_err().codes();
        assert_eq!(codes("model,quantile,predicted\n", None), ["E140", "E140"]);
        let head = "model,quantile_level,predicted,observed\n";
        assert_eq!(codes(&format!("{head}a,half,x,1\n"), None), ["E141", "E141"]);
        assert_eq!(codes(&format!("{head}a,5,1,1\n"), None), ["E142"]);
        let told = scored(&format!("{head}model-a,0.5,1,1\n"), Some("modela"), &[]).unwrap_err();
        assert!(told.codes() == ["E143"] && told.to_string().contains("model-a"), "{told}");
        assert!(score_file(Path::new("nothing.csv"), &ScoreOptions::default()).is_err());
    }
}
