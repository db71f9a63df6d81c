//! What the codes of studies, calibrations and forecasts mean.

use crate::codes::{CodeSpec, code};

/// The codes that `citytwin score`, `calibrate`, `forecast` and `gather` give.
pub const STUDY_CODES: &[CodeSpec] = &[
    code(
        "E115",
        "a value that can't wander",
        "`drift` lets a value wander while data are followed: by its share of the value, a day. Only a value told in the \
         logarithm wanders, so that it grows and shrinks alike.",
        "wrong: \"disease.beta\" = { low = 0.1, high = 0.4, drift = 3 }\n\
         right: \"disease.beta\" = { low = 0.1, high = 0.4, log = true, drift = \"5 %\" }",
    ),
    code(
        "E116",
        "a column that the data haven't",
        "[data] of a study names the columns of the table of observations: `date`, and under `columns` one for each metric.",
        "right: [data]\ndate = \"day\"\ncolumns = { onsets_persons = \"cases\" }",
    ),
    code(
        "E117",
        "nothing to gather",
        "`citytwin gather FOLDER` makes the tables of a sweep that was sent to a scheduler for that folder, once its runs \
         are made. While they are, all lies in FOLDER.partial.",
        "right: citytwin sweep study.toml --engine slurm --out runs/far\nthen: citytwin gather runs/far",
    ),
    code(
        "E140",
        "a column that the table hasn't",
        "A table of forecasts has a row per quantile with the columns `quantile_level`, `predicted` and `observed`; \
         observations have `date` and a column per metric.",
        "wrong: date,level,value\nright: date,model,quantile_level,predicted,observed",
    ),
    code(
        "E141",
        "a cell that is no number or date",
        "Numbers are written with a decimal point and without spaces or units, dates as 2020-01-22. A cell may be empty \
         where nothing was observed.",
        "wrong: 1,204\nright: 1204",
    ),
    code(
        "E142",
        "nothing to score",
        "A forecast is scored by its quantiles, at levels from 0 to 1, and what was then observed; no row has all of these.",
        "right: 2020-02-01,mine,0.5,120,131",
    ),
    code(
        "E143",
        "a baseline that made no forecast",
        "The other models are set beside the baseline on the forecasts that both made, so it must stand in the table.",
        "right: --baseline persistence",
    ),
    code(
        "E144",
        "a column that is no metric",
        "Each column of observations is named after the metric that it is set beside; `citytwin list metrics` has them.",
        "wrong: date,cases\nright: date,known_incidence_persons",
    ),
    code(
        "E145",
        "observations that the run doesn't meet",
        "Observations are set beside the days of the simulated run. None of theirs is one of its days.",
        "right: [time] start and days that hold the dates of the observations",
    ),
    code(
        "E146",
        "a study without a prior",
        "To learn a value from data it must be said what it may be: a range, or mean and sd, for each key under [prior].",
        "right: [prior]\n\"disease.r0\" = { low = 1.5, high = 4 }",
    ),
    code(
        "E147",
        "two days of one date",
        "Each date of the observations has one row, and they stand in order.",
        "right: one row for each date",
    ),
    code(
        "E148",
        "a forecast that begins where it can't",
        "A forecast begins on a day of the run after the first observation, and ends on one of its days.",
        "wrong: --from 2019-12-01 for a run from 2020-01-01\nright: --from 2020-01-22 --days 14",
    ),
    code(
        "E149",
        "no run was like the observations",
        "All runs of the ensemble failed, or none of them has a value on the days observed.",
        "right: wider ranges under [prior], or more members",
    ),
];
