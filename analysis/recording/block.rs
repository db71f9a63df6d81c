//! Blocks: columns of whole numbers, each written shortly and compressed by itself.
use crate::error::Broken;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::CParameter;

/// Level of compression: beyond it files shrink little and take long.
const LEVEL: i32 = 6;
/// Most bytes of a column before it was compressed: beyond what any run writes.
const COLUMN_MAX: usize = 1 << 30;
/// Most times that a column can shrink; whoever claims more lies.
const SHRINK_MAX: usize = 1 << 16;

const CUT: Broken = Broken("cut off");
const ALTERED: Broken = Broken("altered since it was written");

/// Writes columns one after the other.
pub(crate) struct Packer {
    zstd: Compressor<'static>,
    out: Vec<u8>,
    raw: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> std::io::Result<Self> {
        let mut zstd = Compressor::new(LEVEL)?;
        zstd.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(Self { zstd, out: Vec::new(), raw: Vec::new() })
    }

    /// What has been written so far; the next block begins empty.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// A column of bytes.
    pub(crate) fn bytes(&mut self, column: impl IntoIterator<Item = u8>) -> std::io::Result<()> {
        self.raw.clear();
        self.raw.extend(column);
        self.close()
    }

    /// A column of whole numbers, small ones in few bytes.
    pub(crate) fn numbers(&mut self, column: impl IntoIterator<Item = u32>) -> std::io::Result<()> {
        self.raw.clear();
        for mut number in column {
            while number >= 0x80 {
                self.raw.push(number as u8 | 0x80);
                number >>= 7;
            }
            self.raw.push(number as u8);
        }
        self.close()
    }

    /// A column of numbers that seldom fall, as steps from one to the next.
    pub(crate) fn steps(&mut self, column: impl IntoIterator<Item = u32>) -> std::io::Result<()> {
        let mut before = 0_u32;
        self.numbers(column.into_iter().map(|number| {
            let step = number.wrapping_sub(before) as i32;
            before = number;
            (step << 1 ^ step >> 31) as u32
        }))
    }

    fn close(&mut self) -> std::io::Result<()> {
        if self.raw.len() > COLUMN_MAX {
            return Err(std::io::Error::other("a column of a recording is too long"));
        }
        let packed = self.zstd.compress(&self.raw)?;
        self.out.extend_from_slice(&(self.raw.len() as u32).to_le_bytes());
        self.out.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        self.out.extend_from_slice(&packed);
        Ok(())
    }
}

/// Reads columns one after the other.
pub(crate) struct Unpacker<'a> {
    zstd: Decompressor<'static>,
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub(crate) fn new(block: &'a [u8]) -> Result<Self, Broken> {
        let zstd = Decompressor::new().map_err(|_| Broken("no memory to read it"))?;
        Ok(Self { zstd, rest: block })
    }

    fn word(&mut self) -> Result<usize, Broken> {
        let (word, rest) = self.rest.split_first_chunk::<4>().ok_or(CUT)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*word) as usize)
    }

    /// A column of so many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Broken> {
        let raw = self.open()?;
        if raw.len() == count { Ok(raw) } else { Err(ALTERED) }
    }

    /// A column of so many whole numbers.
    pub(crate) fn numbers(&mut self, count: usize) -> Result<Vec<u32>, Broken> {
        let raw = self.open()?;
        if raw.len() < count || raw.len() > count.saturating_mul(5) {
            return Err(ALTERED);
        }
        let mut numbers = Vec::with_capacity(count);
        let mut bytes = raw.iter();
        while numbers.len() < count {
            let (mut number, mut shift) = (0_u64, 0);
            loop {
                let byte = bytes.next().ok_or(CUT)?;
                number |= u64::from(byte & 0x7f) << shift;
                if byte & 0x80 == 0 {
                    break;
                }
                shift += 7;
                if shift > 28 {
                    return Err(ALTERED);
                }
            }
            numbers.push(u32::try_from(number).map_err(|_| ALTERED)?);
        }
        if bytes.next().is_some() { Err(ALTERED) } else { Ok(numbers) }
    }

    /// A column written by [`Packer::steps`].
    pub(crate) fn steps(&mut self, count: usize) -> Result<Vec<u32>, Broken> {
        let mut numbers = self.numbers(count)?;
        let mut at = 0_u32;
        for number in &mut numbers {
            at = at.wrapping_add(*number >> 1 ^ (*number & 1).wrapping_neg());
            *number = at;
        }
        Ok(numbers)
    }

    fn open(&mut self) -> Result<Vec<u8>, Broken> {
        let (raw, packed) = (self.word()?, self.word()?);
        let (column, rest) = self.rest.split_at_checked(packed).ok_or(CUT)?;
        if raw > COLUMN_MAX || raw > packed.saturating_mul(SHRINK_MAX) {
            return Err(Broken("impossibly large"));
        }
        self.rest = rest;
        let raw_bytes = self.zstd.decompress(column, raw).map_err(|_| ALTERED)?;
        if raw_bytes.len() == raw { Ok(raw_bytes) } else { Err(ALTERED) }
    }

    /// Nothing may be left over.
    pub(crate) fn end(self) -> Result<(), Broken> {
        if self.rest.is_empty() { Ok(()) } else { Err(Broken("more in it than was written")) }
    }
}
