//! A walk over bytes that cannot leave them.

use super::Refusal;

/// What is left of the bytes, and how to refuse when it is too little.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    short: Refusal,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`; asking for more than is left fails with `short`.
    pub(super) fn new(bytes: &'a [u8], short: Refusal) -> Self {
        Self { rest: bytes, short }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.short.clone())?;
        self.rest = rest;
        Ok(head)
    }

    /// Reads as many bytes as a length field says.
    pub(super) fn take_u32(&mut self, count: u32) -> Result<&'a [u8], Refusal> {
        let count = usize::try_from(count).map_err(|_| self.short.clone())?;
        self.take(count)
    }

    /// Reads `length` bytes where a search found an end, and fails where it found none.
    pub(super) fn take_found(&mut self, length: Option<usize>) -> Result<&'a [u8], Refusal> {
        let length = length.ok_or_else(|| self.short.clone())?;
        self.take(length)
    }

    /// Reads `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(|| self.short.clone())?;
        self.rest = rest;
        Ok(*head)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Refusal> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn be16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn be32(&mut self) -> Result<u32, Refusal> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn le16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn le24(&mut self) -> Result<u32, Refusal> {
        let [low, middle, high] = self.array()?;
        Ok(u32::from_le_bytes([low, middle, high, 0]))
    }

    pub(super) fn le32(&mut self) -> Result<u32, Refusal> {
        self.array().map(u32::from_le_bytes)
    }
}
