# SPDX-License-Identifier: Apache-2.0
"""Asymmetric keys through boto3, unmodified; PyCA's `cryptography` has the public keys and judges."""

from boto3_test import Case
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from public_keys import digest_for, encrypted, flipped, verifies

MESSAGE = bytes(range(256)) * 16
RSA_SIGNING = [f"RSASSA_{scheme}_SHA_{bits}" for scheme in ("PSS", "PKCS1_V1_5") for bits in (256, 384, 512)]
OAEP = {"RSAES_OAEP_SHA_256": 190, "RSAES_OAEP_SHA_1": 214}
SHA_256 = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}


class Asymmetric(Case):
    def new_pair(self, spec, usage):
        """The key's metadata, and its public half as `cryptography` reads it."""
        key = self.new_key(KeySpec=spec, KeyUsage=usage)
        told = self.kms.get_public_key(KeyId=key["KeyId"])
        self.assertEqual(told["KeyId"], key["Arn"])
        for field in ("KeySpec", "KeyUsage"):
            self.assertEqual(told[field], key[field])
        for field in ("SigningAlgorithms", "EncryptionAlgorithms"):
            self.assertEqual(told.get(field), key.get(field))
        return key, load_der_public_key(told["PublicKey"])

    def signs(self, key, public_key):
        for algorithm in key["SigningAlgorithms"]:
            forms = {"RAW": MESSAGE, "DIGEST": digest_for(algorithm, MESSAGE)}
            for message_type, message in forms.items():
                with self.subTest(algorithm=algorithm, message_type=message_type):
                    asked = {"KeyId": key["KeyId"], "SigningAlgorithm": algorithm}
                    signed = self.kms.sign(Message=message, MessageType=message_type, **asked)
                    self.assertEqual((signed["KeyId"], signed["SigningAlgorithm"]), (key["Arn"], algorithm))
                    signature = signed["Signature"]
                    self.assertTrue(verifies(public_key, algorithm, MESSAGE, signature))
                    for other_type, other in forms.items():
                        checked = self.kms.verify(Message=other, MessageType=other_type, Signature=signature, **asked)
                        self.assertIs(checked["SignatureValid"], True)
                    for bad in (flipped(signature), signature[:-1]):
                        verify = {"Message": message, "MessageType": message_type, "Signature": bad, **asked}
                        error = self.fails("KMSInvalidSignatureException", self.kms.verify, **verify)
                        self.assertIsInstance(error, self.kms.exceptions.KMSInvalidSignatureException)

    def test_rsa_signatures(self):
        """RSA_2048, SIGN_VERIFY: CreateKey, GetPublicKey, Sign, Verify"""
        key, public_key = self.new_pair("RSA_2048", "SIGN_VERIFY")
        self.assertIsInstance(public_key, rsa.RSAPublicKey)
        self.assertEqual(public_key.key_size, 2048)
        self.assertCountEqual(key["SigningAlgorithms"], RSA_SIGNING)
        self.signs(key, public_key)

    def test_ecdsa_signatures(self):
        """ECC_NIST_P256, SIGN_VERIFY: CreateKey, GetPublicKey, Sign, Verify"""
        key, public_key = self.new_pair("ECC_NIST_P256", "SIGN_VERIFY")
        self.assertIsInstance(public_key.curve, ec.SECP256R1)
        self.assertEqual(key["SigningAlgorithms"], ["ECDSA_SHA_256"])
        self.signs(key, public_key)

    def test_encryption(self):
        """RSA_2048, ENCRYPT_DECRYPT: CreateKey, GetPublicKey, Encrypt, Decrypt"""
        key, public_key = self.new_pair("RSA_2048", "ENCRYPT_DECRYPT")
        self.assertCountEqual(key["EncryptionAlgorithms"], OAEP)
        for algorithm, longest in OAEP.items():
            asked = {"KeyId": key["Arn"], "EncryptionAlgorithm": algorithm}
            for length in (1, longest):
                plaintext = MESSAGE[:length]
                sealed = self.kms.encrypt(Plaintext=plaintext, **asked)["CiphertextBlob"]
                self.assertEqual(len(sealed), 256)
                for blob in (sealed, encrypted(public_key, algorithm, plaintext)):
                    opened = self.kms.decrypt(CiphertextBlob=blob, **asked)
                    self.assertEqual((opened["Plaintext"], opened["KeyId"]), (plaintext, key["Arn"]))
                    self.assertEqual(opened["EncryptionAlgorithm"], algorithm)
            self.fails("ValidationException", self.kms.encrypt, Plaintext=MESSAGE[: longest + 1], **asked)
            self.fails("InvalidCiphertextException", self.kms.decrypt, CiphertextBlob=flipped(sealed), **asked)

    def test_errors(self):
        """InvalidKeyUsageException, ValidationException, DisabledException"""
        signs, encrypts = self.new_pair("ECC_NIST_P256", "SIGN_VERIFY")[0], self.new_pair("RSA_2048", "ENCRYPT_DECRYPT")[0]
        ecdsa = {"KeyId": signs["KeyId"], "Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"}
        pss = {**ecdsa, "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
        usage = "InvalidKeyUsageException"
        self.fails(usage, self.kms.sign, **pss)
        self.fails(usage, self.kms.sign, **{**pss, "KeyId": encrypts["KeyId"]})
        self.fails(usage, self.kms.encrypt, KeyId=signs["KeyId"], Plaintext=b"x", **SHA_256)
        self.fails(usage, self.kms.encrypt, KeyId=encrypts["KeyId"], Plaintext=b"x")
        self.fails(usage, self.kms.get_public_key, KeyId=self.new_key()["KeyId"])
        self.fails("ValidationException", self.kms.sign, **{**ecdsa, "MessageType": "DIGEST", "Message": MESSAGE[:31]})
        self.fails("ValidationException", self.kms.create_key, KeySpec="RSA_2048")

        signature = self.kms.sign(**ecdsa)["Signature"]
        sealed = self.kms.encrypt(KeyId=encrypts["KeyId"], Plaintext=b"x", **SHA_256)["CiphertextBlob"]
        for key in (signs, encrypts):
            self.kms.disable_key(KeyId=key["KeyId"])
        self.fails("DisabledException", self.kms.sign, **ecdsa)
        self.fails("DisabledException", self.kms.verify, Signature=signature, **ecdsa)
        self.fails("DisabledException", self.kms.get_public_key, KeyId=signs["KeyId"])
        self.fails("DisabledException", self.kms.encrypt, KeyId=encrypts["KeyId"], Plaintext=b"x", **SHA_256)
        self.fails("DisabledException", self.kms.decrypt, KeyId=encrypts["KeyId"], CiphertextBlob=sealed, **SHA_256)


