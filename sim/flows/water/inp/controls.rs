//! Simple controls: `LINK id status IF NODE id ABOVE value`, `… AT TIME t`, `… AT CLOCKTIME t AM`.
use super::links::in_feet;
use super::options::hours;
use super::reader::{Reader, Row, Section, is};
use crate::water::network::{Kind, Network, Status};
use crate::water::orders::{Control, Trigger};

impl<'t> Reader<'t> {
    /// All simple controls.
    pub(super) fn controls(&mut self, net: &mut Network) {
        for row in self.rows(Section::Controls) {
            if row.len() < 6 {
                let place = row[0].start..row[row.len() - 1].span().end;
                let what = "a control reads `LINK id OPEN|CLOSED|setting IF NODE id ABOVE|BELOW value` or `… AT TIME t`";
                self.faults.error("E077", place, what);
                continue;
            }
            let link = self.link(row[1]);
            let given = link.and_then(|link| self.given(&row, net.links[link as usize].kind, link, net));
            let trigger = self.trigger(&row, net);
            if let (Some(link), Some((status, setting)), Some(trigger)) = (link, given, trigger) {
                net.controls.push(Control { link, status, setting, trigger });
            }
        }
    }

    /// Status and setting that a control gives.
    fn given(
        &mut self,
        row: &Row<'t>,
        kind: Kind,
        link: u32,
        net: &Network,
    ) -> Option<(Status, Option<f64>)> {
        let word = row[2];
        let own = net.links[link as usize].setting.filter(|_| kind == Kind::Gpv);
        if kind == Kind::CheckValve {
            self.error("E077", row[1], "a pipe with a check valve can't be controlled");
            return None;
        }
        if is(word, "OPEN") || is(word, "CLOSED") {
            let open = is(word, "OPEN");
            let speed = kind.is_pump().then_some(if open { 1.0 } else { 0.0 });
            return Some((if open { Status::Open } else { Status::Closed }, speed.or(own)));
        }
        if kind == Kind::Gpv {
            self.error("E077", word, "a general-purpose valve can be opened and closed only");
            return None;
        }
        let value = self.amount(word, "a setting")?;
        let setting = in_feet(kind, value, net);
        Some(match kind {
            Kind::Pipe | Kind::Pump(_) if value == 0.0 => (Status::Closed, Some(setting)),
            Kind::Pipe | Kind::Pump(_) => (Status::Open, Some(setting)),
            _ => (Status::Active, Some(setting)),
        })
    }

    fn trigger(&mut self, row: &Row<'t>, net: &Network) -> Option<Trigger> {
        let clock = is(row[4], "CLOCKTIME");
        if clock || is(row[4], "TIME") {
            let time = hours(row[5], row.get(6).copied()).filter(|hours| *hours < 1e7);
            let Some(time) = time else {
                self.error("E077", row[5], format!("`{}` is no time such as 6:30 or 6 AM", row[5].clip()));
                return None;
            };
            let seconds = (3600.0 * time) as i64;
            return Some(if clock { Trigger::Clock(seconds % 86_400) } else { Trigger::At(seconds) });
        }
        let Some(&value) = row.get(7) else {
            let place = row[0].start..row[row.len() - 1].span().end;
            self.faults.error("E077", place, "a control by a node ends with ABOVE or BELOW and a value");
            return None;
        };
        let (node, level) = (self.node(row[5]), self.number(value, "a level or pressure"));
        let above = is(row[6], "ABOVE");
        if !above && !is(row[6], "BELOW") {
            self.error("E077", row[6], format!("ABOVE or BELOW is wanted here, not `{}`", row[6].clip()));
            return None;
        }
        let (node, level) = (node?, level?);
        let per_foot = if net.tank(node).is_some() { net.units.length } else { net.units.pressure };
        let head = net.nodes[node as usize].elevation + level / per_foot;
        Some(if above { Trigger::Above(node, head) } else { Trigger::Below(node, head) })
    }
}
