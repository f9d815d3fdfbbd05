# SPDX-License-Identifier: Apache-2.0
"""Events of root, a user and a session, found by Alibaba's client of ActionTrail for Python, unmodified."""

import json
import os
import time
import unittest

from alibabacloud_actiontrail20200706 import models as trail_models
from alibabacloud_actiontrail20200706.client import Client as ActionTrail
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
PLAINTEXT = "bm90IGZvciB0aGUgdHJhaWw="


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


def document(action, **more):
    statement = {"Effect": "Allow", "Action": action, **(more or {"Resource": "*"})}
    return json.dumps({"Version": "1", "Statement": [statement]})


def looked_up(who, key=None, value=None, **more):
    """Every event that a look-up finds, page by page."""
    trail, events, token = client(ActionTrail, who), [], None
    if key:
        more["lookup_attribute"] = [trail_models.LookupEventsRequestLookupAttribute(key=key, value=value)]
    while True:
        page = trail.lookup_events(trail_models.LookupEventsRequest(next_token=token, **more)).body
        events += page.events
        token = page.next_token
        if not token:
            return events


class Trail(unittest.TestCase):
    def refused(self, code, method, request):
        with self.assertRaises(AlibabaCloudException) as caught:
            method(request)
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        return caught.exception.request_id

    def soon(self, method, request):
        """Isolates hear of a change within a bound."""
        for _ in range(100):
            try:
                return method(request)
            except AlibabaCloudException as error:
                last = error
                time.sleep(0.1)
        raise last

    def test_calls_of_root_a_user_and_a_session_are_found_once_each(self):
        ram, kms = client(Ram, ROOT), client(Kms, ROOT)
        ids = {}
        made = kms.create_key(kms_models.CreateKeyRequest()).body
        key = made.key_metadata
        ids[made.request_id] = ("CreateKey", "root", None)
        sealed = kms.encrypt(kms_models.EncryptRequest(key_id=key.key_id, plaintext=PLAINTEXT)).body
        ids[sealed.request_id] = ("Encrypt", "root", None)
        told = ram.create_user(ram_models.CreateUserRequest(user_name="adder")).body
        ids[told.request_id] = ("CreateUser", "root", None)
        held = ram.create_access_key(ram_models.CreateAccessKeyRequest(user_name="adder")).body.access_key
        user = (held.access_key_id, held.access_key_secret, None)
        trust = document("sts:AssumeRole", Principal={"RAM": [f"acs:ram::{ACCOUNT}:user/adder"]})
        role = ram.create_role(
            ram_models.CreateRoleRequest(role_name="Watcher", assume_role_policy_document=trust)
        ).body.role
        ram.create_policy(
            ram_models.CreatePolicyRequest(policy_name="adder-assumes", policy_document=document("sts:AssumeRole"))
        )
        ram.create_policy(
            ram_models.CreatePolicyRequest(
                policy_name="watches", policy_document=document("actiontrail:LookupEvents")
            )
        )
        ram.attach_policy_to_user(
            ram_models.AttachPolicyToUserRequest(
                policy_type="Custom", policy_name="adder-assumes", user_name="adder"
            )
        )
        ram.attach_policy_to_role(
            ram_models.AttachPolicyToRoleRequest(policy_type="Custom", policy_name="watches", role_name="Watcher")
        )
        asked = sts_models.AssumeRoleRequest(role_arn=role.arn, role_session_name="owl")
        taken = self.soon(client(Sts, user).assume_role, asked).body
        ids[taken.request_id] = ("AssumeRole", "adder", None)
        session = (
            taken.credentials.access_key_id,
            taken.credentials.access_key_secret,
            taken.credentials.security_token,
        )
        no = self.refused("Forbidden.NoPermission", client(Kms, user).list_keys, kms_models.ListKeysRequest())
        ids[no] = ("ListKeys", "adder", "Forbidden.NoPermission")
        no = self.refused(
            "Forbidden.NoPermission",
            client(Kms, session).decrypt,
            kms_models.DecryptRequest(ciphertext_blob=sealed.ciphertext_blob),
        )
        ids[no] = ("Decrypt", "Watcher:owl", "Forbidden.NoPermission")
        look = trail_models.LookupEventsRequest()
        no = self.refused("NoPermission", client(ActionTrail, user).lookup_events, look)
        ids[no] = ("LookupEvents", "adder", "NoPermission")

        # The session may look; pages are of 1, of 20 and of 50 events.
        for more in ({"max_results": "1", "direction": "FORWARD"}, {}, {"max_results": "50"}):
            events = looked_up(session, **more)
            for request_id, (name, who, code) in ids.items():
                found = [event for event in events if event["requestId"] == request_id]
                self.assertEqual(len(found), 1, name)
                event = found[0]
                self.assertEqual(event["eventName"], name)
                self.assertEqual(event["userIdentity"]["userName"], who)
                self.assertEqual(event.get("errorCode"), code)
        text = json.dumps(events)
        for secret in (PLAINTEXT, sealed.ciphertext_blob, user[1], session[1], session[2]):
            self.assertNotIn(secret, text)

        for attribute, value, name in [
            ("ResourceName", key.key_id, "Encrypt"),
            ("ResourceName", "adder", "CreateUser"),
            ("User", "Watcher:owl", "Decrypt"),
            ("EventAccessKeyId", user[0], "ListKeys"),
            ("EventName", "AssumeRole", "AssumeRole"),
            ("ServiceName", "Ram", "CreateRole"),
            ("EventRW", "Write", "CreateKey"),
            ("ResourceType", "ACS::KMS::Key", "CreateKey"),
        ]:
            names = [event["eventName"] for event in looked_up(session, attribute, value, max_results="50")]
            self.assertIn(name, names, attribute)
        only = looked_up(session, "EventId", sealed.request_id)
        self.assertEqual([event["eventName"] for event in only], ["Encrypt"])


if __name__ == "__main__":
    unittest.main()
