//! Rules: `RULE id`, `IF premise`, `AND|OR premise`, `THEN action`, `ELSE action`, `PRIORITY p`.
use super::links::in_feet;
use super::options::hours;
use super::reader::{Reader, Row, Section, is};
use crate::water::network::{Kind, Network, Status};
use crate::water::orders::{Action, Condition, Object, Operator, Premise, Rule, Variable};
use citytwin_world::text::Word;

/// Which part of a rule was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Name,
    If,
    Then,
    Else,
    Done,
}

const VARIABLES: [(&str, Variable); 12] = [
    ("DEMAND", Variable::Demand),
    ("HEAD", Variable::Head),
    ("GRADE", Variable::Head),
    ("LEVEL", Variable::Level),
    ("PRESSURE", Variable::Pressure),
    ("FLOW", Variable::Flow),
    ("STATUS", Variable::Status),
    ("SETTING", Variable::Setting),
    ("TIME", Variable::Time),
    ("CLOCKTIME", Variable::Clock),
    ("FILLTIME", Variable::FillTime),
    ("DRAINTIME", Variable::DrainTime),
];

const OPERATORS: [(&str, Operator); 10] = [
    ("<>", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::More),
    ("IS", Operator::Equal),
    ("NOT", Operator::Unequal),
    ("BELOW", Operator::Less),
    ("ABOVE", Operator::More),
];

impl<'t> Reader<'t> {
    /// All rules.
    pub(super) fn rules(&mut self, net: &mut Network) {
        let mut part = Part::None;
        let mut names = std::collections::BTreeSet::new();
        for row in self.rows(Section::Rules) {
            let (next, fits) = match row[0] {
                key if is(key, "RULE") => (Part::Name, true),
                key if is(key, "IF") => (Part::If, part == Part::Name),
                key if is(key, "AND") => (part, matches!(part, Part::If | Part::Then | Part::Else)),
                key if is(key, "OR") => (part, part == Part::If),
                key if is(key, "THEN") => (Part::Then, part == Part::If),
                key if is(key, "ELSE") => (Part::Else, part == Part::Then),
                key if is(key, "PRIO") => (Part::Done, matches!(part, Part::Then | Part::Else)),
                key => {
                    let what = format!("a line of a rule doesn't begin with `{}`", key.clip());
                    self.error("E077", key, what);
                    continue;
                }
            };
            if !fits {
                self.error("E077", row[0], format!("`{}` can't stand here in a rule", row[0].clip()));
                continue;
            }
            part = next;
            if part == Part::Name {
                if self.is_short(&row, 2, "a rule has a name") {
                    continue;
                }
                if !names.insert(row[1].text) {
                    self.error("E074", row[1], format!("a rule `{}` is given twice", row[1].clip()));
                }
                net.rules.push(Rule { id: row[1].text.to_owned(), ..Rule::default() });
                continue;
            }
            self.rule_line(&row, part, net);
        }
        if matches!(part, Part::Name | Part::If) {
            self.faults.whole(citytwin_world::problem::Problem::error("E077", "the last rule has no THEN"));
        }
    }

    fn rule_line(&mut self, row: &Row<'t>, part: Part, net: &mut Network) {
        let premise = if part == Part::If { self.premise(row, net) } else { None };
        let action = match part {
            Part::Then | Part::Else => self.action(row, net),
            _ => None,
        };
        let priority = match part {
            Part::Done => row.get(1).and_then(|word| self.number(*word, "a priority")),
            _ => None,
        };
        let Some(rule) = net.rules.last_mut() else { return };
        match part {
            Part::If => rule.premises.extend(premise),
            Part::Then => rule.then.extend(action),
            Part::Else => rule.otherwise.extend(action),
            _ => rule.priority = priority.unwrap_or(rule.priority),
        }
    }

    fn premise(&mut self, row: &Row<'t>, net: &Network) -> Option<Premise> {
        if !(5..=6).contains(&row.len()) {
            let place = row[0].start..row[row.len() - 1].span().end;
            let what = "a premise reads `IF TANK id LEVEL BELOW value` or `IF SYSTEM CLOCKTIME >= 8 AM`";
            self.faults.error("E077", place, what);
            return None;
        }
        let system = is(row[1], "SYSTEM");
        let at = if system { 2 } else { 3 };
        let variable =
            self.known(row[at], &VARIABLES, "a quantity such as LEVEL, PRESSURE, FLOW or STATUS")?;
        let operator = self.known(row[at + 1], &OPERATORS, "a comparison such as = or BELOW")?;
        let object = self.object(row, system)?;
        let tank = |node: u32| net.tank(node).is_some();
        let fits = match (object, variable) {
            (Object::System, Variable::Demand | Variable::Time | Variable::Clock) => true,
            (Object::Node(node), Variable::FillTime | Variable::DrainTime) => tank(node),
            (Object::Node(_), Variable::Demand | Variable::Head | Variable::Level | Variable::Pressure) => {
                true
            }
            (Object::Link(_), Variable::Flow | Variable::Status | Variable::Setting) => true,
            _ => false,
        };
        if !fits {
            self.error("E077", row[at], format!("`{}` has no `{}`", row[1].clip(), row[at].clip()));
            return None;
        }
        let condition = self.condition(row, at + 2, variable)?;
        Some(Premise { or: is(row[0], "OR"), object, variable, operator, condition })
    }

    fn object(&mut self, row: &Row<'t>, system: bool) -> Option<Object> {
        if system {
            return Some(Object::System);
        }
        let word = row[1];
        if ["JUNC", "RESER", "TANK", "NODE"].iter().any(|name| is(word, name)) {
            self.node(row[2]).map(Object::Node)
        } else if ["PIPE", "PUMP", "VALVE", "LINK"].iter().any(|name| is(word, name)) {
            self.link(row[2]).map(Object::Link)
        } else {
            let what = format!("a node, a link or SYSTEM is wanted here, not `{}`", word.clip());
            self.error("E077", word, what);
            None
        }
    }

    fn condition(&mut self, row: &Row<'t>, at: usize, variable: Variable) -> Option<Condition> {
        let last = row[row.len() - 1];
        if matches!(variable, Variable::Time | Variable::Clock) {
            let time = row.get(at).and_then(|word| hours(*word, row.get(at + 1).copied()));
            if time.is_none() {
                self.error("E077", last, format!("`{}` is no time such as 6:30 or 6 AM", last.clip()));
            }
            return time.map(|hours| Condition::Number(hours * 3600.0));
        }
        if let Some(status) = status(last) {
            return Some(Condition::Is(status));
        }
        let value = self.number(last, "what is compared with")?;
        let spans = matches!(variable, Variable::FillTime | Variable::DrainTime);
        Some(Condition::Number(if spans { 3600.0 * value } else { value }))
    }

    fn action(&mut self, row: &Row<'t>, net: &Network) -> Option<Action> {
        if row.len() != 6 {
            let place = row[0].start..row[row.len() - 1].span().end;
            self.faults.error("E077", place, "an action reads `THEN PUMP id STATUS IS CLOSED`");
            return None;
        }
        let link = self.link(row[2])?;
        let kind = net.links[link as usize].kind;
        if kind == Kind::CheckValve {
            self.error("E077", row[2], "a pipe with a check valve can't be controlled");
            return None;
        }
        if let Some(status) = status(row[5]) {
            return Some(Action { link, status: Some(status), setting: None });
        }
        let value = self.amount(row[5], "a setting")?;
        match kind {
            Kind::Gpv => {
                self.error("E077", row[5], "a general-purpose valve can be opened and closed only");
                None
            }
            Kind::Pipe => {
                let status = if value == 0.0 { Status::Closed } else { Status::Open };
                Some(Action { link, status: Some(status), setting: None })
            }
            _ => Some(Action { link, status: None, setting: Some(in_feet(kind, value, net)) }),
        }
    }

    fn known<T: Copy>(&mut self, word: Word<'t>, list: &[(&str, T)], wanted: &str) -> Option<T> {
        let found = list.iter().find(|(name, _)| is(word, name)).map(|(_, value)| *value);
        if found.is_none() {
            self.error("E077", word, format!("{wanted} is wanted here, not `{}`", word.clip()));
        }
        found
    }
}

/// The status that a word means.
fn status(word: Word<'_>) -> Option<Status> {
    [("OPEN", Status::Open), ("CLOSED", Status::Closed), ("ACTIVE", Status::Active)]
        .into_iter()
        .find(|(name, _)| is(word, name))
        .map(|(_, status)| status)
}
