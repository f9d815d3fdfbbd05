# SPDX-License-Identifier: Apache-2.0
"""The story of story.test.mjs by Alibaba's clients for Python, unmodified: RAM, STS and KMS."""

import json
import os
import time
import unittest

from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_kms20160120.client import Client as Kms
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config

ACCOUNT = os.environ["EDGEKMS_TEST_ACCOUNT"]
ROOT = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], None)


def client(sdk, who):
    key_id, secret, token = who
    return sdk(
        Config(
            access_key_id=key_id,
            access_key_secret=secret,
            security_token=token,
            endpoint=os.environ["EDGEKMS_TEST_HOST"],
            protocol="HTTP",
        )
    )


def document(action, resource, **more):
    return json.dumps(
        {"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]}
    )


class Story(unittest.TestCase):
    def refused(self, code, method, request):
        with self.assertRaises(AlibabaCloudException) as caught:
            method(request)
        self.assertEqual(caught.exception.code, code, caught.exception.message)

    def soon(self, method, request):
        """Isolates hear of a change within a bound."""
        for _ in range(100):
            try:
                return method(request)
            except AlibabaCloudException as error:
                last = error
                time.sleep(0.1)
        raise last

    def test_a_session_may_what_its_role_and_its_own_policy_both_say(self):
        ram, root_kms = client(Ram, ROOT), client(Kms, ROOT)
        key = root_kms.create_key(kms_models.CreateKeyRequest()).body.key_metadata
        ram.create_user(ram_models.CreateUserRequest(user_name="snake"))
        made = ram.create_access_key(ram_models.CreateAccessKeyRequest(user_name="snake")).body.access_key
        user = (made.access_key_id, made.access_key_secret, None)
        trust = {
            "Version": "1",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"RAM": [f"acs:ram::{ACCOUNT}:user/snake"]},
                    "Condition": {"StringEquals": {"sts:ExternalId": "tenant-7"}},
                }
            ],
        }
        role = ram.create_role(
            ram_models.CreateRoleRequest(role_name="Python", assume_role_policy_document=json.dumps(trust))
        ).body.role
        for name, text in [
            ("python-key", document(["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], key.arn)),
            ("python-broker", document("sts:AssumeRole", role.arn)),
        ]:
            ram.create_policy(ram_models.CreatePolicyRequest(policy_name=name, policy_document=text))
        ram.attach_policy_to_role(
            ram_models.AttachPolicyToRoleRequest(policy_type="Custom", policy_name="python-key", role_name="Python")
        )
        ram.attach_policy_to_user(
            ram_models.AttachPolicyToUserRequest(policy_type="Custom", policy_name="python-broker", user_name="snake")
        )
        sts = client(Sts, user)
        asked = {
            "role_arn": role.arn,
            "role_session_name": "serpent",
            "duration_seconds": 900,
            "policy": document(["kms:Encrypt", "kms:Decrypt", "kms:ListKeys"], "*"),
        }
        told = self.soon(sts.assume_role, sts_models.AssumeRoleRequest(**asked, external_id="tenant-7")).body
        self.refused("NoPermission", sts.assume_role, sts_models.AssumeRoleRequest(**asked, external_id="tenant-8"))
        self.refused("NoPermission", sts.assume_role, sts_models.AssumeRoleRequest(**asked))
        held = told.credentials
        session = (held.access_key_id, held.access_key_secret, held.security_token)
        identity = client(Sts, session).get_caller_identity().body
        self.assertEqual(identity.arn, f"acs:ram::{ACCOUNT}:assumed-role/python/serpent")
        kms = client(Kms, session)
        blob = kms.encrypt(kms_models.EncryptRequest(key_id=key.key_id, plaintext="aGVsbG8=")).body.ciphertext_blob
        opened = kms.decrypt(kms_models.DecryptRequest(ciphertext_blob=blob)).body
        self.assertEqual(opened.plaintext, "aGVsbG8=")
        no = "Forbidden.NoPermission"
        self.refused(no, kms.describe_key, kms_models.DescribeKeyRequest(key_id=key.key_id))
        self.refused(no, kms.list_keys, kms_models.ListKeysRequest())
        self.refused(no, kms.generate_data_key, kms_models.GenerateDataKeyRequest(key_id=key.key_id))


if __name__ == "__main__":
    unittest.main()
