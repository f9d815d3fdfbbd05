// SPDX-License-Identifier: Apache-2.0
//! Why an argument, a context or bytes of a message are refused: a closed table, so that a reason is a
//! number wherever texts cost something (a web page downloads the core, and reads a text only when
//! something fails). `cargo xtask generate` writes the texts for JavaScript from here.

macro_rules! reasons {
    ($($name:ident = $text:literal,)*) => {
        /// Which rule was broken. The number of a variant is its place in [`Reason::ALL`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = $text] $name,)*
        }

        impl Reason {
            /// Every reason, by its number.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What is wrong, and what is allowed.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

#[rustfmt::skip]
reasons! {
    Misused = "the package called its core in a wrong way, which is a defect of edgekms; please report it",
    WrappingKeyLength = "a wrapping key has 16, 24 or 32 bytes",
    AesKeyLength = "an AES key has 16, 24 or 32 bytes",
    DataKeyLength = "the data key has not the suite's length",
    HkdfLength = "the suite's key is too long for HKDF",
    Curve = "curve must be P-256 or P-384",
    CommitKeyMissing = "a version 2 header needs a commit key",
    NoEncryptedDataKey = "a message needs a data key",
    FrameLength = "frameLength must be 1 to 4,294,967,295",
    MessageIdLength = "the message id has not the version's length",
    ContextFieldLength = "the encryption context is longer than 65,535 bytes",
    ProviderIdLength = "a key provider id has at most 65,535 bytes",
    ProviderInfoLength = "key provider information has at most 65,535 bytes",
    EncryptedDataKeyLength = "an encrypted data key has at most 65,535 bytes",
    RsaPadding = "padding must be oaep-sha1, oaep-sha256, oaep-sha384, oaep-sha512 or pkcs1",
    Pkcs1OnlyOpens = "RSA with PKCS#1 v1.5 padding only opens; seal with an OAEP padding",
    EmptyKeyId = "a key id must not be empty",
    DiscoveryOnlyOpens = "a discovery keyring only opens; seal with a keyring that names a CMK",
    OtherCmk = "the key service used another CMK than the message names",
    NoArn = "the key service gave no ARN of its CMK",
    KeyProvider = "the key provider must be aliyun-kms or aws-kms",
    EmptyMultiKeyring = "a multi-keyring needs a generator or a child",
    NoGenerator = "a multi-keyring without a generator only opens; give it one",
    NamespaceLength = "a key namespace has 1 to 65,535 bytes",
    ReservedNamespace = "the key namespaces aliyun-kms and aws-kms belong to key services",
    KeyNameLength = "a key name has 1 to 65,515 bytes",
    UnexpectedDataKey = "the key service gave a data key that was not asked for",
    NothingWrapped = "the keyring wrapped no data key",
    NoSigner = "a signing suite needs a signer",
    NotASigningSuite = "this suite does not sign",
    CacheLimit = "a limit of a cache is at least 1",
    MessageFinished = "the message is finished already",
    LastFrameSealed = "the last frame is sealed already",
    FrameContentLength = "a frame must have frameLength bytes, the last one at most as many",
    ReservedContextKey = "keys of the encryption context must not start with aws-crypto-",
    EmptyContextKey = "keys of the encryption context must not be empty",
    RepeatedContextKey = "a key comes twice in the encryption context",
    ContextTooLong = "the encryption context is longer than 65,535 bytes when serialized",
    NoPoint = "its verification key is not a compressed point",
    HeaderVersion = "its first byte is neither 1 nor 2",
    HeaderType = "its type is not 80",
    ReservedBytes = "its reserved bytes are not 0",
    IvLength = "its IV length is not 12",
    NonFramedWithLength = "it is not framed but has a frame length",
    ZeroFrameLength = "its frame length is 0",
    ContentType = "its content type is neither 1 nor 2",
    SuiteVersion = "its algorithm suite belongs to the other header version",
    NoDataKeyInHeader = "it has no encrypted data key",
    HeaderTooLong = "it is longer than 64 MiB",
    ProviderIdNotUtf8 = "a key provider id is not UTF-8",
    ContextLongerThanItsLength = "its encryption context is longer than its length says",
    ContextNotUtf8 = "its encryption context is not UTF-8",
    ContextCountsNoPairs = "its encryption context counts no pairs",
    ContextShorterThanItsLength = "its encryption context is shorter than its length says",
    ContextKeyTwice = "a key comes twice in its encryption context",
    VerificationKeyNotBase64 = "its verification key is not base64",
    VerificationKeyMissing = "its suite signs but it has no verification key",
    VerificationKeyUnexpected = "its suite does not sign but it has a verification key",
    FrameIv = "its IV is not its sequence number",
    FinalFrameTooLong = "the final frame is longer than the frame length",
    BodyTooLong = "the body is longer than 2^36 - 32 bytes",
    NoSuchFrame = "the message has no frame of this number",
    NoWholeLength = "a length is a whole number from 0 to 2^53 - 1",
    SignatureCoversHeader = "its signature covers its header, which cannot be changed; decrypt the message and encrypt it anew",
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}
