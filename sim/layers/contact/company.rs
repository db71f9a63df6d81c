//! The company of a few residents on one day: everyone they shared a room with, and for how long.
use citytwin_world::id::Key;
use citytwin_world::{PersonId, Setting, Visit, World};

/// All visits to the rooms of the chosen residents, sorted by room and person.
pub(super) struct Company<'a, F> {
    world: &'a World,
    chosen: F,
    visits: Vec<Visit>,
}

/// Two persons in one room on one day.
pub(super) struct Pair {
    pub(super) ego: PersonId,
    pub(super) other: PersonId,
    pub(super) setting: Setting,
    /// Minutes both were there.
    pub(super) minutes: u32,
    /// How many such pairs of the whole city this one stands for.
    pub(super) stands_for: f32,
}

impl<'a, F: Fn(PersonId) -> bool> Company<'a, F> {
    pub(super) fn of(world: &'a World, chosen: F) -> Self {
        let mut wanted = vec![false; world.people.residents.rooms.count as usize];
        let all = || world.visits.chunks.iter().flatten();
        all().filter(|v| chosen(v.person)).for_each(|v| wanted[v.room.index()] = true);
        let mut visits: Vec<Visit> = all().filter(|v| wanted[v.room.index()]).copied().collect();
        visits.sort_unstable();
        Self { world, chosen, visits }
    }

    /// Calls `each` for every pair of a chosen resident and somebody met, room by room.
    pub(super) fn each_pair(&self, mut each: impl FnMut(Pair)) {
        let rooms = &self.world.people.residents.rooms;
        for room in self.visits.chunk_by(|a, b| a.room == b.room) {
            let setting = rooms.setting.get(room[0].room).copied().unwrap_or(Setting::Public);
            let stands_for = rooms.each_stands_for(room[0].room);
            for ego in room.chunk_by(|a, b| a.person == b.person).filter(|v| (self.chosen)(v[0].person)) {
                for other in room.chunk_by(|a, b| a.person == b.person) {
                    let minutes = shared_minutes(ego, other);
                    if minutes > 0 && other[0].person != ego[0].person {
                        let (ego, other) = (ego[0].person, other[0].person);
                        each(Pair { ego, other, setting, minutes, stands_for });
                    }
                }
            }
        }
    }
}

fn shared_minutes(a: &[Visit], b: &[Visit]) -> u32 {
    let overlap =
        |x: &Visit, y: &Visit| x.end_min.min(y.end_min).saturating_sub(x.start_min.max(y.start_min));
    a.iter().flat_map(|x| b.iter().map(move |y| u32::from(overlap(x, y)))).sum()
}

/// Whether two persons who met in this setting will meet there again tomorrow.
pub(super) fn lasting(setting: Setting) -> bool {
    matches!(setting, Setting::Household | Setting::School | Setting::Work)
}
