// SPDX-License-Identifier: Apache-2.0
//! Wrapping and unwrapping under a password, with the keys that were derived last at hand.

use std::{cell::RefCell, fmt, rc::Rc};

use edgekms_core::{
    engine::FrameCipher,
    error::Error as CoreError,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
    keyring::{Keyring, LocalFuture},
    materials::{OpenMaterials, SealMaterials},
    suite::TAG_LEN,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    derive::{Derived, Failure, derive},
    error::Error,
    parameters::{Limits, Parameters},
    provider_info::{IV_LEN, MAX_NAME, ProviderInfo, SALT_LEN},
    refusal::Refusal,
};

/// Which kind of keyring wrapped a data key, as its header says.
pub const PROVIDER_ID: &str = "edgekms-password";

/// Derived keys of opened messages that are kept: enough for the messages of a few people or devices in turn.
const HELD: usize = 8;

/// A password as bytes. Wiped when dropped, and never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Password(Vec<u8>);

impl Password {
    /// Takes over the bytes. How a text becomes bytes is the caller's: equal passwords must be equal bytes.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there are none.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::InvalidArgument { reason: "password must not be empty" });
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Wraps data keys under a password.
///
/// A keyring draws one salt when it first wraps and uses it for all that it wraps, so that only the first costs a
/// derivation; IVs are random, so one keyring should wrap at most 2^32 data keys (NIST SP 800-38D, 8.3). Keys
/// derived for messages that were opened are kept too, the last 8.
pub struct PasswordKeyring {
    name: String,
    password: Password,
    parameters: Parameters,
    limits: Limits,
    own: RefCell<Option<Rc<Derived>>>,
    held: RefCell<Vec<Rc<Derived>>>,
}

impl PasswordKeyring {
    /// A keyring for the password called `name`, which may be empty and is stored in messages. It opens data keys
    /// wrapped under that name alone.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if the name has more than 1,024 bytes, or the parameters are too weak or above
    /// the limits.
    pub fn new(
        password: Password,
        name: &str,
        parameters: Parameters,
        limits: Limits,
    ) -> Result<Self, Error> {
        if name.len() > MAX_NAME {
            return Err(Error::InvalidArgument { reason: "name has at most 1,024 bytes of UTF-8" });
        }
        parameters.check(&limits)?;
        let (own, held) = (RefCell::default(), RefCell::default());
        Ok(Self { name: name.to_owned(), password, parameters, limits, own, held })
    }

    /// Wraps a data key; `context` is the serialized encryption context.
    ///
    /// # Errors
    /// `RandomnessUnavailable`; [`Error::InvalidArgument`] if there is not enough memory.
    pub fn wrap_key(
        &self,
        data_key: &[u8],
        context: &[u8],
        random: &mut dyn Randomness,
    ) -> Result<EncryptedDataKey, Error> {
        let derived = self.own(random)?;
        let mut iv = [0; IV_LEN];
        random.fill(&mut iv)?;
        let mut ciphertext = Vec::with_capacity(data_key.len() + TAG_LEN);
        ciphertext.extend_from_slice(data_key);
        let tag = derived.cipher.seal(&iv, context, &mut ciphertext)?;
        ciphertext.extend_from_slice(&tag);
        let info = ProviderInfo {
            parameters: derived.parameters,
            salt: derived.salt,
            iv,
            commitment: derived.commitment(),
            name: self.name.clone(),
        };
        Ok(EncryptedDataKey::new(PROVIDER_ID.to_owned(), info.to_bytes(), ciphertext))
    }

    /// Unwraps the first of `keys` that the password opens and `fits` accepts. `contexts` are the serialized
    /// contexts that it may have been wrapped with.
    ///
    /// # Errors
    /// The first reason why none was opened that is not merely another password; else that.
    pub fn unwrap_key<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k EncryptedDataKey>,
        contexts: &[Vec<u8>],
        mut fits: impl FnMut(DataKey) -> Option<DataKey>,
    ) -> Result<DataKey, Refusal> {
        let mut left = self.limits.work_kib;
        let mut refusal = Refusal::NotThisWay;
        for key in keys.into_iter().filter(|key| key.provider_id == PROVIDER_ID) {
            let Some(info) = ProviderInfo::parse(&key.provider_info) else { continue };
            if info.name != self.name || !info.parameters.exist() {
                continue;
            }
            let why = match self.derived(&info, &mut left) {
                Err(why) => why,
                Ok(derived) if !derived.commits_to(&info.commitment) => Refusal::WrongPassword,
                Ok(derived) => {
                    let opened = contexts.iter().find_map(|context| {
                        open(&derived, &info.iv, context, &key.ciphertext).and_then(&mut fits)
                    });
                    match opened {
                        Some(data_key) => return Ok(data_key),
                        None => Refusal::ContextOrCiphertext,
                    }
                }
            };
            if matches!(refusal, Refusal::NotThisWay | Refusal::WrongPassword) {
                refusal = why;
            }
        }
        Err(refusal)
    }

    /// What this keyring wraps with.
    fn own(&self, random: &mut dyn Randomness) -> Result<Rc<Derived>, Error> {
        if let Some(derived) = &*self.own.borrow() {
            return Ok(Rc::clone(derived));
        }
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        let derived = derive(&self.password.0, salt, self.parameters).map_err(|why| match why {
            Failure::Refused(error) => error,
            Failure::OutOfMemory => Error::InvalidArgument {
                reason: "memoryKiB is more memory than is there; give less, with more iterations",
            },
        })?;
        Ok(Rc::clone(self.own.borrow_mut().insert(Rc::new(derived))))
    }

    /// What the password gives with an entry's salt, if it may be derived.
    fn derived(&self, info: &ProviderInfo, left: &mut u64) -> Result<Rc<Derived>, Refusal> {
        let same = |derived: &&Rc<Derived>| {
            derived.salt == info.salt && derived.parameters == info.parameters
        };
        if let Some(derived) = self.own.borrow().iter().find(same) {
            return Ok(Rc::clone(derived));
        }
        let mut held = self.held.borrow_mut();
        if let Some(at) = held.iter().position(|derived| same(&derived)) {
            let derived = held.remove(at);
            held.push(Rc::clone(&derived));
            return Ok(derived);
        }
        let asked = info.parameters;
        if asked.memory_kib > self.limits.memory_kib || asked.work_kib() > *left {
            return Err(Refusal::TooCostly { asked, limits: self.limits });
        }
        *left -= asked.work_kib();
        let derived = derive(&self.password.0, info.salt, asked);
        // Of what else can be refused, nothing depends on the message.
        let derived = Rc::new(derived.map_err(|_| Refusal::OutOfMemory { asked })?);
        if held.len() >= HELD {
            held.remove(0);
        }
        held.push(Rc::clone(&derived));
        Ok(derived)
    }
}

fn open(
    derived: &Derived,
    iv: &[u8; IV_LEN],
    context: &[u8],
    ciphertext: &[u8],
) -> Option<DataKey> {
    let (ciphertext, tag) = ciphertext.split_last_chunk::<TAG_LEN>()?;
    // The box becomes the key: no second copy of the plaintext is made.
    let mut buffer: Box<[u8]> = ciphertext.into();
    derived.cipher.open(iv, context, &mut buffer, tag).ok()?;
    Some(DataKey::from_box(buffer))
}

impl Keyring for PasswordKeyring {
    fn wrap<'a>(
        &'a self,
        mut materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, CoreError>> {
        Box::pin(async move {
            let context = materials.context().to_bytes();
            let data_key = materials.data_key_or_make(random)?;
            let wrapped = self.wrap_key(data_key.expose_secret(), &context, random)?;
            materials.push(wrapped);
            Ok(materials)
        })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, CoreError>> {
        Box::pin(async move {
            let fits = |key| materials.accept(key).ok();
            let keys = materials.encrypted_data_keys();
            self.unwrap_key(keys, &materials.context_bytes(), fits).map_err(CoreError::from)
        })
    }
}

impl fmt::Debug for PasswordKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordKeyring").field("name", &self.name).finish_non_exhaustive()
    }
}
