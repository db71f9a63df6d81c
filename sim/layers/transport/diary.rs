//! Days given by data: the stays of a diary are the visits of the day, less those an order forbids.
use citytwin_engine::Levers;
use citytwin_world::population::Hold;
use citytwin_world::visits::CHUNK;
use citytwin_world::{PersonId, Setting, Visit, World};
use rayon::prelude::*;

/// Notes the stays of all persons with a diary. Those isolated by order, or ill in a bed, keep to where they are.
pub(super) fn replay(world: &mut World, levers: &Levers) {
    let residents = &world.people.residents;
    let setting = &residents.rooms.setting;
    let today = world.people.today.as_mut_slice().par_chunks_mut(CHUNK);
    today.zip(&mut world.visits.chunks).enumerate().for_each(|(c, (today, visits))| {
        for (i, t) in today.iter_mut().enumerate() {
            let person = PersonId((c * CHUNK + i) as u32);
            let stays = residents.diary.row(person);
            if stays.is_empty() || t.hold != Hold::Free {
                continue;
            }
            let isolated = levers.isolate.as_ref().is_some_and(|set| set.has(person));
            for stay in stays {
                let at_home = setting.get(stay.room) == Some(&Setting::Household);
                if stay.start_min < stay.end_min && stay.end_min <= 1440 && (at_home || !isolated) {
                    visits.push(Visit {
                        room: stay.room,
                        person,
                        start_min: stay.start_min,
                        end_min: stay.end_min,
                    });
                }
            }
            t.since_min = 1440; // the diary has told the whole day
        }
    });
}
