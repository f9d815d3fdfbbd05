# SPDX-License-Identifier: Apache-2.0
"""What PyCA's `cryptography` makes of public keys. An algorithm may have either cloud's name."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

HASHES = {"1": hashes.SHA1, "256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}


def hash_of(algorithm):
    return HASHES[algorithm.rpartition("_")[2]]()


def digest_for(algorithm, message):
    digest = hashes.Hash(hash_of(algorithm))
    digest.update(message)
    return digest.finalize()


def verifies(public_key, algorithm, message, signature):
    """Whether it is the message's signature: the digest is made here and not by the service."""
    chosen = hash_of(algorithm)
    digest = digest_for(algorithm, message)
    if algorithm.startswith("ECDSA"):
        how = (ec.ECDSA(Prehashed(chosen)),)
    elif "PSS" in algorithm:
        how = (padding.PSS(padding.MGF1(chosen), padding.PSS.DIGEST_LENGTH), Prehashed(chosen))
    else:
        how = (padding.PKCS1v15(), Prehashed(chosen))
    try:
        public_key.verify(signature, digest, *how)
    except InvalidSignature:
        return False
    return True


def encrypted(public_key, algorithm, plaintext):
    chosen = hash_of(algorithm)
    return public_key.encrypt(plaintext, padding.OAEP(padding.MGF1(chosen), chosen, None))


def flipped(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
