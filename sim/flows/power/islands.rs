//! Islands: buses that are joined by branches in service.
use super::Grid;

/// The island of each bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Islands {
    /// Number of the island of each bus, from 0 in the order of their first buses.
    pub of_bus: Vec<u32>,
    /// How many there are.
    pub count: usize,
    /// A bus of the same island that came earlier, or the bus itself.
    earlier: Vec<u32>,
}

impl Islands {
    /// Finds the islands that the branches marked `on` leave.
    pub fn find(&mut self, grid: &Grid, on: &[bool]) {
        let count = grid.bus_count() as u32;
        self.earlier.clear();
        self.earlier.extend(0..count);
        for branch in (0..grid.branch_count()).filter(|branch| on[*branch]) {
            let (a, b) = (self.first(grid.from[branch]), self.first(grid.to[branch]));
            self.earlier[a.max(b) as usize] = a.min(b);
        }
        self.of_bus.clear();
        self.count = 0;
        for bus in 0..count {
            let first = self.first(bus);
            if first == bus {
                self.of_bus.push(self.count as u32);
                self.count += 1;
            } else {
                self.of_bus.push(self.of_bus[first as usize]);
            }
        }
    }

    /// The first bus of an island, shortening the way there.
    fn first(&mut self, mut bus: u32) -> u32 {
        while self.earlier[bus as usize] != bus {
            let next = self.earlier[bus as usize];
            self.earlier[bus as usize] = self.earlier[next as usize];
            bus = next;
        }
        bus
    }
}
