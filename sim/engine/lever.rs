//! What a government can pull. Rebuilt from nothing at each `Decide`; each lever has its own rule for two hands.
use crate::checkpoint_rule::CheckpointRule;
use crate::entrance::EntranceOrder;
use crate::epidemic_map::EpidemicMap;
use crate::group_buying::GroupBuyingOrder;
use crate::housing::{FieldHospital, HousingOrder, Lodger};
use crate::rationing::RationOrder;
use crate::restoration::RestorationOrder;
use crate::screening::ScreeningRound;
use crate::sharing::Share;
use crate::tracing::TracingOrder;
use crate::vaccination::VaccinationOrder;
use bitcode::{Decode, Encode};
use citytwin_world::residents::flag;
use citytwin_world::{
    Column, DigitalFunction, IdSet, PersonId, PlaceKind, Residents, Sector, Setting, kinds::Mode,
};
use std::sync::Arc;

/// Colour of a health code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Encode, Decode)]
#[repr(u8)]
pub enum Code {
    /// Passes.
    #[default]
    Green,
    /// To be watched; refused where the checkpoint says so.
    Yellow,
    /// To be isolated.
    Red,
}

/// The code of every resident, as the platform holds it.
pub type CodeBook = Column<PersonId, Code>;

/// A set of persons.
pub type PersonSet = IdSet<PersonId>;

/// How symptomatic residents get tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct TestingOrder {
    /// Share of those with symptoms who get a test, 0–1.
    pub symptomatic_share: f32,
    /// From symptoms to result, h.
    pub delay_h: u32,
    /// Tests a day at most; 0 = no limit.
    pub capacity_per_day: u32,
    /// Chance that somebody with symptoms and no positive result is swabbed, on each day with symptoms, 0–1.
    pub symptomatic_per_day: f32,
    /// Chance that somebody without symptoms is swabbed, on each day, 0–1.
    pub screening_per_day: f32,
}

/// A lockdown of some zones.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct LockdownOrder {
    /// Share of non-essential trips forbidden, by zone, 0–1; empty = the whole city at `everywhere`.
    pub by_zone: Vec<f32>,
    /// Share of non-essential trips forbidden in every zone, 0–1.
    pub everywhere: f32,
}

/// All levers. The default is a government that does nothing.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Levers {
    /// Share of visits turned away by order at places of each kind, 0–1 (strictest wins).
    pub closed: [f32; PlaceKind::COUNT],
    /// Lockdown (strictest wins, zone by zone).
    pub lockdown: LockdownOrder,
    /// Share of remote-capable jobs done from home, by sector, 0–1 (largest wins).
    pub remote_share: [f32; Sector::COUNT],
    /// Share of residents wearing a mask, by setting, 0–1 (largest wins).
    pub mask_share: [f32; Setting::COUNT],
    /// Share of contact avoided by keeping distance, by setting, 0–1 (largest wins).
    pub distance_share: [f32; Setting::COUNT],
    /// Codes (strictest colour wins).
    pub codes: Option<Arc<CodeBook>>,
    /// Residents ordered to stay at home (union).
    pub isolate: Option<Arc<PersonSet>>,
    /// Residents who keep apart from those they live with (union).
    pub apart: Option<Arc<PersonSet>>,
    /// Checkpoints (all stand; a door under several rules keeps the first that covers it).
    pub checkpoints: Vec<CheckpointRule>,
    /// Testing (largest shares and chances, shortest delay, largest capacity).
    pub testing: TestingOrder,
    /// Residents called up for a swab in this hour (union, by id).
    pub swabs: Vec<PersonId>,
    /// Residents who are told in this hour that they may have their colour looked at again (union, by id).
    pub appeals: Vec<PersonId>,
    /// Whether residents with a colour are asked for their health every day (either).
    pub daily_declarations: bool,
    /// Responsibility list of data sharing (all entries stand; of the same ones the shortest latency wins).
    pub sharing: Vec<Share>,
    /// Of arrivals, the share of the infected whom the city they come from knows as such and tells of, and of the others;
    /// unset, every arrival is told of (the most knowledge, the fewest errors).
    pub recognition: Option<[f32; 2]>,
    /// The epidemic map that residents see (the more cautious one).
    pub map: Option<Arc<EpidemicMap>>,
    /// Field hospitals that are open, by place (beds add up).
    pub field_hospitals: Vec<FieldHospital>,
    /// Mild cases to be housed in shelter hospitals (places add up, union of persons).
    pub shelter: HousingOrder,
    /// Vaccination (sites and deliveries add up).
    pub vaccination: Option<VaccinationOrder>,
    /// Rounds of mass testing (all go on side by side).
    pub rounds: Vec<ScreeningRound>,
    /// Contacts to be housed in central quarantine (places add up, union of persons).
    pub quarantine: HousingOrder,
    /// Contacts in quarantine at home, who are among those ordered to stay there (union).
    pub home_quarantine: Option<Arc<PersonSet>>,
    /// What the tracing teams do (the best of each).
    pub tracing: Option<TracingOrder>,
    /// What repair crews do (the rule that looks further stands, crews add up).
    pub restoration: Option<RestorationOrder>,
    /// The mobile entrance to digital services (the best of each); without it every smartphone has all of them.
    pub entrance: Option<EntranceOrder>,
    /// How scarce goods are shared out, by good (of two orders for one the smaller packs).
    pub rations: Vec<RationOrder>,
    /// Where neighbours buy together, by good (of two orders for one the more couriers).
    pub group_buying: Vec<GroupBuyingOrder>,
    /// Whether hospitals are supplied before shops (either).
    pub critical_goods_first: bool,
}

/// Adds persons to a list that is ordered by id and names each once.
pub(crate) fn unite(held: &mut Vec<PersonId>, more: &[PersonId]) {
    held.extend_from_slice(more);
    held.sort_unstable();
    held.dedup();
}

impl Levers {
    /// Closes a share of visits at places of a kind.
    pub fn close(&mut self, kind: PlaceKind, share: f32) {
        let value = &mut self.closed[kind as usize];
        *value = value.max(share);
    }
    /// Forbids a share of non-essential trips: in the zones named (by number), or everywhere when none are.
    pub fn lock_down(&mut self, zones: Option<(&[u32], usize)>, share: f32) {
        match zones {
            None => self.lockdown.everywhere = self.lockdown.everywhere.max(share),
            Some((zones, zone_count)) => {
                self.lockdown.by_zone.resize(zone_count, 0.0);
                for &z in zones {
                    if let Some(value) = self.lockdown.by_zone.get_mut(z as usize) {
                        *value = value.max(share);
                    }
                }
            }
        }
    }
    /// Sends a share of a sector's remote-capable jobs home.
    pub fn work_remotely(&mut self, sector: Sector, share: f32) {
        let value = &mut self.remote_share[sector as usize];
        *value = value.max(share);
    }
    /// Has a share of residents wear masks in a setting.
    pub fn wear_masks(&mut self, setting: Setting, share: f32) {
        let value = &mut self.mask_share[setting as usize];
        *value = value.max(share);
    }
    /// Has people keep their distance in a setting: a share of contact is avoided.
    pub fn keep_distance(&mut self, setting: Setting, share: f32) {
        let value = &mut self.distance_share[setting as usize];
        *value = value.max(share);
    }
    /// Puts codes in force; where two books meet, the stricter colour holds.
    pub fn assert_codes(&mut self, book: &Arc<CodeBook>) {
        self.codes = Some(match self.codes.take() {
            None => Arc::clone(book),
            Some(held) => {
                let (a, b) = (held.as_slice(), book.as_slice());
                let (longer, shorter) = if a.len() < b.len() { (b, a) } else { (a, b) };
                let mut merged = longer.to_vec();
                merged.iter_mut().zip(shorter).for_each(|(code, other)| *code = (*code).max(*other));
                Arc::new(merged.into())
            }
        });
    }
    /// Orders persons to stay at home.
    pub fn isolate(&mut self, persons: &Arc<PersonSet>) {
        unite_sets(&mut self.isolate, persons);
    }
    /// Has persons keep apart from those they live with, in a room of their own.
    pub fn keep_apart(&mut self, persons: &Arc<PersonSet>) {
        unite_sets(&mut self.apart, persons);
    }
    /// Orders tests of those with symptoms and of others.
    pub fn test(&mut self, order: TestingOrder) {
        let held = &mut self.testing;
        if *held == TestingOrder::default() {
            *held = order;
            return;
        }
        held.delay_h = match (held.symptomatic_share > 0.0, order.symptomatic_share > 0.0) {
            (true, true) => held.delay_h.min(order.delay_h),
            (true, false) => held.delay_h,
            (false, _) => order.delay_h,
        };
        held.capacity_per_day = match (held.capacity_per_day, order.capacity_per_day) {
            (0, _) | (_, 0) => 0,
            (a, b) => a.max(b),
        };
        held.symptomatic_share = held.symptomatic_share.max(order.symptomatic_share);
        held.symptomatic_per_day = held.symptomatic_per_day.max(order.symptomatic_per_day);
        held.screening_per_day = held.screening_per_day.max(order.screening_per_day);
    }
    /// Calls residents up for a swab.
    pub fn call_up(&mut self, persons: &[PersonId]) {
        unite(&mut self.swabs, persons);
    }
    /// Tells residents that they may have their colour looked at again.
    pub fn open_appeals(&mut self, persons: &[PersonId]) {
        unite(&mut self.appeals, persons);
    }
    /// Lets one department see what another observes.
    pub fn share(&mut self, share: Share) {
        let same = |s: &&mut Share| {
            (s.from, s.to, s.kinds, s.terms) == (share.from, share.to, share.kinds, share.terms)
        };
        match self.sharing.iter_mut().find(same) {
            Some(held) => held.latency_h = held.latency_h.min(share.latency_h),
            None => {
                self.sharing.push(share);
                self.sharing.sort_unstable();
            }
        }
    }
    /// Has neighbouring cities say who of those arriving is known to be infected.
    pub fn recognise(&mut self, known: f32, wrongly: f32) {
        let held = self.recognition.get_or_insert([known, wrongly]);
        *held = [held[0].max(known), held[1].min(wrongly)];
    }
    /// Publishes an epidemic map.
    pub fn publish(&mut self, map: &Arc<EpidemicMap>) {
        if self.map.as_ref().is_none_or(|held| map.rank() > held.rank()) {
            self.map = Some(Arc::clone(map));
        }
    }
    /// Opens a field hospital.
    pub fn open_field_hospital(&mut self, hospital: FieldHospital) {
        hospital.join(&mut self.field_hospitals);
    }
    /// Opens places of a shelter hospital and has persons brought there.
    pub fn shelter(&mut self, places: u32, persons: &Arc<Vec<Lodger>>) {
        self.shelter.join(places, persons);
    }
    /// Opens places of central quarantine and has persons brought there.
    pub fn quarantine(&mut self, places: u32, persons: &Arc<Vec<Lodger>>) {
        self.quarantine.join(places, persons);
    }
    /// Says which of the persons ordered to stay at home are there as contacts.
    pub fn quarantine_at_home(&mut self, persons: &Arc<PersonSet>) {
        unite_sets(&mut self.home_quarantine, persons);
    }
    /// Vaccinates residents.
    pub fn vaccinate(&mut self, order: &VaccinationOrder) {
        match &mut self.vaccination {
            Some(held) => held.join(order),
            None => self.vaccination = Some(order.clone()),
        }
    }
    /// Swabs everybody of some zones in a round; the same round is held once.
    pub fn screen(&mut self, round: ScreeningRound) {
        let key = |r: &ScreeningRound| (r.first_day, r.zones.clone(), r.pool, r.swabs_per_resident.to_bits());
        if !self.rounds.contains(&round) {
            self.rounds.push(round);
            self.rounds.sort_by_key(key);
        }
    }
    /// Has teams trace contacts.
    pub fn trace(&mut self, order: &TracingOrder) {
        match &mut self.tracing {
            Some(held) => held.join(order),
            None => self.tracing = Some(order.clone()),
        }
    }
    /// Tells repair crews what to turn to first.
    pub fn restore(&mut self, order: RestorationOrder) {
        match &mut self.restoration {
            Some(held) => held.join(order),
            None => self.restoration = Some(order),
        }
    }
    /// Opens the mobile entrance.
    pub fn open_entrance(&mut self, order: &EntranceOrder) {
        match &mut self.entrance {
            Some(held) => held.join(order),
            None => self.entrance = Some(order.clone()),
        }
    }
    /// Whether a resident reaches a digital function by phone at a tick.
    pub fn reaches(
        &self,
        seed: u64,
        residents: &Residents,
        person: PersonId,
        function: DigitalFunction,
        tick: u32,
    ) -> bool {
        match &self.entrance {
            Some(order) => order.has(seed, residents, person, function, tick),
            None => residents.person.get(person).is_some_and(|resident| resident.has(flag::PHONE)),
        }
    }
    /// Whether a resident can show a code on a phone at a tick, the own or that of somebody they live with.
    pub fn shows_code(&self, seed: u64, residents: &Residents, person: PersonId, tick: u32) -> bool {
        match &self.entrance {
            Some(order) => order.shows_code(seed, residents, person, tick),
            None => self.reaches(seed, residents, person, DigitalFunction::Code, tick),
        }
    }
    /// Shares out a good.
    pub fn ration(&mut self, order: &RationOrder) {
        order.clone().join(&mut self.rations);
    }
    /// Lets neighbours buy a good together.
    pub fn buy_in_groups(&mut self, order: &GroupBuyingOrder) {
        order.clone().join(&mut self.group_buying);
    }
    /// The code of a person; green where no codes are in force.
    #[inline]
    pub fn code(&self, person: PersonId) -> Code {
        self.codes.as_ref().and_then(|c| c.get(person).copied()).unwrap_or_default()
    }
    /// Whether a person watches for symptoms as a contact of a case.
    pub fn watches(&self, person: PersonId) -> bool {
        let watched = self.tracing.as_ref().and_then(|order| order.watched.as_ref());
        watched.is_some_and(|set| set.has(person))
    }
    /// Share of non-essential trips forbidden to people of a zone.
    #[inline]
    pub fn lockdown_share(&self, zone: u32) -> f32 {
        let zone_share = self.lockdown.by_zone.get(zone as usize).copied().unwrap_or(0.0);
        self.lockdown.everywhere.max(zone_share)
    }
    /// The first rule that guards places of a kind.
    pub fn checkpoint(&self, kind: PlaceKind) -> Option<&CheckpointRule> {
        self.checkpoints.iter().find(|c| c.kinds.contains(&kind))
    }
    /// Whether any checkpoint asks for a recent negative test.
    pub fn asks_for_tests(&self) -> bool {
        self.checkpoints.iter().any(|rule| rule.test_valid_ticks > 0)
    }
    /// The mode whose boarding passes a gate of metro stations.
    pub const GATED_MODE: Mode = Mode::Metro;
}

/// Adds persons to a set that may not be there yet.
pub(crate) fn unite_sets(held: &mut Option<Arc<PersonSet>>, persons: &Arc<PersonSet>) {
    match held {
        None => *held = Some(Arc::clone(persons)),
        Some(held) => Arc::make_mut(held).union(persons),
    }
}
