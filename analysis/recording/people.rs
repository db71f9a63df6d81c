//! Who is recorded: fixed attributes of every n-th resident.
use crate::block::{Packer, Unpacker};
use crate::error::{Broken, RecordingError};
use crate::file;
use citytwin_world::residents::SLOTS;
use citytwin_world::{HouseholdId, Occupation, PlaceId, Sector};
use std::path::Path;

const MARK: [u8; 8] = *b"CTPEOPLE";
const NAME: &str = "people.ctr";

/// One recorded resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Household.
    pub household: HouseholdId,
    /// Habitual places by `residents::slot`; `NONE` where there is none.
    pub places: [PlaceId; SLOTS],
    /// Age, completed years.
    pub age: u8,
    /// What fills the day.
    pub occupation: Occupation,
    /// Branch of the job (meaningful for workers).
    pub sector: Sector,
}

/// All recorded residents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// Every n-th resident is recorded, from the first on: row r is person r × n.
    pub every: u32,
    /// Digest of the city that they live in.
    pub city_hash: u64,
    /// The residents.
    pub person: Vec<Person>,
}

impl People {
    /// Writes them into a folder of trajectories.
    ///
    /// # Errors
    /// What the system says; the file then isn't there.
    pub fn write(&self, folder: &Path) -> Result<(), RecordingError> {
        let path = folder.join(NAME);
        let block = self.pack().map_err(RecordingError::file(&path))?;
        let head = file::head(MARK, self.person.len() as u32);
        let every = self.every.to_le_bytes();
        file::write_whole(&path, &[&head, &every, &self.city_hash.to_le_bytes(), &block])
    }

    fn pack(&self) -> std::io::Result<Vec<u8>> {
        let mut to = Packer::new()?;
        to.steps(self.person.iter().map(|p| p.household.0))?;
        for slot in 0..SLOTS {
            // Nowhere is u32::MAX and becomes 0.
            to.numbers(self.person.iter().map(|p| p.places[slot].0.wrapping_add(1)))?;
        }
        to.bytes(self.person.iter().map(|p| p.age))?;
        to.bytes(self.person.iter().map(|p| p.occupation as u8))?;
        to.bytes(self.person.iter().map(|p| p.sector as u8))?;
        Ok(to.take())
    }

    /// Reads them from a folder of trajectories.
    ///
    /// # Errors
    /// A file that cannot be read or is not as it was written.
    pub fn read(folder: &Path) -> Result<Self, RecordingError> {
        let path = folder.join(NAME);
        Self::unpack(&file::read_whole(&path)?).map_err(RecordingError::broken(&path))
    }

    pub(crate) fn unpack(bytes: &[u8]) -> Result<Self, Broken> {
        const CUT: Broken = Broken("cut off");
        let (head, rest) = bytes.split_first_chunk().ok_or(CUT)?;
        let count = file::check_head(head, MARK)? as usize;
        let (every, rest) = rest.split_first_chunk().ok_or(CUT)?;
        let (city_hash, rest) = rest.split_first_chunk().ok_or(CUT)?;
        let mut from = Unpacker::new(rest)?;
        let household = from.steps(count)?;
        let places = (0..SLOTS).map(|_| from.numbers(count)).collect::<Result<Vec<_>, _>>()?;
        let (age, occupation, sector) = (from.bytes(count)?, from.bytes(count)?, from.bytes(count)?);
        from.end()?;
        let person = |i: usize| {
            Some(Person {
                household: HouseholdId(household[i]),
                places: std::array::from_fn(|slot| PlaceId(places[slot][i].wrapping_sub(1))),
                age: age[i],
                occupation: *Occupation::ALL.get(usize::from(occupation[i]))?,
                sector: *Sector::ALL.get(usize::from(sector[i]))?,
            })
        };
        let person = (0..count).map(person).collect::<Option<Vec<_>>>();
        Ok(Self {
            every: u32::from_le_bytes(*every).max(1),
            city_hash: u64::from_le_bytes(*city_hash),
            person: person.ok_or(Broken("residents that make no sense"))?,
        })
    }
}
