//! One replicate's world: the shared city, its people now, and its services now.
use crate::city::City;
use crate::id::{Key, PersonId, RoomId};
use crate::population::{Hold, NO_DEPARTURE, Population};
use crate::services::Services;
use crate::visits::{CHUNK, Visit, VisitLog};
use std::sync::Arc;

/// Everything true at this moment. Layers read and write it; metrics and viewers read it; policies never see it.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The city, shared by all replicates.
    pub city: Arc<City>,
    /// The people.
    pub people: Population,
    /// The services.
    pub services: Services,
    /// Finished stays of the current day.
    pub visits: VisitLog,
}

impl World {
    /// Takes a person out of the day's plan at a minute of the day: the stay there ends, a stay in `room` begins, and
    /// no departure follows until somebody sets [`Hold::Free`] and a new plan is made at midnight (or by movement).
    /// A person under way turns round at once: the trip underway is given up.
    pub fn relocate(&mut self, person: PersonId, room: RoomId, minute: u16, hold: Hold) {
        let Some(today) = self.people.today.as_mut_slice().get_mut(person.index()) else { return };
        if today.since_min < minute && today.room.is_some() {
            let visit = Visit { room: today.room, person, start_min: today.since_min, end_min: minute };
            if let Some(chunk) = self.visits.chunks.get_mut(person.index() / CHUNK) {
                chunk.push(visit);
            }
        }
        today.room = room;
        today.since_min = minute;
        today.next_min = NO_DEPARTURE;
        today.hold = hold;
    }
}
