//! `citytwin solve water`: heads and flows of a water network over time.
use super::files::{findings, quoted, read_all, write_whole};
use crate::output::{Failure, Format, note, say, say_json};
use citytwin_flows::water::{Event, Network, Read, Run, read_inp};
use citytwin_world::problem::Problem;
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Solves a water network given as an EPANET input file: pipes, pumps, tanks, valves, leaks, controls and rules.
///
/// Writes head_m.csv, pressure_m.csv and demand_m3s.csv (a column per node) and flow_m3s.csv (a column per link), with a
/// row for each report time, in seconds. Water quality and energy are not worked out.
#[derive(Args)]
pub struct Water {
    /// EPANET input file.
    network: PathBuf,
    /// Folder to write the tables to; it is made where it isn't there.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How the result is told.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The tables of a run, row by row.
struct Tables {
    head: String,
    pressure: String,
    demand: String,
    flow: String,
    rows: usize,
}

/// What a run came to.
struct Told {
    tables: Tables,
    periods: u32,
    trials: u64,
    events: Vec<Event>,
    wall_s: f64,
}

impl Water {
    /// Reads, solves, writes.
    pub fn run(&self) -> Result<(), Failure> {
        let texts = read_all(&[&self.network], self.format)?;
        let text = texts.first().map_or("", |(_, text)| text.as_str());
        let Read { network, warnings } = read_inp(&self.network, text).map_err(|problems| {
            Failure::Scenario(Box::new(findings(problems, texts.clone())), self.format)
        })?;
        if !warnings.is_empty() && self.format == Format::Text {
            note(&warnings.to_string());
        }
        let told = simulate(&network)?;
        if let Some(out) = &self.out {
            self.write(out, &told.tables)?;
        }
        let unbalanced = told.events.iter().find(|event| is_failure(event));
        self.tell(&network, &told)?;
        match unbalanced {
            Some(event) => Err(Failure::Run(words(event))),
            None => Ok(()),
        }
    }

    fn write(&self, out: &Path, tables: &Tables) -> Result<(), Failure> {
        std::fs::create_dir_all(out).map_err(|error| Failure::Run(format!("{}: {error}", out.display())))?;
        for (name, text) in [
            ("head_m.csv", &tables.head),
            ("pressure_m.csv", &tables.pressure),
            ("demand_m3s.csv", &tables.demand),
            ("flow_m3s.csv", &tables.flow),
        ] {
            write_whole(&out.join(name), text)?;
        }
        Ok(())
    }

    fn tell(&self, network: &Network, told: &Told) -> Result<(), Failure> {
        let (nodes, links) = (network.nodes.len(), network.links.len());
        let Told { tables, periods, trials, events, wall_s } = told;
        let rows = tables.rows;
        if self.format == Format::Json {
            let events: Vec<String> = events.iter().map(words).collect();
            return say_json(
                &json!({"nodes": nodes, "links": links, "report_times": rows, "periods": periods,
                "trials": trials, "wall_s": wall_s, "events": events, "out": self.out}),
            );
        }
        for event in summed(events) {
            note(&Problem::warning("W071", event).in_file(&self.network).to_string());
        }
        say(&format!(
            "{nodes} nodes, {links} links: {periods} periods with {trials} trials in {:.2} ms, {rows} report times",
            1e3 * wall_s
        ))
    }
}

/// Runs a network to its end, or to the first period without a solution that the file says to stop at.
fn simulate(network: &Network) -> Result<Told, Failure> {
    let start = Instant::now();
    let dense = |_| Failure::Run("no solution: the network is too dense to be factored in memory".to_owned());
    let mut run = Run::new(network).map_err(dense)?;
    let header = |ids: &mut dyn Iterator<Item = &String>| {
        let mut text = String::from("time_s");
        ids.for_each(|id| {
            text.push(',');
            text.push_str(&quoted(id));
        });
        text + "\n"
    };
    let nodes = header(&mut network.nodes.iter().map(|node| &node.id));
    let links = header(&mut network.links.iter().map(|link| &link.id));
    let mut tables =
        Tables { head: nodes.clone(), pressure: nodes.clone(), demand: nodes, flow: links, rows: 0 };
    let (mut periods, mut trials, mut events) = (0, 0, Vec::new());
    let mut report = network.times.report_start;
    loop {
        let met = run.solve();
        periods += 1;
        trials += u64::from(run.trials());
        let ends = met.iter().any(|event| must_end(network, event));
        events.extend(met);
        if run.time() >= report && run.has_numbers() {
            report += network.times.report_step;
            tables.rows += 1;
            row(&mut tables.head, run.time(), run.heads_m());
            row(&mut tables.pressure, run.time(), run.pressures_m());
            row(&mut tables.demand, run.time(), run.outflows_m3_s());
            row(&mut tables.flow, run.time(), run.flows_m3_s());
        }
        if ends || run.advance().is_none() {
            return Ok(Told { tables, periods, trials, events, wall_s: start.elapsed().as_secs_f64() });
        }
    }
}

fn row(text: &mut String, time: i64, values: impl Iterator<Item = f64>) {
    // Writing to a string can't fail.
    let _ = write!(text, "{time}");
    for value in values {
        let _ = write!(text, ",{value:.9}");
    }
    text.push('\n');
}

fn is_failure(event: &Event) -> bool {
    matches!(event, Event::Unbalanced { .. } | Event::Singular { .. })
}

/// Whether nothing can follow: no solution at all, or one that didn't come to rest where the file says STOP.
fn must_end(network: &Network, event: &Event) -> bool {
    match event {
        Event::Singular { .. } => true,
        Event::Unbalanced { error, .. } => {
            !error.is_finite() || network.options.unbalanced == citytwin_flows::water::Unbalanced::Stop
        }
        _ => false,
    }
}

/// A time as hours and minutes.
fn clock(time: i64) -> String {
    format!("{}:{:02}:{:02} h", time / 3600, time / 60 % 60, time % 60)
}

fn words(event: &Event) -> String {
    match event {
        Event::Unbalanced { time, trials, error, worst, change_m3_s } => format!(
            "at {} flows don't come to rest: after {trials} trials they change by {error:.2e} of their sum, most at \
             {worst} by {change_m3_s:.3e} m³/s",
            clock(*time)
        ),
        Event::Singular { time, node } => {
            format!("at {} there is no solution: junction {node} is cut off", clock(*time))
        }
        Event::Forced { time } => {
            format!("at {} flows come to rest only with all statuses kept as they are", clock(*time))
        }
        Event::NegativePressure { time, count, worst, pressure_m } => format!(
            "at {} {count} junction{} with demand have less than no pressure, most {worst} with {} m",
            clock(*time),
            if *count == 1 { "" } else { "s" },
            // What is cut off has no bottom.
            if *pressure_m > -1e6 { format!("{pressure_m:.1}") } else { format!("{pressure_m:.1e}") }
        ),
    }
}

/// The first event of each sort, with how many there are.
fn summed(events: &[Event]) -> Vec<String> {
    let mut told: Vec<(&Event, usize)> = Vec::new();
    for event in events {
        let alike =
            |other: &&mut (&Event, usize)| std::mem::discriminant(other.0) == std::mem::discriminant(event);
        match told.iter_mut().find(alike) {
            Some((_, count)) => *count += 1,
            None => told.push((event, 1)),
        }
    }
    let sentence = |(event, count): (&Event, usize)| match count {
        1 => words(event),
        _ => format!("{} (and {} later periods alike)", words(event), count - 1),
    };
    told.into_iter().map(sentence).collect()
}
