//! Contacts that departments find around the cases they know: households, classes and teams, phones nearby.
use super::desk::Desk;
use super::encounters::company;
use super::feeds::ReportingParams;
use citytwin_engine::{Department as By, Record, RecordKind as Kind};
use citytwin_world::residents::flag;
use citytwin_world::services::Meeting;
use citytwin_world::{Occupation, PersonId, Residents, RoomId, Services, Setting, Visit, VisitLog};
use rayon::prelude::*;

/// Who works or learns in which room: persons by room, found once since it never changes.
#[derive(Default)]
pub(super) struct Companies {
    first: Vec<u32>,
    persons: Vec<PersonId>,
}

/// The rooms in which a resident works or learns: that of the anchor, and those of a diary.
fn company_rooms(residents: &Residents, person: PersonId) -> impl Iterator<Item = RoomId> + '_ {
    let setting = &residents.rooms.setting;
    let at_work = |room: &RoomId| matches!(setting.get(*room), Some(Setting::School | Setting::Work));
    let diary = if residents.diary.is_empty() { &[] } else { residents.diary.row(person) };
    let anchor = residents.person.get(person).map(|resident| resident.anchor_room);
    anchor.into_iter().chain(diary.iter().map(|stay| stay.room).filter(at_work))
}

impl Companies {
    /// Sorts residents by the rooms in which they work or learn.
    pub fn of(residents: &Residents) -> Self {
        let rooms = residents.rooms.count as usize;
        let mut first = vec![0u32; rooms + 1];
        let all = || {
            let of = |person| company_rooms(residents, person).map(move |room| (room, person));
            residents.person.ids().flat_map(of).filter(|(room, _)| (room.0 as usize) < rooms)
        };
        all().for_each(|(room, _)| first[room.0 as usize + 1] += 1);
        for i in 0..rooms {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut persons = vec![PersonId::NONE; first[rooms] as usize];
        for (room, person) in all() {
            let at = &mut next[room.0 as usize];
            persons[*at as usize] = person;
            *at += 1;
        }
        Self { first, persons }
    }

    fn members(&self, room: RoomId) -> &[PersonId] {
        let i = room.0 as usize;
        match (self.first.get(i), i.checked_add(1).and_then(|i| self.first.get(i))) {
            (Some(&a), Some(&b)) => &self.persons[a as usize..b as usize],
            _ => &[],
        }
    }
}

/// Communities name those who live with a case.
pub(super) fn households(desk: &mut Desk, cases: &[Record]) {
    for case in cases {
        let Some(resident) = desk.residents.person.get(case.person) else { continue };
        for member in desk.residents.members(resident.household) {
            let person = PersonId(member as u32);
            if person != case.person {
                desk.tell(By::Communities, Kind::HouseholdContact, person, case.observed_tick);
            }
        }
    }
}

/// Schools or employers name those who learn or work in the room of a case.
pub(super) fn companies(desk: &mut Desk, companies: &Companies, by: By, cases: &[Record]) {
    for case in cases {
        let Some(resident) = desk.residents.person.get(case.person) else { continue };
        let theirs = match resident.occupation {
            Occupation::Worker => by == By::Employers,
            Occupation::Preschool | Occupation::Pupil | Occupation::Student => by == By::Schools,
            Occupation::None | Occupation::Retired => false,
        };
        if !theirs {
            continue;
        }
        let residents = desk.residents;
        for room in company_rooms(residents, case.person) {
            for person in companies.members(room).iter().filter(|person| **person != case.person) {
                desk.tell(by, Kind::ColleagueContact, *person, case.observed_tick);
            }
        }
    }
}

/// Operators name those whose phones were near the phone of a case, each once, by the last meeting.
pub(super) fn phones(desk: &mut Desk, meetings: &[Meeting], cases: &[Record]) {
    for case in cases {
        let start = meetings.partition_point(|meeting| meeting.case < case.person);
        let length = meetings[start..].partition_point(|meeting| meeting.case == case.person);
        let of_other = meetings[start..start + length].chunk_by(|a, b| a.other == b.other);
        for last in of_other.filter_map(<[Meeting]>::last) {
            desk.tell(By::TelecomOperators, Kind::CoLocation, last.other, last.tick);
        }
    }
}

/// What the day's phone records would show about those whose swab is positive, told or not: whoever shared a room
/// with them for long enough. Households are left to the communities.
pub(super) fn meetings(
    residents: &Residents,
    visits: &VisitLog,
    services: &Services,
    tick: u32,
    params: &ReportingParams,
) -> Vec<Meeting> {
    let has_phone = |person: PersonId| residents.person.get(person).is_some_and(|p| p.has(flag::PHONE));
    let positive = services.swabs.iter().filter(|swab| swab.positive && has_phone(swab.person));
    let mut cases: Vec<PersonId> = positive.map(|swab| swab.person).take(params.co_location_cases).collect();
    cases.sort_unstable();
    cases.dedup();
    let homes = residents.rooms.households;
    let looked_at = |room: RoomId| {
        let setting = residents.rooms.setting.get(room);
        setting.is_some_and(|setting| params.co_location_in[*setting as usize])
    };
    let counts = |visit: &Visit| visit.room.0 >= homes && looked_at(visit.room) && has_phone(visit.person);
    let meeting = |case, visit: &Visit| Meeting { case, other: visit.person, tick };
    let mut meetings = company(residents, visits, &cases, params.co_location_min, counts, meeting);
    meetings.par_sort_unstable();
    meetings.dedup();
    meetings
}
