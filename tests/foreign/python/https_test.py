# SPDX-License-Identifier: Apache-2.0
"""Official clients over https, with a certificate that only the environment makes them trust.

The variables are those that `edgekms dev --https` prints. EDGEKMS_ENDPOINT is the server, EDGEKMS_TEST_KEY a key.
"""

import os
import ssl
import unittest
import urllib.error
import urllib.request
from base64 import b64encode
from urllib.parse import urlsplit

import boto3
import certifi
import oss2
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from aliyunsdkcore.profile import region_provider

ENDPOINT, KEY = os.environ["EDGEKMS_ENDPOINT"], os.environ["EDGEKMS_TEST_KEY"]
REGION = os.environ["EDGEKMS_REGION"]
ACCESS_KEY = os.environ["EDGEKMS_ACCESS_KEY_ID"], os.environ["EDGEKMS_ACCESS_KEY_SECRET"]


class Https(unittest.TestCase):
    def test_it_is_https(self):
        self.assertEqual(urlsplit(ENDPOINT).scheme, "https")

    def test_boto3(self):
        kms = boto3.client("kms", endpoint_url=ENDPOINT)
        sealed = kms.encrypt(KeyId=KEY, Plaintext=b"hello")["CiphertextBlob"]
        self.assertEqual(kms.decrypt(CiphertextBlob=sealed)["Plaintext"], b"hello")

    def test_alibabas_own_client(self):
        id, secret = ACCESS_KEY
        host = urlsplit(ENDPOINT).netloc
        kms = Client(Config(access_key_id=id, access_key_secret=secret, endpoint=host, protocol="HTTPS"))
        plaintext = b64encode(b"hello").decode()
        sealed = kms.encrypt(models.EncryptRequest(key_id=KEY, plaintext=plaintext)).body.ciphertext_blob
        self.assertEqual(kms.decrypt(models.DecryptRequest(ciphertext_blob=sealed)).body.plaintext, plaintext)

    def test_oss2s_master_keys(self):
        """By `aliyun-python-sdk-core`, as Alibaba's encryption SDK too."""
        region_provider.add_endpoint("Kms", REGION, ENDPOINT)
        provider = oss2.AliKMSProvider(*ACCESS_KEY, REGION, KEY)
        plain, sealed = provider.get_key()
        self.assertEqual(provider.decrypt_encrypted_key(sealed), plain)

    def test_openssl_by_the_strictest_rules(self):
        context = ssl.create_default_context()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(ENDPOINT, context=context)
        self.assertEqual(caught.exception.code, 400)

    def test_nobody_else_trusts_it(self):
        context = ssl.create_default_context(cafile=certifi.where())
        with self.assertRaisesRegex(urllib.error.URLError, "CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(ENDPOINT, context=context)


if __name__ == "__main__":
    unittest.main()
