//! Junctions, reservoirs, tanks, demands and emitters.
use super::reader::{Reader, Row, Section, is};
use crate::water::network::{Demand, Network, Node, Tank};
use citytwin_world::text::Word;
use std::f64::consts::PI;

impl<'t> Reader<'t> {
    /// All nodes, junctions first.
    pub(super) fn nodes(&mut self, net: &mut Network) {
        for row in self.rows(Section::Junctions) {
            self.junction(&row, net);
        }
        net.junctions = net.nodes.len();
        for section in [Section::Reservoirs, Section::Tanks] {
            for row in self.rows(section) {
                self.fixed(&row, net);
            }
        }
        for row in self.rows(Section::Emitters) {
            if self.is_short(&row, 2, "an emitter has a coefficient") {
                continue;
            }
            let (node, coefficient) = (self.node(row[0]), self.amount(row[1], "an emitter's coefficient"));
            let (Some(node), Some(coefficient)) = (node, coefficient) else { continue };
            if (node as usize) < net.junctions && coefficient > 0.0 {
                let exponent = net.options.emitter_exponent;
                let loss = net.units.flow.powf(exponent) / net.units.pressure / coefficient.powf(exponent);
                net.nodes[node as usize].emitter = loss;
            }
        }
    }

    fn junction(&mut self, row: &Row<'t>, net: &mut Network) {
        self.add_node(row[0], net.nodes.len() as u32);
        let elevation = row.get(1).and_then(|word| self.number(*word, "an elevation"));
        if row.len() < 2 {
            self.is_short(row, 2, "a junction has an elevation");
        }
        let base = row.get(2).and_then(|word| self.number(*word, "a demand"));
        let pattern = row.get(3).and_then(|word| self.pattern(*word));
        net.nodes.push(Node {
            id: row[0].text.to_owned(),
            elevation: elevation.unwrap_or(0.0) / net.units.length,
            emitter: 0.0,
            demands: vec![Demand { base: base.unwrap_or(0.0) / net.units.flow, pattern }],
        });
    }

    /// A reservoir (head, pattern) or a tank (elevation, three levels, diameter and more).
    fn fixed(&mut self, row: &Row<'t>, net: &mut Network) {
        self.add_node(row[0], net.nodes.len() as u32);
        let short = row.len() < 2 || (4..6).contains(&row.len());
        if short {
            self.is_short(row, 6, "a reservoir has a head, a tank an elevation, three levels and a diameter");
        }
        let elevation = row.get(1).and_then(|word| self.number(*word, "an elevation or head"));
        let elevation = elevation.unwrap_or(0.0) / net.units.length;
        let mut tank = Tank { head: [elevation; 3], ..Tank::default() };
        if row.len() == 3 {
            tank.pattern = self.pattern(row[2]);
        } else if row.len() >= 6 {
            self.tank(row, elevation, &mut tank, net);
        }
        net.nodes.push(Node { id: row[0].text.to_owned(), elevation, ..Node::default() });
        net.tanks.push(tank);
    }

    fn tank(&mut self, row: &Row<'t>, elevation: f64, tank: &mut Tank, net: &Network) {
        let names =
            ["the initial level", "the minimum level", "the maximum level", "the diameter", "a volume"];
        let amount = |reader: &mut Self, at: usize| {
            row.get(at + 2).and_then(|word| reader.amount(*word, names[at])).unwrap_or(0.0)
        };
        let [first, least, most, diameter, volume] = std::array::from_fn(|at| amount(self, at));
        if diameter == 0.0 {
            return;
        }
        let (length, cubic) = (net.units.length, net.units.volume());
        tank.area = PI * (diameter / length).powi(2) / 4.0;
        tank.head = [first, least, most].map(|level| elevation + level / length);
        let area = PI * diameter * diameter / 4.0;
        let bottom = if volume > 0.0 { volume } else { area * least };
        tank.volume = [bottom + area * (first - least), bottom, bottom + area * (most - least)];
        if least > most || first > most || first < least {
            let what = "the initial level lies between the minimum and the maximum level";
            self.faults.error("E072", row[2].start..row[4].span().end, what);
        }
        if let Some(word) = row.get(7).filter(|word| !word.text.is_empty() && word.text != "*") {
            self.volume_curve(*word, [first, least, most], tank, net);
        }
        tank.volume = tank.volume.map(|volume| volume / cubic);
        if let Some(word) = row.get(8) {
            tank.overflows = is(*word, "YES");
            if !tank.overflows && !is(*word, "NO") {
                self.error("E072", *word, format!("overflow is YES or NO, not `{}`", word.clip()));
            }
        }
    }

    fn volume_curve(&mut self, word: Word<'t>, levels: [f64; 3], tank: &mut Tank, net: &Network) {
        let Some(at) = self.curve(word) else { return };
        let curve = &net.curves[at as usize];
        let ([Some(low), Some(high)], true) = ([curve.x.first(), curve.x.last()], curve.x.len() > 1) else {
            return self.error("E078", word, "a curve of volume has at least two points");
        };
        if levels[1] < *low || levels[2] > *high {
            return self.error(
                "E078",
                word,
                "the curve of volume doesn't reach the minimum and maximum level",
            );
        }
        if curve.y.windows(2).any(|pair| pair[1] <= pair[0]) {
            return self.error("E078", word, "a curve of volume goes up");
        }
        tank.curve = Some(at);
        tank.volume = levels.map(|level| curve.value(level));
        let rise = curve.y[curve.y.len() - 1] - curve.y[0];
        tank.area = rise / (high - low) / net.units.length.powi(2);
    }

    /// Demands by category, which replace those of [JUNCTIONS], and the pattern of those that name none.
    pub(super) fn demands(&mut self, net: &mut Network) {
        let mut replaced = vec![false; net.junctions];
        for row in self.rows(Section::Demands) {
            if self.is_short(&row, 2, "a demand has a flow") {
                continue;
            }
            if is(row[0], "MULT") && !self.nodes.contains_key(row[0].text) {
                net.options.demand_factor = self.positive(row[1], "the multiplier").unwrap_or(1.0);
                continue;
            }
            let (node, base) = (self.node(row[0]), self.number(row[1], "a demand"));
            let pattern = row.get(2).and_then(|word| self.pattern(*word));
            let (Some(node), Some(base)) = (node, base) else { continue };
            let Some(list) = net.nodes.get_mut(node as usize).map(|node| &mut node.demands) else { continue };
            let Some(done) = replaced.get_mut(node as usize) else { continue };
            if !std::mem::replace(done, true) {
                list.clear();
            }
            list.push(Demand { base: base / net.units.flow, pattern });
        }
        if let Some(&usual) = self.patterns.get(self.default_pattern) {
            for demand in net.nodes.iter_mut().flat_map(|node| &mut node.demands) {
                demand.pattern = demand.pattern.or(Some(usual));
            }
        }
    }
}
