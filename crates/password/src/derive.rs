// SPDX-License-Identifier: Apache-2.0
//! Argon2id (RFC 9106), in memory that is wiped.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use edgekms_core::engine::AesGcmCipher;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    parameters::Parameters,
    provider_info::{COMMITMENT_LEN, SALT_LEN},
};

/// Bytes of an AES-256 key.
const KEY_LEN: usize = 32;

/// What one password gives with one salt and cost.
pub(crate) struct Derived {
    pub(crate) parameters: Parameters,
    pub(crate) salt: [u8; SALT_LEN],
    pub(crate) cipher: AesGcmCipher,
    commitment: [u8; COMMITMENT_LEN],
}

impl Derived {
    /// Public: messages carry it.
    pub(crate) fn commitment(&self) -> [u8; COMMITMENT_LEN] {
        self.commitment
    }

    pub(crate) fn commits_to(&self, commitment: &[u8; COMMITMENT_LEN]) -> bool {
        self.commitment.ct_eq(commitment).into()
    }
}

/// Why there is no derivation.
pub(crate) enum Failure {
    OutOfMemory,
    Refused(Error),
}

/// Derives; takes the time and the memory that `parameters` say, which the caller has bounded.
pub(crate) fn derive(
    password: &[u8],
    salt: [u8; SALT_LEN],
    parameters: Parameters,
) -> Result<Derived, Failure> {
    // Seen for a password of more than 4 GiB alone: the parameters exist, and lengths are constants.
    let refused =
        |_| Failure::Refused(Error::InvalidArgument { reason: "Argon2id takes no such password" });
    let Parameters { memory_kib, iterations, parallelism } = parameters;
    let params =
        Params::new(memory_kib, iterations, u32::from(parallelism), Some(KEY_LEN + COMMITMENT_LEN))
            .map_err(refused)?;
    let mut memory = Zeroizing::new(Vec::<Block>::new());
    let count = params.block_count();
    memory.try_reserve_exact(count).map_err(|_| Failure::OutOfMemory)?;
    memory.resize(count, Block::new());
    let mut output = Zeroizing::new([0; KEY_LEN + COMMITMENT_LEN]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, &salt, &mut *output, &mut memory[..])
        .map_err(refused)?;
    let (key, commitment) = output.split_at(KEY_LEN);
    let cipher = AesGcmCipher::new(key).map_err(|error| Failure::Refused(error.into()))?;
    let mut public = [0; COMMITMENT_LEN];
    public.copy_from_slice(commitment);
    Ok(Derived { parameters, salt, cipher, commitment: public })
}
