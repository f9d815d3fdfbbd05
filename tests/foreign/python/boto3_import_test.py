# SPDX-License-Identifier: Apache-2.0
"""Import of key material through boto3, unmodified; PyCA's `cryptography` wraps it."""

import os

from boto3_test import Case
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

PLAINTEXT = b"hello"


def wrapped(algorithm, public_key, material):
    key = load_der_public_key(public_key)
    hash_ = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()
    oaep = padding.OAEP(mgf=padding.MGF1(hash_), algorithm=hash_, label=None)
    if algorithm.startswith("RSAES"):
        return key.encrypt(material, oaep)
    aes = os.urandom(32)
    return key.encrypt(aes, oaep) + keywrap.aes_key_wrap_with_padding(aes, material)


class Import(Case):
    def give(self, key, algorithm, material):
        asked = {"KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048"}
        told = self.kms.get_parameters_for_import(**asked)
        return {
            "KeyId": key,
            "ImportToken": told["ImportToken"],
            "EncryptedKeyMaterial": wrapped(algorithm, told["PublicKey"], material),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }

    def test_material_comes_goes_and_comes_again(self):
        """GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial"""
        for algorithm in ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"):
            with self.subTest(algorithm=algorithm):
                key, material = self.new_key(Origin="EXTERNAL"), os.urandom(32)
                self.assertEqual(key["KeyState"], "PendingImport")
                key = key["KeyId"]
                self.kms.import_key_material(**self.give(key, algorithm, material))
                blob = self.kms.encrypt(KeyId=key, Plaintext=PLAINTEXT)["CiphertextBlob"]
                self.kms.delete_imported_key_material(KeyId=key)
                self.fails("KMSInvalidStateException", self.kms.decrypt, CiphertextBlob=blob)
                other = self.give(key, algorithm, os.urandom(32))
                self.fails("IncorrectKeyMaterialException", self.kms.import_key_material, **other)
                self.kms.import_key_material(**self.give(key, algorithm, material))
                self.assertEqual(self.kms.decrypt(CiphertextBlob=blob)["Plaintext"], PLAINTEXT)
