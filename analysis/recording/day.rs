//! One recorded day: key frame, trips by ten minutes, changes by hour, and an index of it all.
use crate::block::{Packer, Unpacker};
use crate::error::{Broken, RecordingError};
use crate::file::{self, HEAD};
use crate::state::State;
use crate::trips::{Trip, Trips};
use citytwin_world::{Date, Mode, PlaceId, Stage};
use rayon::prelude::*;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

const MARK: [u8; 8] = *b"CTDAYREC";
/// Minutes of a chunk of trips.
pub const CHUNK_MIN: i16 = 10;
/// Chunks of a day: first the trips under way at midnight, then those begun in each ten minutes.
pub const CHUNKS: usize = 145;
/// Hours of a day.
pub const HOURS: usize = 24;
/// Blocks of a day: the key frame, then chunks, then hours.
const BLOCKS: usize = 1 + CHUNKS + HOURS;
/// Numbers that the index holds of each block.
const FIELDS: usize = 8;

/// A change of a person's state, seen after an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Row of the person among those recorded.
    pub row: u32,
    /// The state from then on.
    pub state: State,
    /// Where a bed or order holds the person; `NONE` for whoever goes about freely.
    pub place: PlaceId,
}

/// What happened on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Number of the day in the run, from 0.
    pub day: u32,
    /// Its date.
    pub date: Date,
    /// Habitual place at which each person is at midnight, or to which they are under way.
    pub slot: Vec<u8>,
    /// State of each person at midnight.
    pub state: Vec<State>,
    /// Where those are at midnight whom a bed or order holds, by row.
    pub held: Vec<(u32, PlaceId)>,
    /// Trips, in order of departure; those under way at midnight depart before minute 0.
    pub trips: Trips,
    /// Changes seen after each hour, by row.
    pub changes: [Vec<Change>; HOURS],
}

/// What the index says of the trips begun in ten minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChunkIndex {
    /// Latest arrival of them, minutes after midnight.
    pub arrive_max_min: i16,
    /// Trips by mode.
    pub by_mode: [u32; Mode::COUNT],
}

/// What the index says of an hour: how all recorded persons stood after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourIndex {
    /// Persons by stage.
    pub by_stage: [u32; Stage::COUNT],
    /// Persons by colour of their code.
    pub by_code: [u32; 3],
}

/// Which minutes a chunk's trips begin in.
fn begins(chunk: usize) -> Range<i16> {
    match chunk {
        0 => -1440..0,
        n => (n as i16 - 1) * CHUNK_MIN..n as i16 * CHUNK_MIN,
    }
}

impl Day {
    /// Writes the day into a folder of trajectories.
    ///
    /// # Errors
    /// What the system says; the file then isn't there.
    pub fn write(&self, folder: &Path) -> Result<(), RecordingError> {
        let path = crate::day_path(folder, self.day);
        let parts = self.pack().map_err(RecordingError::file(&path))?;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        file::write_whole(&path, &parts)
    }

    /// Head and index, then the blocks.
    pub(crate) fn pack(&self) -> std::io::Result<Vec<Vec<u8>>> {
        let blocks = (0..BLOCKS).into_par_iter().map(|block| {
            let mut to = Packer::new()?;
            match block {
                0 => self.pack_frame(&mut to)?,
                n if n <= CHUNKS => {
                    let from = begins(n - 1);
                    self.trips.pack(self.begun_in(n - 1), from.start, &mut to)?;
                }
                n => pack_changes(&self.changes[n - 1 - CHUNKS], &mut to)?,
            }
            Ok(to.take())
        });
        let mut parts = blocks.collect::<std::io::Result<Vec<_>>>()?;
        let mut to = Packer::new()?;
        to.numbers([self.day, self.date.0 as u32, self.slot.len() as u32, self.held.len() as u32])?;
        to.numbers(parts.iter().map(|block| block.len() as u32))?;
        to.numbers((0..CHUNKS).map(|chunk| self.begun_in(chunk).len() as u32))?;
        to.numbers(self.changes.iter().map(|changes| changes.len() as u32))?;
        to.numbers(
            self.chunk_indices()
                .flat_map(|index| std::iter::once(index.arrive_max_min.max(0) as u32).chain(index.by_mode)),
        )?;
        to.numbers(
            self.hour_indices().into_iter().flat_map(|index| index.by_stage.into_iter().chain(index.by_code)),
        )?;
        let index = to.take();
        let mut first = file::head(MARK, index.len() as u32).to_vec();
        first.extend_from_slice(&index);
        parts.insert(0, first);
        Ok(parts)
    }

    /// The trips of a chunk.
    fn begun_in(&self, chunk: usize) -> &[Trip] {
        let Range { start, end } = begins(chunk);
        let trips = &self.trips.trips;
        let at = |minute: i16| trips.partition_point(|trip| trip.depart_min < minute);
        &trips[at(start)..at(end)]
    }

    fn pack_frame(&self, to: &mut Packer) -> std::io::Result<()> {
        to.bytes(self.slot.iter().copied())?;
        to.bytes(self.state.iter().map(|state| state.bits() as u8))?;
        to.bytes(self.state.iter().map(|state| (state.bits() >> 8) as u8))?;
        to.steps(self.held.iter().map(|(row, _)| *row))?;
        to.numbers(self.held.iter().map(|(_, place)| place.0.wrapping_add(1)))
    }

    fn chunk_indices(&self) -> impl Iterator<Item = ChunkIndex> {
        (0..CHUNKS).map(|chunk| {
            let mut index = ChunkIndex::default();
            for trip in self.begun_in(chunk) {
                index.arrive_max_min = index.arrive_max_min.max(trip.arrive_min);
                index.by_mode[trip.mode as usize] += 1;
            }
            index
        })
    }

    fn hour_indices(&self) -> Vec<HourIndex> {
        let mut state = self.state.clone();
        let mut index = HourIndex::default();
        for state in &state {
            index.count(*state, 1);
        }
        let after = self.changes.iter().map(|changes| {
            for change in changes {
                if let Some(state) = state.get_mut(change.row as usize) {
                    index.count(*state, u32::MAX);
                    *state = change.state;
                    index.count(*state, 1);
                }
            }
            index
        });
        after.collect()
    }
}

impl HourIndex {
    /// Adds (1) or takes away (`u32::MAX`) a person of a state.
    fn count(&mut self, state: State, by: u32) {
        let stage = &mut self.by_stage[state.stage() as usize];
        *stage = stage.wrapping_add(by);
        let code = &mut self.by_code[usize::from(state.code()).min(2)];
        *code = code.wrapping_add(by);
    }
}

fn pack_changes(changes: &[Change], to: &mut Packer) -> std::io::Result<()> {
    to.steps(changes.iter().map(|change| change.row))?;
    to.bytes(changes.iter().map(|change| change.state.bits() as u8))?;
    to.bytes(changes.iter().map(|change| (change.state.bits() >> 8) as u8))?;
    to.numbers(changes.iter().map(|change| change.place.0.wrapping_add(1)))
}

/// A recorded day, opened: its index in memory, its blocks read when asked for.
#[derive(Debug)]
pub struct DayFile {
    path: PathBuf,
    file: File,
    /// Number of the day in the run, from 0.
    pub day: u32,
    /// Its date.
    pub date: Date,
    /// Persons recorded.
    pub persons: u32,
    /// The trips of each ten minutes in short; the first of those under way at midnight.
    pub chunks: Vec<ChunkIndex>,
    /// How all stood after each hour.
    pub hours: Vec<HourIndex>,
    held: usize,
    /// Where each block lies.
    blocks: Vec<Range<u64>>,
    /// Trips of each chunk, then changes of each hour.
    counts: Vec<usize>,
}

impl DayFile {
    /// Opens a day of a folder of trajectories.
    ///
    /// # Errors
    /// A file that cannot be read or is not as it was written.
    pub fn open(folder: &Path, day: u32) -> Result<Self, RecordingError> {
        let path = crate::day_path(folder, day);
        let mut file = File::open(&path).map_err(RecordingError::file(&path))?;
        let length = file.metadata().map_err(RecordingError::file(&path))?.len();
        let mut head = [0; HEAD];
        let cut = |_| RecordingError::broken(&path)(Broken("cut off"));
        file.read_exact(&mut head).map_err(cut)?;
        let bytes = file::check_head(&head, MARK).map_err(RecordingError::broken(&path))?;
        if u64::from(bytes) > length {
            return Err(RecordingError::broken(&path)(Broken("cut off")));
        }
        let mut index = vec![0; bytes as usize];
        file.read_exact(&mut index).map_err(cut)?;
        Self::of(path.clone(), file, &index, length).map_err(RecordingError::broken(&path))
    }

    fn of(path: PathBuf, file: File, index: &[u8], length: u64) -> Result<Self, Broken> {
        const NONSENSE: Broken = Broken("an index that makes no sense");
        let mut from = Unpacker::new(index)?;
        let facts = from.numbers(4)?;
        let lengths = from.numbers(BLOCKS)?;
        let mut counts = from.numbers(CHUNKS)?;
        counts.extend(from.numbers(HOURS)?);
        let chunks = from.numbers(CHUNKS * (1 + Mode::COUNT))?;
        let hours = from.numbers(HOURS * FIELDS)?;
        from.end()?;
        let mut at = (HEAD + index.len()) as u64;
        let place = |bytes: &u32| {
            let range = at..at + u64::from(*bytes);
            at = range.end;
            range
        };
        let blocks: Vec<Range<u64>> = lengths.iter().map(place).collect();
        if at != length {
            return Err(Broken("cut off"));
        }
        let chunk = |row: &[u32]| {
            Some(ChunkIndex {
                arrive_max_min: i16::try_from(row[0]).ok()?,
                by_mode: row[1..].try_into().ok()?,
            })
        };
        let hour = |row: &[u32]| {
            let (by_stage, by_code) = row.split_at(Stage::COUNT);
            Some(HourIndex { by_stage: by_stage.try_into().ok()?, by_code: by_code.try_into().ok()? })
        };
        Ok(Self {
            path,
            file,
            day: facts[0],
            date: Date(facts[1] as i32),
            persons: facts[2],
            held: facts[3] as usize,
            chunks: chunks.chunks(1 + Mode::COUNT).map(chunk).collect::<Option<_>>().ok_or(NONSENSE)?,
            hours: hours.chunks(FIELDS).map(hour).collect::<Option<_>>().ok_or(NONSENSE)?,
            blocks,
            counts: counts.into_iter().map(|count| count as usize).collect(),
        })
    }

    fn block(&self, number: usize) -> Result<Vec<u8>, RecordingError> {
        let range = &self.blocks[number];
        // Blocks lie within the file, as its index was checked to say.
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(range.start)).and_then(|_| file.read_exact(&mut bytes));
        read.map(|()| bytes).map_err(RecordingError::file(&self.path))
    }

    /// Key frame: each person's place (slot) and state at midnight, and where those are whom something holds.
    ///
    /// # Errors
    /// A file that is not as it was written.
    pub fn frame(&self, day: &mut Day) -> Result<(), RecordingError> {
        let block = self.block(0)?;
        self.unpack_frame(&block, day).map_err(RecordingError::broken(&self.path))
    }

    fn unpack_frame(&self, block: &[u8], day: &mut Day) -> Result<(), Broken> {
        let persons = self.persons as usize;
        let mut from = Unpacker::new(block)?;
        (day.day, day.date) = (self.day, self.date);
        day.slot = from.bytes(persons)?;
        day.state = states(&from.bytes(persons)?, &from.bytes(persons)?)?;
        let (row, place) = (from.steps(self.held)?, from.numbers(self.held)?);
        from.end()?;
        if row.iter().any(|row| *row >= self.persons) {
            return Err(Broken("residents that make no sense"));
        }
        day.held =
            row.into_iter().zip(place.into_iter().map(|place| PlaceId(place.wrapping_sub(1)))).collect();
        Ok(())
    }

    /// The trips that are under way at some time from a minute to another, in order of departure.
    ///
    /// # Errors
    /// A file that is not as it was written.
    pub fn trips(&self, minutes: Range<i16>) -> Result<Trips, RecordingError> {
        let wanted = |chunk: &usize| {
            let reach = self.chunks[*chunk].arrive_max_min;
            self.counts[*chunk] > 0 && begins(*chunk).start < minutes.end && reach >= minutes.start
        };
        let blocks: Vec<(usize, Vec<u8>)> = (0..CHUNKS)
            .filter(wanted)
            .map(|chunk| Ok((chunk, self.block(1 + chunk)?)))
            .collect::<Result<_, RecordingError>>()?;
        let read: Vec<Trips> = blocks
            .par_iter()
            .map(|(chunk, block)| {
                let mut trips = Trips::default();
                trips.unpack(block, self.counts[*chunk], begins(*chunk).start, self.persons)?;
                trips.trips.retain(|t| t.depart_min < minutes.end && t.arrive_min >= minutes.start);
                Ok(trips)
            })
            .collect::<Result<_, Broken>>()
            .map_err(RecordingError::broken(&self.path))?;
        let mut all = Trips::default();
        for part in read {
            let base = all.rides.len() as u32;
            all.trips.extend(part.trips.iter().map(|t| Trip { first_ride: t.first_ride + base, ..*t }));
            all.rides.extend(part.rides);
        }
        all.sort();
        Ok(all)
    }

    /// The changes seen after an hour (0–23).
    ///
    /// # Errors
    /// A file that is not as it was written.
    pub fn changes(&self, hour: usize) -> Result<Vec<Change>, RecordingError> {
        let hour = hour.min(HOURS - 1);
        let block = self.block(1 + CHUNKS + hour)?;
        let count = self.counts[CHUNKS + hour];
        unpack_changes(&block, count, self.persons).map_err(RecordingError::broken(&self.path))
    }

    /// The whole day.
    ///
    /// # Errors
    /// A file that is not as it was written.
    pub fn all(&self) -> Result<Day, RecordingError> {
        let mut day = Day::default();
        self.frame(&mut day)?;
        day.trips = self.trips(i16::MIN..i16::MAX)?;
        for (hour, changes) in day.changes.iter_mut().enumerate() {
            *changes = self.changes(hour)?;
        }
        Ok(day)
    }
}

fn unpack_changes(block: &[u8], count: usize, persons: u32) -> Result<Vec<Change>, Broken> {
    let mut from = Unpacker::new(block)?;
    let row = from.steps(count)?;
    let state = states(&from.bytes(count)?, &from.bytes(count)?)?;
    let place = from.numbers(count)?;
    from.end()?;
    if row.iter().any(|row| *row >= persons) {
        return Err(Broken("residents that make no sense"));
    }
    let place = place.into_iter().map(|place| PlaceId(place.wrapping_sub(1)));
    Ok(row
        .into_iter()
        .zip(state)
        .zip(place)
        .map(|((row, state), place)| Change { row, state, place })
        .collect())
}

fn states(low: &[u8], high: &[u8]) -> Result<Vec<State>, Broken> {
    let bits = low.iter().zip(high).map(|(low, high)| u16::from_le_bytes([*low, *high]));
    bits.map(State::from_bits).collect::<Option<_>>().ok_or(Broken("states that make no sense"))
}
