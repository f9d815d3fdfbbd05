// SPDX-License-Identifier: Apache-2.0
//! What a derivation costs, and how much of it is allowed.

use crate::error::Error;

/// The least memory that is written, in KiB, and the least memory times iterations: of the settings that OWASP's
/// Password Storage Cheat Sheet names as equally strong, the cheapest (7 MiB, 5 iterations).
const LEAST_MEMORY_KIB: u32 = 7 * 1024;
const LEAST_WORK_KIB: u64 = 35 * 1024;

/// The cost of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes that could be filled at once. Here they are filled one after the other.
    pub parallelism: u8,
}

impl Default for Parameters {
    /// RFC 9106's second recommendation (section 4): 64 MiB, 3 iterations, 4 lanes.
    ///
    /// OWASP's usual setting (19 MiB, 2, 1) is for servers at which many people log in at once. A message is opened
    /// by one, and whoever copied it has all the time there is; so it gets five times the work.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, iterations: 3, parallelism: 4 }
    }
}

impl Parameters {
    /// Memory times iterations, in KiB: what the time of a derivation is proportional to.
    #[must_use]
    pub fn work_kib(&self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.iterations)
    }

    /// Whether Argon2id has this setting (RFC 9106, section 3.1).
    #[must_use]
    pub fn exist(&self) -> bool {
        self.iterations >= 1
            && self.parallelism >= 1
            && self.memory_kib >= 8 * u32::from(self.parallelism)
    }

    /// Whether new messages may have this setting.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if it does not exist, is too weak, or is more than `limits` would let open.
    pub fn check(&self, limits: &Limits) -> Result<(), Error> {
        let refuse = |reason| Err(Error::InvalidArgument { reason });
        if !self.exist() {
            return refuse(
                "iterations and parallelism must be at least 1, memoryKiB 8 times parallelism",
            );
        }
        if self.memory_kib < LEAST_MEMORY_KIB || self.work_kib() < LEAST_WORK_KIB {
            return refuse(
                "memoryKiB must be at least 7,168, and memoryKiB times iterations at least 35,840: with less, \
                 passwords are guessed too fast",
            );
        }
        if self.memory_kib > limits.memory_kib || self.work_kib() > limits.work_kib {
            return refuse(
                "memoryKiB is above maxMemoryKiB, or memoryKiB times iterations above maxWorkKiB: this keyring could \
                 not decrypt what it encrypts; raise the limits here and wherever the message is to be decrypted",
            );
        }
        Ok(())
    }
}

/// How much a message that is opened may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most memory of one derivation, in KiB.
    pub memory_kib: u32,
    /// Most memory times iterations, in KiB, of all derivations for one message.
    pub work_kib: u64,
}

impl Default for Limits {
    /// 256 MiB, and 1 GiB times one iteration: five derivations of the default cost.
    fn default() -> Self {
        Self { memory_kib: 256 * 1024, work_kib: 1024 * 1024 }
    }
}
