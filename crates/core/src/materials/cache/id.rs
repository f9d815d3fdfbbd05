// SPDX-License-Identifier: Apache-2.0
//! What a cache finds its entries by (specification: framework/caching-cmm.md, Appendix A).

use alloc::vec::Vec;

use sha2::{Digest, Sha512};

use crate::{
    context::EncryptionContext, error::Error, format::encrypted_data_key::EncryptedDataKey,
    suite::Suite,
};

const HASH_LEN: usize = 64;

/// Finds an entry: messages of one keyring, suite and context; when opening, of the same wrapped data keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId([u8; HASH_LEN]);

impl EntryId {
    /// For sealing. `partition` tells the keyrings of one cache apart. `context` is the caller's, without the
    /// pair of a signature: the key pair is a part of what is cached.
    #[must_use]
    pub fn to_seal(partition: &str, suite: &Suite, context: &EncryptionContext) -> Self {
        let mut hash = Sha512::new();
        hash.update(Sha512::digest(partition));
        hash.update([1]);
        hash.update(suite.id.to_be_bytes());
        hash.update(Sha512::digest(context.to_bytes()));
        Self(hash.finalize().into())
    }

    /// For opening. `context` is the whole one.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if an encrypted data key is too long to be written.
    pub fn to_open(
        partition: &str,
        suite: &Suite,
        keys: &[EncryptedDataKey],
        context: &EncryptionContext,
    ) -> Result<Self, Error> {
        let mut hashes = Vec::with_capacity(keys.len());
        for key in keys {
            let mut bytes = Vec::new();
            key.write(&mut bytes)?;
            let hash: [u8; HASH_LEN] = Sha512::digest(bytes).into();
            hashes.push(hash);
        }
        hashes.sort_unstable();
        let mut hash = Sha512::new();
        hash.update(Sha512::digest(partition));
        hash.update(suite.id.to_be_bytes());
        for key in hashes {
            hash.update(key);
        }
        hash.update([0; HASH_LEN]);
        hash.update(Sha512::digest(context.to_bytes()));
        Ok(Self(hash.finalize().into()))
    }
}

#[cfg(test)]
mod tests {
    use alloc::{borrow::ToOwned, vec};

    use super::*;

    fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
        EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
    }

    fn suite(id: u16) -> &'static Suite {
        Suite::from_id(id).unwrap()
    }

    /// Made by @aws-crypto/cache-material 5.0.2.
    #[test]
    fn identifiers_are_those_of_the_aws_encryption_sdk() {
        let empty = EntryId::to_seal("a partition", suite(0x0478), &context(&[]));
        assert_eq!(
            hex::encode(empty.0),
            "ab9fa1f880cc83bbd72befc38469bd2b319050e0622b32a5ac828e625d68443d\
             25b5671d85f43d98a777e4710470afb2e7021b32d4ad919b8dcf06a54a90131f"
        );
        let pairs = context(&[("purpose", "test"), ("album", "42")]);
        assert_eq!(
            hex::encode(EntryId::to_seal("a partition", suite(0x0578), &pairs).0),
            "36e26d223a70f3af0358981bbd374946b9aa33ced29fbc1ec56a411042ffa467\
             04cc27cd676b8adfac757a7d9b06e08ecea1de71248aa22a47b1492f41993703"
        );
        let kms = ("aliyun-kms", b"acs:kms:r:1:key/k".to_vec(), b"blob".to_vec());
        let rsa = ("tests", b"rsa".to_vec(), vec![1, 2, 3]);
        for keys in [[kms.clone(), rsa.clone()], [rsa, kms]] {
            let keys = keys.map(|(id, info, key)| EncryptedDataKey::new(id.to_owned(), info, key));
            let context = context(&[("purpose", "test")]);
            let id = EntryId::to_open("another", suite(0x0478), &keys, &context).unwrap();
            assert_eq!(
                hex::encode(id.0),
                "a70bc5fb82532a52e2abee23df6f50bff108a4cb0d0f33882f7314cb10b40125\
                 fceb53f9a7257e1301aa628e6804c04db68d3e59887deb15b473f505eb2dee4b"
            );
        }
    }
}
