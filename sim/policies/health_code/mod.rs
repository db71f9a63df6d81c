//! The health code: a colour for every resident, made by rules from what the health commission has been told.
mod rules;

use crate::term::{SavedTerms, Terms};
use bitcode::{Decode, Encode};
use citytwin_engine::digest::mix;
use citytwin_engine::{Board, Code, CodeBook, Department, Kind, Levers, Now, Params, Policy};
use citytwin_world::problem::Problems;
use citytwin_world::{City, PersonId};
use rules::{KEYS, Rule};
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "health_code",
    summary: "Gives every resident a green, yellow or red code by what the health commission knows.",
    keys: KEYS,
    build,
};

struct HealthCode {
    rules: Vec<Rule>,
    /// Hour of the nightly batch; `None` where codes are made every hour.
    batch_hour: Option<u32>,
    book: Arc<CodeBook>,
    red: Terms,
    yellow: Terms,
    /// Records of the health commission already read.
    read: usize,
    begun: bool,
}

/// What it keeps over a restart.
#[derive(Encode, Decode)]
struct Memory {
    red: SavedTerms,
    yellow: SavedTerms,
    read: u64,
    begun: bool,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let batch_hour = (params.text("update") == "nightly").then(|| params.u32("update_hour"));
    Ok(Box::new(HealthCode {
        rules: rules::rules(params),
        batch_hour,
        book: Arc::new(CodeBook::filled(Code::Green, city.info.population as usize)),
        red: Terms::default(),
        yellow: Terms::default(),
        read: 0,
        begun: false,
    }))
}

impl HealthCode {
    /// Reads what is new, ends what is over, and gives those persons their colour.
    fn update(&mut self, tick: u32, board: &Board) {
        let known = board.known(Department::HealthCommission);
        let mut touched = Vec::new();
        for record in known.get(self.read..).unwrap_or(&[]) {
            let Some(rule) = self.rules.iter().find(|rule| rule.kind == record.kind) else { continue };
            let until = record.observed_tick.saturating_add(rule.term_ticks);
            if until <= tick {
                continue;
            }
            let terms = if rule.code == Code::Red { &mut self.red } else { &mut self.yellow };
            if terms.bind(record.person, until) {
                touched.push(record.person);
            }
        }
        self.read = known.len();
        touched.extend(self.red.expire(tick));
        touched.extend(self.yellow.expire(tick));
        self.paint(&touched);
    }

    fn paint(&mut self, persons: &[PersonId]) {
        let colour = |person| match () {
            () if self.red.binds(person) => Code::Red,
            () if self.yellow.binds(person) => Code::Yellow,
            () => Code::Green,
        };
        let Some(last) = persons.iter().max() else { return };
        let book = Arc::make_mut(&mut self.book);
        while book.len() <= last.0 as usize {
            book.push(Code::Green);
        }
        for person in persons {
            book[*person] = colour(*person);
        }
    }
}

impl Policy for HealthCode {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        if !self.begun || self.batch_hour.is_none_or(|hour| now.hour() == hour) {
            self.begun = true;
            self.update(now.tick, board);
        }
        levers.assert_codes(&self.book);
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&Memory {
            red: self.red.save(),
            yellow: self.yellow.save(),
            read: self.read as u64,
            begun: self.begun,
        })
    }

    fn digest(&self) -> u64 {
        let read = (self.read as u64) << 1 | u64::from(self.begun);
        [self.red.digest(), self.yellow.digest(), read].iter().fold(0, |digest, part| match digest | part {
            0 => 0,
            _ => mix(digest ^ part),
        })
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(saved) = bitcode::decode::<Memory>(memory) else { return false };
        self.red = Terms::load(saved.red);
        self.yellow = Terms::load(saved.yellow);
        self.read = saved.read as usize;
        self.begun = saved.begun;
        let bound: Vec<PersonId> = self.red.persons().chain(self.yellow.persons()).collect();
        self.paint(&bound);
        true
    }
}

#[cfg(test)]
mod tests;
