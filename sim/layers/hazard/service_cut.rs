//! Fewer buses or metros run: a strike, drivers who are ill, a shortage of fuel.
use super::schedule::{FROM, Schedule, UNTIL};
use super::station_closure::named;
use citytwin_engine::{Board, KeySpec, Kind, Layer, Levers, Now, Params, Phase, Unit};
use citytwin_world::passengers::ServiceCut;
use citytwin_world::problem::Problems;
use citytwin_world::{City, LineId, Mode, World};

const KEYS: &[KeySpec] = &[
    FROM,
    UNTIL,
    KeySpec::new("share", Unit::Ratio)
        .default(0.5)
        .range(0.0, 1.0)
        .about("Share of the runs that don't run, drawn anew every day; a run under way goes on to its end.")
        .source("assumption"),
    KeySpec::new("modes", Unit::List(&Unit::Text))
        .words(&["bus", "metro"])
        .choices(&["bus", "metro"])
        .about("Which vehicles are cut.")
        .source("choice of the scenario"),
    KeySpec::new("lines", Unit::List(&Unit::Text))
        .about("Names of the lines cut; unset, all of the modes.")
        .source("choice of the scenario"),
];

/// The hazard as scenarios build it.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "service_cut",
    summary: "A share of the runs of buses or metros does not run; shows where vehicles can fill.",
    keys: KEYS,
    build: |params, city| {
        let schedule = Schedule::with(params);
        Ok(Box::new(Cut { schedule, cuts: cuts(params, city)? }) as Box<dyn Layer>)
    },
};

/// Runs cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// When.
    pub schedule: Schedule,
    /// What is cut.
    pub cuts: Vec<ServiceCut>,
}

fn cuts(params: &Params, city: &City) -> Result<Vec<ServiceCut>, Problems> {
    let (share, names) = (params.f64("share") as f32, params.list("lines"));
    let lines: Vec<Option<LineId>> = if names.is_empty() {
        vec![None]
    } else {
        named(&names, city.transit.line_name.as_slice(), "line")?.map(|line| Some(LineId(line))).collect()
    };
    let cut = |mode: Mode| lines.iter().map(move |line| ServiceCut { mode: Some(mode), line: *line, share });
    let modes = params.list("modes");
    let wanted = [Mode::Bus, Mode::Metro].into_iter().filter(|mode| modes.iter().any(|m| m == mode.name()));
    Ok(wanted.flat_map(cut).collect())
}

impl Layer for Cut {
    fn name(&self) -> &'static str {
        "service_cut"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard]
    }
    fn run(&mut self, _: Phase, now: Now, world: &mut World, _: &Levers, _: &mut Board) {
        if self.schedule.acts(now) {
            world.services.passengers.coming.cuts.extend(&self.cuts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_lines_are_cut_as_named() {
        let mut city = City::default();
        for (name, mode) in [("1", Mode::Bus), ("2", Mode::Bus), ("M", Mode::Metro)] {
            city.transit.line_name.push(name.into());
            city.transit.line_mode.push(mode);
        }
        let concerned = |values: &[(&str, &str)]| {
            let params = Params::written(KEYS, values).expect("fine");
            cuts(&params, &city).map_err(|problems| format!("{problems:?}")).map(|cuts| {
                let all = city.transit.line_mode.iter();
                let cut = all.filter(|(line, mode)| cuts.iter().any(|cut| cut.concerns(*line, **mode)));
                cut.map(|(line, _)| line.0).collect::<Vec<_>>()
            })
        };
        assert_eq!(concerned(&[]), Ok(vec![0, 1, 2]));
        assert_eq!(concerned(&[("modes", "[bus]")]), Ok(vec![0, 1]));
        assert_eq!(concerned(&[("lines", "[\"2\", M]")]), Ok(vec![1, 2]));
        assert_eq!(concerned(&[("modes", "[bus]"), ("lines", "[\"2\", M]")]), Ok(vec![1]));
        assert!(concerned(&[("lines", "[\"9\"]")]).expect_err("refused").contains("E050"));
    }
}
