# SPDX-License-Identifier: Apache-2.0
"""Alibaba's own client for Python, unmodified: `alibabacloud-kms20160120`, which finds its access key in the environment.

The worker's host and port are in EDGEKMS_TEST_HOST. PyCA's `cryptography` has the public keys and judges.
"""

import os
import re
import unittest
from base64 import b64decode, b64encode

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from public_keys import digest_for, encrypted, flipped, verifies

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MESSAGE = bytes(range(256)) * 20
CONTEXT = {"Purpose": "c&d=é+*~ 中文", "a b": "c", "größe=&": "x", "a.b": 'y"\\'}
OAEP = {"RSAES_OAEP_SHA_256": 190, "RSAES_OAEP_SHA_1": 214}


def base64(data):
    return b64encode(data).decode()


def snake_case(action):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        host = os.environ["EDGEKMS_TEST_HOST"]
        cls.kms = Client(Config(credential=CredentialClient(), endpoint=host, protocol="HTTP"))

    def call(self, action, **parameters):
        request = getattr(models, f"{action}Request")(**parameters)
        body = getattr(self.kms, snake_case(action))(request).body
        self.assertRegex(body.request_id, UUID)
        return body

    def fails(self, code, action, **parameters):
        with self.assertRaises(AlibabaCloudException) as caught:
            self.call(action, **parameters)
        error = caught.exception
        self.assertEqual(error.code, code, error.message)
        self.assertRegex(error.request_id, UUID)
        self.assertTrue(error.data["Message"])

    def new_key(self, spec, usage):
        """What names the one version of a new key."""
        key = self.call("CreateKey", key_spec=spec, key_usage=usage).key_metadata
        self.assertEqual((key.key_spec, key.key_usage), (spec, usage))
        (version,) = self.call("ListKeyVersions", key_id=key.key_id).key_versions.key_version
        return {"key_id": key.key_id, "key_version_id": version.key_version_id}

    def public_key(self, key):
        return load_pem_public_key(self.call("GetPublicKey", **key).public_key.encode())


class Symmetric(Case):
    def test_data_keys(self):
        """Encrypt, GenerateDataKey and Decrypt, with a context of any names"""
        key_id = self.call("CreateKey").key_metadata.key_id
        sealed = self.call("Encrypt", key_id=key_id, plaintext=base64(MESSAGE[:100]), encryption_context=CONTEXT)
        made = self.call("GenerateDataKey", key_id=key_id, encryption_context=CONTEXT)
        for blob, plaintext in ((sealed.ciphertext_blob, base64(MESSAGE[:100])), (made.ciphertext_blob, made.plaintext)):
            opened = self.call("Decrypt", ciphertext_blob=blob, encryption_context=CONTEXT)
            self.assertEqual((opened.plaintext, opened.key_id), (plaintext, key_id))
            self.fails("InvalidParameter", "Decrypt", ciphertext_blob=blob)


class Names(Case):
    def test_tags_of_several_keys(self):
        """TagResources, ListTagResources, UntagResources"""
        keys = [self.call("CreateKey").key_metadata.key_id for _ in range(2)]
        several = {"resource_type": "key", "resource_id": keys}

        def tags():
            body = self.call("ListTagResources", **several)
            self.assertEqual(body.next_token, "")
            rows = body.tag_resources.tag_resource
            return {(row.resource_id, row.tag_key, row.tag_value) for row in rows}

        tag = [models.TagResourcesRequestTag(key="team", value="photos"), models.TagResourcesRequestTag(key="stage")]
        self.call("TagResources", tag=tag, **several)
        self.assertEqual(tags(), {(key, *tag) for key in keys for tag in (("team", "photos"), ("stage", ""))})
        self.call("UntagResources", tag_key=["team", "nobody"], **several)
        self.assertEqual(tags(), {(key, "stage", "") for key in keys})
        self.fails("Forbidden.KeyNotFound", "TagResources", resource_type="key", resource_id=[keys[0], UNKNOWN], tag=tag)
        self.assertEqual(tags(), {(key, "stage", "") for key in keys})
        self.call("UntagResources", all=True, **several)
        self.assertEqual(tags(), set())

    def test_policies(self):
        """GetKeyPolicy, SetKeyPolicy"""
        key = {"key_id": self.call("CreateKey").key_metadata.key_id}
        default = self.call("GetKeyPolicy", policy_name="default", **key).policy
        self.call("SetKeyPolicy", policy=default, policy_name="default", **key)
        self.assertEqual(self.call("GetKeyPolicy", **key).policy, default)
        self.fails("InvalidParameter", "SetKeyPolicy", policy=default.replace("Allow", "Permit"), **key)
        self.assertEqual(self.call("GetKeyPolicy", **key).policy, default)

    def test_service(self):
        """DescribeAccountKmsStatus, GetDefaultKmsInstance, OpenKmsService"""
        self.assertEqual(self.kms.describe_account_kms_status().body.account_status, "Enabled")
        self.assertEqual(self.kms.get_default_kms_instance().body.default_kms_instance_id, "")
        with self.assertRaises(AlibabaCloudException) as caught:
            self.kms.open_kms_service()
        self.assertEqual(caught.exception.code, "Forbidden.Opened")


class Asymmetric(Case):
    def signs(self, key, algorithms):
        public_key = self.public_key(key)
        for algorithm in algorithms:
            asked = {**key, "algorithm": algorithm, "digest": base64(digest_for(algorithm, MESSAGE))}
            value = self.call("AsymmetricSign", **asked).value
            self.assertTrue(verifies(public_key, algorithm, MESSAGE, b64decode(value)), algorithm)
            self.assertIs(self.call("AsymmetricVerify", value=value, **asked).value, True)
            changed = base64(flipped(b64decode(value)))
            self.assertIs(self.call("AsymmetricVerify", value=changed, **asked).value, False)
        return public_key

    def test_rsa_signatures(self):
        """RSA_2048, SIGN/VERIFY: GetPublicKey, AsymmetricSign, AsymmetricVerify"""
        algorithms = [f"RSA_{scheme}_SHA_{bits}" for scheme in ("PSS", "PKCS1") for bits in (256, 384, 512)]
        public_key = self.signs(self.new_key("RSA_2048", "SIGN/VERIFY"), algorithms)
        self.assertIsInstance(public_key, rsa.RSAPublicKey)
        self.assertEqual(public_key.key_size, 2048)

    def test_ecdsa_signatures(self):
        """EC_P256, SIGN/VERIFY: GetPublicKey, AsymmetricSign, AsymmetricVerify"""
        public_key = self.signs(self.new_key("EC_P256", "SIGN/VERIFY"), ["ECDSA_SHA_256"])
        self.assertIsInstance(public_key.curve, ec.SECP256R1)

    def test_encryption(self):
        """RSA_2048, ENCRYPT/DECRYPT: GetPublicKey, AsymmetricEncrypt, AsymmetricDecrypt"""
        key = self.new_key("RSA_2048", "ENCRYPT/DECRYPT")
        public_key = self.public_key(key)
        for algorithm, longest in OAEP.items():
            plaintext = base64(MESSAGE[:longest])
            sealed = self.call("AsymmetricEncrypt", algorithm=algorithm, plaintext=plaintext, **key).ciphertext_blob
            for blob in (sealed, base64(encrypted(public_key, algorithm, MESSAGE[:longest]))):
                opened = self.call("AsymmetricDecrypt", algorithm=algorithm, ciphertext_blob=blob, **key)
                self.assertEqual(opened.plaintext, plaintext)
            longer = base64(MESSAGE[: longest + 1])
            self.fails("InvalidParameter", "AsymmetricEncrypt", algorithm=algorithm, plaintext=longer, **key)
            changed = base64(flipped(b64decode(sealed)))
            self.fails("InvalidParameter", "AsymmetricDecrypt", algorithm=algorithm, ciphertext_blob=changed, **key)

    def test_errors(self):
        """UnsupportedOperation, InvalidParameter, Forbidden.KeyVersionNotFound, MissingParameter, Rejected.Disabled"""
        signs = self.new_key("EC_P256", "SIGN/VERIFY")
        encrypts = self.new_key("RSA_2048", "ENCRYPT/DECRYPT")
        ecdsa = {"algorithm": "ECDSA_SHA_256", "digest": base64(digest_for("ECDSA_SHA_256", MESSAGE))}
        pss = {**ecdsa, "algorithm": "RSA_PSS_SHA_256"}
        self.fails("UnsupportedOperation", "AsymmetricSign", **encrypts, **pss)
        self.fails("UnsupportedOperation", "GenerateDataKey", key_id=signs["key_id"])
        self.fails("InvalidParameter", "AsymmetricSign", **signs, **pss)
        self.fails("InvalidParameter", "AsymmetricSign", **signs, **{**ecdsa, "digest": base64(MESSAGE[:31])})
        self.fails("Forbidden.KeyVersionNotFound", "AsymmetricSign", **{**signs, "key_version_id": UNKNOWN}, **ecdsa)
        self.fails("MissingParameter", "AsymmetricSign", key_id=signs["key_id"], **ecdsa)
        self.call("DisableKey", key_id=signs["key_id"])
        self.fails("Rejected.Disabled", "AsymmetricSign", **signs, **ecdsa)
        self.fails("Rejected.Disabled", "GetPublicKey", **signs)
