// SPDX-License-Identifier: Apache-2.0
//! How long a data key is (wire reference, section 2.2).

use crate::error::ApiError;
use crate::number::Whole;
use crate::text::words;

words! {
    /// A data key's length by a name.
    DataKeySpec, "It must be AES_256 or AES_128; for another length give NumberOfBytes.";
    /// 32 bytes.
    Aes256 = "AES_256",
    /// 16 bytes.
    Aes128 = "AES_128",
}

impl DataKeySpec {
    /// Bytes.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "no collection: never empty")]
    pub const fn len(self) -> u32 {
        match self {
            Self::Aes256 => 32,
            Self::Aes128 => 16,
        }
    }
}

/// Bytes of the data key asked for: `NumberOfBytes` if given, else `KeySpec`'s, else 32. What
/// `KeySpec` says beside `NumberOfBytes` is ignored, as documented, whatever it is.
///
/// # Errors
/// `InvalidParameter` naming `KeySpec`.
pub fn len(number: Option<Whole<1, 1024>>, spec: Option<&str>) -> Result<usize, ApiError> {
    let len = match (number, spec) {
        (Some(number), _) => number.get(),
        (None, None) => DataKeySpec::Aes256.len(),
        (None, Some(text)) => {
            let spec: Result<DataKeySpec, _> = text.parse();
            spec.map_err(|error| ApiError::invalid_parameter("KeySpec", error))?.len()
        }
    };
    Ok(len as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_bytes_overrides_key_spec() {
        let number = |bytes| Whole::new(bytes);
        assert_eq!(len(None, None).unwrap(), 32);
        assert_eq!(len(None, Some("AES_128")).unwrap(), 16);
        assert_eq!(len(number(1), Some("AES_256")).unwrap(), 1);
        assert_eq!(len(number(1024), Some("other")).unwrap(), 1024);
        assert!(len(None, Some("AES_192")).unwrap_err().message().contains("\"KeySpec\""));
    }
}
