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
    /// Share of the city's residents who live in this world, at most 1: a sample of them finds a sample of what the city
    /// has for all.
    pub fn share_simulated(&self) -> f64 {
        let lived: u64 = self.city.zones.population.as_slice().iter().map(|n| u64::from(*n)).sum();
        if lived == 0 { 1.0 } else { (self.people.len() as f64 / lived as f64).min(1.0) }
    }

    /// Takes a person out of the day's plan at a minute of the day: the stay there ends, a stay in `room` begins, and
    /// no departure follows until somebody sets [`Hold::Free`] and a new plan is made at midnight (or by movement).
    /// A person under way turns round at once: the trip underway is given up.
    pub fn relocate(&mut self, person: PersonId, room: RoomId, minute: u16, hold: Hold) {
        let Some(today) = self.people.today.as_mut_slice().get_mut(person.index()) else { return };
        if let Some(chunk) = self.visits.chunks.get_mut(person.index() / CHUNK) {
            if today.since_min > minute {
                // Rides of a trip are noted when it begins; those that lie ahead do not happen.
                chunk.retain_mut(|v| {
                    if v.person == person {
                        v.end_min = v.end_min.min(minute);
                    }
                    v.person != person || v.start_min < v.end_min
                });
            } else if today.since_min < minute && today.room.is_some() && today.hold != Hold::Queue {
                // Who stands in a queue has left the room before it.
                chunk.push(Visit { room: today.room, person, start_min: today.since_min, end_min: minute });
            }
        }
        today.room = room;
        today.since_min = minute;
        today.next_min = NO_DEPARTURE;
        today.hold = hold;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Column;
    use crate::population::Today;

    #[test]
    fn a_person_under_way_turns_round_and_rides_no_further() {
        let mut world = World { visits: VisitLog::for_persons(1), ..World::default() };
        let (person, bus) = (PersonId(0), RoomId(5));
        let ride = |start_min, end_min| Visit { room: bus, person, start_min, end_min };
        world.visits.chunks[0] = vec![ride(470, 475), ride(478, 490), ride(500, 510)];
        let travelling = Today { since_min: 515, ..Today::at_home(RoomId(1)) };
        world.people.today = Column::from(vec![travelling]);
        world.relocate(person, RoomId(2), 480, Hold::Bed);
        assert_eq!(world.visits.chunks[0], [ride(470, 475), ride(478, 480)]);
        assert_eq!((world.people.today[person].room, world.people.today[person].since_min), (RoomId(2), 480));
        world.relocate(person, RoomId(3), 600, Hold::Free);
        assert_eq!(
            world.visits.chunks[0].last(),
            Some(&Visit { room: RoomId(2), person, start_min: 480, end_min: 600 })
        );
    }
}
