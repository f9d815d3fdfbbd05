// SPDX-License-Identifier: Apache-2.0
//! What keys are counted and found by: keys that no filter tells apart are of one group. A store keeps
//! the number of each group's keys, so that a filtered list costs the same whatever is stored.

use edgekms_api::key::filter::Filterable;

/// A group. There are as many as there are combinations in use: dozens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyGroup(pub Filterable);

impl KeyGroup {
    /// Its text in the database, such as `Enabled,Aliyun_AES_256,ENCRYPT/DECRYPT,SOFTWARE,User`. Stored
    /// state: never change it.
    #[must_use]
    pub fn encode(&self) -> String {
        let Filterable { key_state, key_spec, key_usage, protection_level, creator_type } = self.0;
        format!("{key_state},{key_spec},{key_usage},{protection_level},{creator_type}")
    }

    /// The inverse of [`KeyGroup::encode`].
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let group = Filterable {
            key_state: parts.next()?.parse().ok()?,
            key_spec: parts.next()?.parse().ok()?,
            key_usage: parts.next()?.parse().ok()?,
            protection_level: parts.next()?.parse().ok()?,
            creator_type: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(Self(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::key_record;

    #[test]
    fn the_text_is_pinned_and_read_back() {
        let group = key_record().group();
        let text = "Enabled,Aliyun_AES_256,ENCRYPT/DECRYPT,SOFTWARE,User";
        assert_eq!(group.encode(), text);
        assert_eq!(KeyGroup::decode(text), Some(group));
        for bad in ["", "Enabled", &format!("{text},"), &text.replace("User", "Nobody")] {
            assert_eq!(KeyGroup::decode(bad), None, "{bad}");
        }
    }
}
