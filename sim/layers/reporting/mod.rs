//! Departments observe what happens and tell the board, each with its own coverage, delay and error.
//!
//! Nobody sees another's records unless the responsibility list says so: communities, schools, employers and
//! operators look for contacts only of the cases they have been told of.
mod contacts;
mod desk;
mod encounters;
mod events;
mod feeds;
mod interviews;
mod known;
mod requests;
mod signals;
mod travels;

use citytwin_engine::{Board, Department, Kind, Layer, Levers, Now, Params, Phase, TracedCase};
use citytwin_world::DigitalFunction::{self, Code};
use citytwin_world::services::Meeting;
use citytwin_world::{PersonId, World};
use contacts::Companies;
use desk::{Desk, Neighbours};
pub use feeds::{Feed, KEYS, ReportingParams};
use known::KnownCases;
use requests::Asked;
use signals::CaseCount;
pub use signals::SIGNALS;
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Layer> = Kind {
    name: "reporting",
    summary: "Departments observe what happens and tell the board, each in its own way.",
    keys: KEYS,
    build: |params, _| Ok(Box::new(Reporting::new(params))),
};

/// The departments at work.
pub struct Reporting {
    params: ReportingParams,
    companies: Option<Companies>,
    neighbours: Option<Neighbours>,
    /// Patients when the hour began.
    patients: Vec<PersonId>,
    /// Infections that ran when the day began.
    active: Vec<u32>,
    /// What the health commission, communities, schools, employers and operators know.
    commission: KnownCases,
    communities: KnownCases,
    schools: KnownCases,
    employers: KnownCases,
    operators: KnownCases,
    /// Cases the health commission learnt of today.
    cases_today: u64,
    /// Cases interviewed today, and those whose phones were asked: empty at midnight.
    asked_today: (Vec<TracedCase>, Vec<TracedCase>),
}

impl Reporting {
    /// The layer with the checked keys of `[departments]`.
    pub fn new(params: &Params) -> Self {
        Self {
            params: ReportingParams::new(params),
            companies: None,
            neighbours: None,
            patients: Vec::new(),
            active: Vec::new(),
            commission: KnownCases::new(Department::HealthCommission),
            communities: KnownCases::new(Department::Communities),
            schools: KnownCases::new(Department::Schools),
            employers: KnownCases::new(Department::Employers),
            operators: KnownCases::new(Department::TelecomOperators),
            cases_today: 0,
            asked_today: Default::default(),
        }
    }

    /// The contacts of the cases that each department heard of with this hour.
    fn find_contacts(&mut self, now: Now, world: &World, levers: &Levers, board: &mut Board) {
        let residents = &world.people.residents;
        let communities = self.communities.fresh(board);
        let schools = self.schools.fresh(board);
        let employers = self.employers.fresh(board);
        let operators = self.operators.fresh(board);
        let neighbours = self.neighbours.get_or_insert_with(|| Neighbours::of_city(&world.city, residents));
        let seen = Vec::new();
        let (params, city) = (&self.params, &*world.city);
        let mut desk = Desk { now, params, levers, city, residents, neighbours, seen };
        contacts::households(&mut desk, &communities);
        contacts::phones(&mut desk, &world.services.meetings, &operators);
        if !schools.is_empty() || !employers.is_empty() {
            let companies = self.companies.get_or_insert_with(|| Companies::of(residents));
            contacts::companies(&mut desk, companies, Department::Schools, &schools);
            contacts::companies(&mut desk, companies, Department::Employers, &employers);
        }
        desk.file(board);
    }

    /// Keeps what phones would show, if operators are told of cases at all.
    fn keep_meetings(&self, now: Now, world: &mut World, levers: &Levers) {
        let asked = levers.sharing.iter().any(|share| share.to == Department::TelecomOperators);
        let oldest = now.tick.saturating_sub(self.params.history_ticks);
        let mut kept = std::mem::take(&mut world.services.meetings);
        kept.retain(|meeting| meeting.tick >= oldest);
        if asked {
            let World { people, visits, services, .. } = &*world;
            let new = contacts::meetings(&people.residents, visits, services, now.tick, &self.params);
            kept = merge(&kept, &new);
        }
        world.services.meetings = kept;
    }

    /// Keeps whom those met who may become cases, while somebody traces.
    fn keep_encounters(&self, now: Now, world: &mut World, levers: &Levers) {
        let kept = std::mem::take(&mut world.services.encounters);
        if let Some(order) = &levers.tracing {
            world.services.encounters = encounters::keep(now, world, &self.params, order, kept);
        }
    }

    /// Cases tell whom they met; what they did on the day of the interview is known when it is over.
    fn trace(&mut self, now: Now, world: &World, levers: &Levers, board: &mut Board) {
        if now.day_begins() {
            self.asked_today = Default::default();
        }
        let Some(order) = &levers.tracing else { return };
        if now.day_ends() {
            let (interviews, phones) = &self.asked_today;
            interviews::trace(now, world, order, Some(now.tick), (interviews, phones), board);
        }
        interviews::trace(now, world, order, None, (&order.interviews, &order.phones), board);
        self.asked_today.0.extend_from_slice(&order.interviews);
        self.asked_today.1.extend_from_slice(&order.phones);
        interviews::watch(now, world, order, board);
    }

    fn report(&mut self, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        if now.day_begins() {
            self.cases_today = 0;
        }
        self.cases_today += self.commission.fresh(board).len() as u64;
        self.find_contacts(now, world, levers, board);
        if now.day_ends() {
            self.keep_meetings(now, world, levers);
            self.keep_encounters(now, world, levers);
        }
        self.trace(now, world, levers, board);
        let residents = Arc::clone(&world.people.residents);
        let (health, services) = (&world.people.health, &world.services);
        let city = &world.city;
        let neighbours = self.neighbours.get_or_insert_with(|| Neighbours::of_city(city, &residents));
        let seen = Vec::new();
        let (params, residents) = (&self.params, &*residents);
        let mut desk = Desk { now, params, levers, city, residents, neighbours, seen };
        events::results(&mut desk, services);
        events::hospital_stays(&mut desk, health, &self.patients, &events::patients(services));
        let level = services.code_platform.level;
        let declarations = declared_on(levers);
        let declares_level = services.platform(declarations).level;
        let mut asked = vec![(Code, requests::appeals(&mut desk, health, level, &levers.appeals))];
        if now.day_ends() {
            if let Some(book) = levers.codes.as_ref().filter(|_| levers.daily_declarations) {
                let answers = requests::declarations(&mut desk, health, declares_level, book);
                asked.push((declarations, answers));
            }
            let answers = events::symptoms(&mut desk, health, services, declares_level);
            // Without an entrance nobody counts who declares symptoms of their own accord.
            asked.extend(levers.entrance.is_some().then_some((declarations, answers)));
            events::deaths(&mut desk, health, &self.active);
            events::arrivals(&mut desk, health);
            travels::histories(&mut desk, &world.visits, board);
        }
        desk.file(board);
        if now.day_ends() {
            let cases = CaseCount {
                today: self.cases_today,
                total: self.commission.total,
                residents: residents.len() as u64,
            };
            let delay_ticks = self.params.statistics_ticks;
            signals::publish(now, delay_ticks, services, &cases, board);
            let recent = self.commission.recent(now.tick);
            signals::publish_zones(now, delay_ticks, neighbours.by_zone(city, residents, recent), board);
        }
        for (function, Asked { requests, failed }) in asked {
            let platform = world.services.platform_mut(function);
            platform.requests += requests;
            platform.failed += failed;
        }
    }
}

/// The platform that takes declarations: the code's, unless the entrance gives them one of their own.
fn declared_on(levers: &Levers) -> DigitalFunction {
    let own = DigitalFunction::Declaration;
    let order = levers.entrance.as_ref().filter(|order| order.carries[own as usize]);
    order.map_or(Code, |order| order.platform(own))
}

/// Two lists in order as one in order.
fn merge(a: &[Meeting], b: &[Meeting]) -> Vec<Meeting> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let first = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x <= y => a.next(),
            (_, Some(_)) => b.next(),
            (_, None) => a.next(),
        };
        match first {
            Some(meeting) => all.push(*meeting),
            None => return all,
        }
    }
}

impl Layer for Reporting {
    fn name(&self) -> &'static str {
        "reporting"
    }
    fn phases(&self) -> &'static [Phase] {
        &[Phase::Hazard, Phase::Report]
    }
    fn run(&mut self, phase: Phase, now: Now, world: &mut World, levers: &Levers, board: &mut Board) {
        if phase == Phase::Report {
            self.report(now, world, levers, board);
            return;
        }
        // Care has not yet run in this hour, so what it changes can be told from what stands here.
        self.patients = events::patients(&world.services);
        if now.day_begins() {
            self.active.clone_from(&world.people.health.active);
        }
    }
}

#[cfg(test)]
mod tests;
