//! Pipes, pumps, valves and their statuses.
use super::reader::{Reader, Row, Section, is};
use crate::water::network::{Formula, Kind, Link, Network, Pump, PumpCurve, Status};
use citytwin_world::problem::Problem;
use citytwin_world::suggest::did_you_mean;
use citytwin_world::text::Word;

/// As much as any.
const ANY: f64 = 1e10;
const VALVES: [(&str, Kind); 6] = [
    ("PRV", Kind::Prv),
    ("PSV", Kind::Psv),
    ("PBV", Kind::Pbv),
    ("FCV", Kind::Fcv),
    ("TCV", Kind::Tcv),
    ("GPV", Kind::Gpv),
];

impl<'t> Reader<'t> {
    /// All links: pipes, pumps, valves.
    pub(super) fn links(&mut self, net: &mut Network) {
        for row in self.rows(Section::Pipes) {
            let link = self.pipe(&row, net);
            self.add_link(&row, link, net);
        }
        for row in self.rows(Section::Pumps) {
            let link = self.pump(&row, net);
            self.add_link(&row, link, net);
        }
        for row in self.rows(Section::Valves) {
            let link = self.valve(&row, net);
            self.add_link(&row, link, net);
        }
    }

    fn add_link(&mut self, row: &Row<'t>, link: Option<Link>, net: &mut Network) {
        let number = net.links.len() as u32;
        if self.links.insert(row[0].text, number).is_some() {
            self.error("E074", row[0], format!("a link `{}` is given twice", row[0].clip()));
        }
        // One that is refused stays as a name, so that nobody complains that it isn't there.
        let link = link.unwrap_or(Link { id: row[0].text.to_owned(), ..Link::default() });
        if link.kind.is_valve() {
            net.valves.push(number);
        }
        net.links.push(link);
    }

    fn ends(&mut self, row: &Row<'t>) -> Option<(u32, u32)> {
        let ends = (self.node(row[1]), self.node(row[2]));
        let (Some(from), Some(to)) = ends else { return None };
        if from == to {
            self.error("E072", row[2], "a link joins two different nodes");
            return None;
        }
        Some((from, to))
    }

    fn pipe(&mut self, row: &Row<'t>, net: &Network) -> Option<Link> {
        if self.is_short(row, 6, "a pipe has two nodes, a length, a diameter and a roughness") {
            return None;
        }
        let ends = self.ends(row);
        let names = ["a length", "a diameter", "a roughness"];
        let [length, diameter, roughness] = std::array::from_fn(|at| self.positive(row[at + 3], names[at]));
        let (mut kind, mut status, mut minor) = (Kind::Pipe, Status::Open, 0.0);
        for (at, word) in row.iter().enumerate().skip(6).take(2) {
            if is(*word, "CV") {
                kind = Kind::CheckValve;
            } else if is(*word, "CLOSED") {
                status = Status::Closed;
            } else if is(*word, "OPEN") {
                status = Status::Open;
            } else if at == 6 {
                minor = self.amount(*word, "a minor loss").unwrap_or(0.0);
            } else {
                self.error("E072", *word, format!("a pipe is OPEN, CLOSED or CV, not `{}`", word.clip()));
            }
        }
        let ((from, to), length, diameter, roughness) = (ends?, length?, diameter?, roughness?);
        let units = &net.units;
        // Of Darcy-Weisbach it is a thousandth of a foot, or a millimetre.
        let rough = net.options.formula == Formula::DarcyWeisbach;
        let roughness = if rough { roughness / (1000.0 * units.length) } else { roughness };
        let diameter = diameter / units.diameter;
        Some(Link {
            id: row[0].text.to_owned(),
            from,
            to,
            kind,
            diameter,
            length: length / units.length,
            roughness,
            resistance: 0.0,
            minor: loss(minor, diameter),
            setting: Some(roughness),
            status,
        })
    }

    fn pump(&mut self, row: &Row<'t>, net: &mut Network) -> Option<Link> {
        if self.is_short(row, 4, "a pump has two nodes and a curve or power, such as HEAD 1") {
            return None;
        }
        let ends = self.ends(row);
        let (mut curve, mut speed, mut pattern) = (None, 1.0, None);
        if row[3].number().is_some() {
            let values: Option<Vec<f64>> =
                row[3..].iter().map(|word| self.positive(*word, "a head, flow or power")).collect();
            curve = values.and_then(|values| self.old_curve(row[3], &values, net));
        } else {
            for pair in row[3..].chunks(2) {
                let [key, value] = pair else {
                    self.error("E071", pair[0], "a value is missing after this word");
                    break;
                };
                if is(*key, "HEAD") {
                    curve = self.curve(*value).and_then(|at| self.head_curve(*value, at, net));
                } else if is(*key, "POWER") {
                    let power = self.positive(*value, "a pump's power");
                    curve = power.map(|power| constant_power(power / net.units.power));
                } else if is(*key, "SPEE") {
                    speed = self.amount(*value, "a pump's speed").unwrap_or(1.0);
                } else if is(*key, "PATT") {
                    pattern = self.pattern(*value);
                } else {
                    let problem = Problem::error("E075", format!("a pump knows no `{}`", key.clip()));
                    let help =
                        did_you_mean(key.text, &["HEAD", "POWER", "SPEED", "PATTERN"]).unwrap_or_default();
                    self.tell(problem.help(help), *key);
                }
            }
            let told = row[3..].iter().any(|word| is(*word, "HEAD") || is(*word, "POWER"));
            if curve.is_none() && !told {
                self.error("E071", row[0], "a pump has a curve or power, such as HEAD 1 or POWER 50");
            }
        }
        let ((from, to), (curve, first_flow, head_max)) = (ends?, curve?);
        let kind = Kind::Pump(net.pumps.len() as u32);
        net.pumps.push(Pump { link: net.links.len() as u32, curve, first_flow, head_max, pattern });
        let id = row[0].text.to_owned();
        Some(Link { id, from, to, kind, setting: Some(speed), status: Status::Open, ..Link::default() })
    }

    /// Numbers in place of a curve, as old files have them.
    fn old_curve(&mut self, word: Word<'t>, values: &[f64], net: &Network) -> Option<(PumpCurve, f64, f64)> {
        let points = match *values {
            [power] => return Some(constant_power(power / net.units.power)),
            [head, flow] => [[0.0, 1.33334 * head], [flow, head], [2.0 * flow, 0.0]],
            [h0, h1, q1, h2, q2, ..] => [[0.0, h0], [q1, h1], [q2, h2]],
            _ => {
                self.error("E078", word, "a pump has a power, a head and flow, or three heads and two flows");
                return None;
            }
        };
        self.power_curve(word, points, net)
    }

    /// Head by flow from a curve of one, three or more points.
    fn head_curve(&mut self, word: Word<'t>, at: u32, net: &Network) -> Option<(PumpCurve, f64, f64)> {
        let curve = &net.curves[at as usize];
        match (curve.x.as_slice(), curve.y.as_slice()) {
            ([flow], [head]) => {
                let points = [[0.0, 1.33334 * head], [*flow, *head], [2.0 * flow, 0.0]];
                self.power_curve(word, points, net)
            }
            ([0.0, q1, q2], [h0, h1, h2]) => {
                self.power_curve(word, [[0.0, *h0], [*q1, *h1], [*q2, *h2]], net)
            }
            ([first, .., last], [head, ..]) if curve.y.windows(2).all(|pair| pair[1] < pair[0]) => {
                let flow = (first + last) / 2.0 / net.units.flow;
                Some((PumpCurve::Points(at), flow, head / net.units.length))
            }
            _ => {
                self.error("E078", word, "a pump's curve has one point, or heads that fall as flows grow");
                None
            }
        }
    }

    /// `head = h0 - b · flow^c` through three points.
    fn power_curve(
        &mut self,
        word: Word<'t>,
        [[_, h0], [q1, h1], [q2, h2]]: [[f64; 2]; 3],
        net: &Network,
    ) -> Option<(PumpCurve, f64, f64)> {
        const LEAST: f64 = 1e-6;
        let falls = h0 >= LEAST && h0 - h1 >= LEAST && h1 - h2 >= LEAST && q1 >= LEAST && q2 - q1 >= LEAST;
        let n = ((h0 - h2) / (h0 - h1)).ln() / (q2 / q1).ln();
        if !(falls && n > 0.0 && n <= 20.0) {
            self.error("E078", word, "no curve of falling heads goes through the points of this pump");
            return None;
        }
        let r = (h0 - h1) / q1.powf(n);
        let units = &net.units;
        let curve =
            PumpCurve::Power { shutoff: -h0 / units.length, r: r * units.flow.powf(n) / units.length, n };
        Some((curve, q1 / units.flow, h0 / units.length))
    }

    fn valve(&mut self, row: &Row<'t>, net: &Network) -> Option<Link> {
        if self.is_short(row, 6, "a valve has two nodes, a diameter, a type and a setting") {
            return None;
        }
        let ends = self.ends(row);
        let diameter = self.positive(row[3], "a diameter");
        let kind = VALVES.iter().find(|(name, _)| is(row[4], name)).map(|(_, kind)| *kind);
        if kind.is_none() {
            let problem = Problem::error("E075", format!("no type of valve is called `{}`", row[4].clip()));
            let help = did_you_mean(row[4].text, &VALVES.map(|(name, _)| name)).unwrap_or_default();
            self.tell(problem.help(help), row[4]);
        }
        let minor = row.get(6).and_then(|word| self.amount(*word, "a minor loss")).unwrap_or(0.0);
        let setting = match kind? {
            Kind::Gpv => self.curve(row[5]).map(f64::from),
            _ => self.amount(row[5], "a setting"),
        };
        if let (Kind::Gpv, Some(at)) = (kind?, setting)
            && net.curves[at as usize].x.len() < 2
        {
            self.error("E078", row[5], "a curve of head loss has at least two points");
            return None;
        }
        let ((from, to), diameter, kind, setting) = (ends?, diameter?, kind?, setting?);
        self.check_valve_place(row, kind, (from, to), net)?;
        let diameter = diameter / net.units.diameter;
        let setting = Some(in_feet(kind, setting, net));
        let status = if kind == Kind::Gpv { Status::Open } else { Status::Active };
        let (id, minor) = (row[0].text.to_owned(), loss(minor, diameter));
        Some(Link { id, from, to, kind, diameter, minor, setting, status, ..Link::default() })
    }

    /// Regulating valves stand between junctions, and not so that two of them hold one node.
    fn check_valve_place(
        &mut self,
        row: &Row<'t>,
        kind: Kind,
        (from, to): (u32, u32),
        net: &Network,
    ) -> Option<()> {
        if !kind.regulates() {
            return Some(());
        }
        if let Some(end) = [from, to].iter().position(|node| (*node as usize) >= net.junctions) {
            let problem = Problem::error("E076", "a PRV, PSV or FCV can't stand at a reservoir or tank");
            self.tell(problem.help("put a short pipe between"), row[1 + end]);
            return None;
        }
        let clash = net.valves.iter().map(|at| &net.links[*at as usize]).any(|other| {
            let series = |up: &Link| up.to == from;
            match (other.kind, kind) {
                (Kind::Prv, Kind::Prv) => other.to == to || other.to == from || other.from == to,
                (Kind::Psv, Kind::Psv) => other.from == from || other.from == to || other.to == from,
                (Kind::Psv, Kind::Prv) | (Kind::Fcv, Kind::Prv) => other.from == to,
                (Kind::Prv, Kind::Psv) | (Kind::Fcv, Kind::Psv) | (Kind::Prv, Kind::Fcv) => series(other),
                (Kind::Psv, Kind::Fcv) => other.from == to,
                _ => false,
            }
        });
        if clash {
            self.error("E076", row[0], "two regulating valves hold one node, or follow each other");
            return None;
        }
        Some(())
    }

    /// Statuses and settings at the start.
    pub(super) fn statuses(&mut self, net: &mut Network) {
        for row in self.rows(Section::Status) {
            if self.is_short(&row, 2, "a link has a status or setting") {
                continue;
            }
            let last = row[row.len() - 1];
            let status = match last {
                word if is(word, "OPEN") => Some(Status::Open),
                word if is(word, "CLOSED") => Some(Status::Closed),
                word if is(word, "ACTIVE") => continue,
                _ => None,
            };
            let value = match status {
                None => self.amount(last, "a setting"),
                Some(_) => Some(0.0),
            };
            let Some(value) = value else { continue };
            for at in self.status_links(&row, net) {
                if net.links[at as usize].kind == Kind::CheckValve && row.len() == 2 {
                    self.error("E072", row[0], "a pipe with a check valve has no status of its own");
                    continue;
                }
                self.give_status(at as usize, status, value, net);
            }
        }
    }

    /// The links that a line of statuses names: one, or all from one name to another.
    fn status_links(&mut self, row: &Row<'t>, net: &Network) -> Vec<u32> {
        if row.len() == 2 {
            return self.link(row[0]).into_iter().collect();
        }
        let ids = net.links.iter().map(|link| link.id.as_str()).zip(0..);
        match (row[0].text.parse::<i64>(), row[1].text.parse::<i64>()) {
            (Ok(low), Ok(high)) => {
                let within = |id: &str| id.parse().is_ok_and(|number: i64| (low..=high).contains(&number));
                ids.filter(|(id, _)| within(id)).map(|(_, at)| at).collect()
            }
            _ => {
                let within = |id: &str| row[0].text <= id && id <= row[1].text;
                ids.filter(|(id, _)| within(id)).map(|(_, at)| at).collect()
            }
        }
    }

    fn give_status(&mut self, at: usize, status: Option<Status>, value: f64, net: &mut Network) {
        let kind = net.links[at].kind;
        let inside = in_feet(kind, value, net);
        let link = &mut net.links[at];
        match (kind, status) {
            (Kind::CheckValve, _) => {}
            (Kind::Pipe | Kind::Gpv, Some(status)) => link.status = status,
            (Kind::Pipe | Kind::Gpv, None) => {}
            (Kind::Pump(_), None) => {
                link.setting = Some(value);
                link.status = if value == 0.0 { Status::Closed } else { Status::Open };
            }
            (Kind::Pump(_), Some(status)) => {
                if status == Status::Open {
                    link.setting = Some(1.0);
                }
                link.status = status;
            }
            (_, status) => {
                link.setting = if status.is_none() { Some(inside) } else { None };
                link.status = status.unwrap_or(Status::Active);
            }
        }
    }
}

/// A setting in feet and cubic feet per second.
pub(super) fn in_feet(kind: Kind, setting: f64, net: &Network) -> f64 {
    match kind {
        Kind::Prv | Kind::Psv | Kind::Pbv => setting / net.units.pressure,
        Kind::Fcv => setting / net.units.flow,
        _ => setting,
    }
}

/// Head per square of flow that a coefficient of minor loss means.
fn loss(coefficient: f64, diameter: f64) -> f64 {
    0.02517 * coefficient / diameter.powi(4)
}

/// A pump of so many horsepower.
fn constant_power(horsepower: f64) -> (PumpCurve, f64, f64) {
    (PumpCurve::Constant { r: -8.814 * horsepower }, 1.0, ANY)
}
