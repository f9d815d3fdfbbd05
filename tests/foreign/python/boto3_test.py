# SPDX-License-Identifier: Apache-2.0
"""boto3, unmodified and configured by its usual environment alone, through every action of the AWS dialect.

The worker's account is in EDGEKMS_TEST_ACCOUNT; it serves the region of AWS_DEFAULT_REGION and us-east-1.
"""

import datetime
import os
import re
import unittest
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = os.environ["EDGEKMS_TEST_ACCOUNT"]
REGION = os.environ["AWS_DEFAULT_REGION"]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNKNOWN = "00000000-0000-4000-8000-000000000000"
CONTEXT = {"Purpose": "c&d=é+*~ 中文", "a b": "c", "größe=&": "x", "a.b": 'y"\\'}
PLAINTEXT = bytes(range(256))
NO_RETRIES = Config(retries={"total_max_attempts": 1})


def arn(resource, region=REGION):
    return f"arn:aws:kms:{region}:{ACCOUNT}:{resource}"


def says_nothing(answer):
    return set(answer) == {"ResponseMetadata"}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A call that needs a second attempt is a defect, except where a test says otherwise.
        cls.kms = boto3.client("kms", config=NO_RETRIES)

    def fails(self, codes, action, **parameters):
        codes = [codes] if isinstance(codes, str) else codes
        with self.assertRaises(ClientError) as caught:
            action(**parameters)
        error = caught.exception.response
        self.assertIn(error["Error"]["Code"], codes, error["Error"]["Message"])
        self.assertTrue(error["Error"]["Message"])
        self.assertEqual(error["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertRegex(error["ResponseMetadata"]["RequestId"], UUID)
        return caught.exception

    def new_key(self, **parameters):
        """Each with words of its own: an equal call within the second would be refused as a repetition."""
        parameters.setdefault("Description", str(uuid.uuid4()))
        return self.kms.create_key(**parameters)["KeyMetadata"]


class Keys(Case):
    def test_create_describe_and_list(self):
        """CreateKey, DescribeKey, ListKeys"""
        key = self.new_key(Description="héllo 📷", Tags=[{"TagKey": "team", "TagValue": "photos"}])
        created = key.pop("CreationDate")
        self.assertLess(abs(created - datetime.datetime.now(created.tzinfo)), datetime.timedelta(minutes=1))
        self.assertEqual(
            key,
            {
                "AWSAccountId": ACCOUNT,
                "KeyId": key["KeyId"],
                "Arn": arn(f"key/{key['KeyId']}"),
                "Enabled": True,
                "Description": "héllo 📷",
                "KeyUsage": "ENCRYPT_DECRYPT",
                "KeyState": "Enabled",
                "Origin": "AWS_KMS",
                "KeyManager": "CUSTOMER",
                "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
                "KeySpec": "SYMMETRIC_DEFAULT",
                "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
                "MultiRegion": False,
            },
        )
        described = self.kms.describe_key(KeyId=key["Arn"])["KeyMetadata"]
        self.assertEqual(described, {**key, "CreationDate": created})

        for _ in range(3):
            self.new_key()
        pages = list(self.kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2}))
        listed = [entry for page in pages for entry in page["Keys"]]
        self.assertEqual(len(pages), (len(listed) + 1) // 2)
        self.assertEqual(len({entry["KeyId"] for entry in listed}), len(listed))
        self.assertIn({"KeyId": key["KeyId"], "KeyArn": key["Arn"]}, listed)
        self.fails("NotFoundException", self.kms.describe_key, KeyId=UNKNOWN)

    def test_description(self):
        """UpdateKeyDescription"""
        key_id = self.new_key()["KeyId"]
        for description in ("other words", ""):
            answer = self.kms.update_key_description(KeyId=key_id, Description=description)
            self.assertTrue(says_nothing(answer), answer)
            self.assertEqual(self.kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"], description)
        self.fails("ValidationException", self.kms.update_key_description, KeyId=key_id, Description="a\u0000b")

    def test_disable_and_enable(self):
        """DisableKey, EnableKey"""
        key_id = self.new_key()["KeyId"]
        blob = self.kms.encrypt(KeyId=key_id, Plaintext=PLAINTEXT)["CiphertextBlob"]
        self.assertTrue(says_nothing(self.kms.disable_key(KeyId=key_id)))
        self.assertEqual(self.kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"], "Disabled")
        self.fails("DisabledException", self.kms.decrypt, CiphertextBlob=blob)
        self.fails("DisabledException", self.kms.generate_data_key, KeyId=key_id, KeySpec="AES_256")
        self.assertTrue(says_nothing(self.kms.enable_key(KeyId=key_id)))
        self.assertEqual(self.kms.decrypt(CiphertextBlob=blob)["Plaintext"], PLAINTEXT)

    def test_deletion(self):
        """ScheduleKeyDeletion, CancelKeyDeletion"""
        for window, days in (({}, 30), ({"PendingWindowInDays": 7}, 7)):
            key = self.new_key()
            scheduled = self.kms.schedule_key_deletion(KeyId=key["KeyId"], **window)
            self.assertEqual(scheduled["KeyId"], key["Arn"])
            self.assertEqual(scheduled["KeyState"], "PendingDeletion")
            self.assertEqual(scheduled["PendingWindowInDays"], days)
            end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
            self.assertLess(abs(scheduled["DeletionDate"] - end), datetime.timedelta(minutes=1))
            self.fails("KMSInvalidStateException", self.kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x")
            self.fails("KMSInvalidStateException", self.kms.enable_key, KeyId=key["KeyId"])
            self.assertEqual(self.kms.cancel_key_deletion(KeyId=key["KeyId"])["KeyId"], key["Arn"])
            kept = self.kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            self.assertEqual(kept["KeyState"], "Disabled")
            self.assertNotIn("DeletionDate", kept)
        self.fails("ValidationException", self.kms.schedule_key_deletion, KeyId=key["KeyId"], PendingWindowInDays=31)


class AliasesAndTags(Case):
    def test_aliases(self):
        """CreateAlias, UpdateAlias, ListAliases, DeleteAlias"""
        one, two = self.new_key(), self.new_key()
        name = "alias/boto3"
        self.assertTrue(says_nothing(self.kms.create_alias(AliasName=name, TargetKeyId=one["KeyId"])))
        self.fails("AlreadyExistsException", self.kms.create_alias, AliasName=name, TargetKeyId=two["KeyId"])
        self.assertTrue(says_nothing(self.kms.update_alias(AliasName=name, TargetKeyId=two["Arn"])))
        self.assertEqual(self.kms.describe_key(KeyId=arn(name))["KeyMetadata"]["KeyId"], two["KeyId"])
        self.assertEqual(self.kms.encrypt(KeyId=name, Plaintext=b"x")["KeyId"], two["Arn"])
        pages = self.kms.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 1})
        listed = {entry["AliasName"]: entry for page in pages for entry in page["Aliases"]}
        self.assertEqual(listed[name]["AliasArn"], arn(name))
        self.assertEqual(listed[name]["TargetKeyId"], two["KeyId"])
        of_two = self.kms.list_aliases(KeyId=two["KeyId"])["Aliases"]
        self.assertEqual([entry["AliasName"] for entry in of_two], [name])
        self.assertEqual(self.kms.list_aliases(KeyId=one["KeyId"])["Aliases"], [])
        self.assertTrue(says_nothing(self.kms.delete_alias(AliasName=name)))
        self.fails("NotFoundException", self.kms.delete_alias, AliasName="alias/nobody")
        self.fails("NotFoundException", self.kms.update_alias, AliasName=name, TargetKeyId=one["KeyId"])
        self.fails("NotFoundException", self.kms.encrypt, KeyId=name, Plaintext=b"x")

    def test_tags(self):
        """TagResource, UntagResource, ListResourceTags"""
        key_id = self.new_key(Tags=[{"TagKey": "team", "TagValue": "photos"}])["KeyId"]
        more = [{"TagKey": "team", "TagValue": "film"}, {"TagKey": "stage", "TagValue": "test"}]
        self.assertTrue(says_nothing(self.kms.tag_resource(KeyId=key_id, Tags=more)))
        pages = self.kms.get_paginator("list_resource_tags").paginate(KeyId=key_id, PaginationConfig={"PageSize": 1})
        listed = [tag for page in pages for tag in page["Tags"]]
        self.assertCountEqual(listed, more)
        self.assertTrue(says_nothing(self.kms.untag_resource(KeyId=key_id, TagKeys=["team"])))
        self.assertEqual(self.kms.list_resource_tags(KeyId=key_id)["Tags"], more[1:])
        self.fails("NotFoundException", self.kms.list_resource_tags, KeyId=UNKNOWN)


class Cryptography(Case):
    def test_encrypt_and_decrypt(self):
        """Encrypt, Decrypt"""
        key, other = self.new_key(), self.new_key()
        for name in (key["KeyId"], key["Arn"]):
            sealed = self.kms.encrypt(KeyId=name, Plaintext=PLAINTEXT, EncryptionContext=CONTEXT)
            self.assertEqual((sealed["KeyId"], sealed["EncryptionAlgorithm"]), (key["Arn"], "SYMMETRIC_DEFAULT"))
            opened = self.kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=CONTEXT, KeyId=name)
            self.assertEqual((opened["KeyId"], opened["Plaintext"]), (key["Arn"], PLAINTEXT))
        blob = sealed["CiphertextBlob"]
        self.fails("InvalidCiphertextException", self.kms.decrypt, CiphertextBlob=blob)
        self.fails("InvalidCiphertextException", self.kms.decrypt, CiphertextBlob=blob, EncryptionContext={"a": "b"})
        self.fails("InvalidCiphertextException", self.kms.decrypt, CiphertextBlob=b"x" * 100)
        self.fails(
            "IncorrectKeyException",
            self.kms.decrypt,
            CiphertextBlob=blob,
            EncryptionContext=CONTEXT,
            KeyId=other["KeyId"],
        )
        self.fails("NotFoundException", self.kms.encrypt, KeyId="alias/nobody", Plaintext=b"x")
        self.fails("DryRunOperationException", self.kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x", DryRun=True)

    def test_data_keys(self):
        """GenerateDataKey, GenerateDataKeyWithoutPlaintext"""
        key = self.new_key()
        for size, length in (({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 64}, 64)):
            made = self.kms.generate_data_key(KeyId=key["KeyId"], EncryptionContext=CONTEXT, **size)
            self.assertEqual(made["KeyId"], key["Arn"])
            self.assertEqual(len(made["Plaintext"]), length)
            opened = self.kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
            self.assertEqual(opened["Plaintext"], made["Plaintext"])
            blind = self.kms.generate_data_key_without_plaintext(KeyId=key["KeyId"], **size)
            self.assertNotIn("Plaintext", blind)
            self.assertEqual(len(self.kms.decrypt(CiphertextBlob=blind["CiphertextBlob"])["Plaintext"]), length)
        self.fails("ValidationException", self.kms.generate_data_key, KeyId=key["KeyId"])

    def test_random(self):
        """GenerateRandom"""
        drawn = [self.kms.generate_random(NumberOfBytes=size)["Plaintext"] for size in (1, 32, 33, 1024)]
        self.assertEqual([len(part) for part in drawn], [1, 32, 33, 1024])
        self.fails("ValidationException", self.kms.generate_random)


class EqualCalls(Case):
    """boto3 signs nothing that differs from call to call: within a second equal calls are equal bytes."""

    def test_thirty_data_keys(self):
        """30 equal calls of GenerateDataKey, without retries, give 30 data keys"""
        key_id = self.new_key()["KeyId"]
        made = [self.kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")["Plaintext"] for _ in range(30)]
        self.assertEqual(len(set(made)), 30)

    def test_five_keys(self):
        """5 equal calls of CreateKey, with boto3's own retries, give 5 keys"""
        patient = boto3.client("kms", config=Config(retries={"mode": "standard", "total_max_attempts": 10}))
        made = {patient.create_key(Description="equal")["KeyMetadata"]["KeyId"] for _ in range(5)}
        self.assertEqual(len(made), 5)
        pages = self.kms.get_paginator("list_keys").paginate()
        listed = [entry["KeyId"] for page in pages for entry in page["Keys"]]
        described = [self.kms.describe_key(KeyId=key_id)["KeyMetadata"] for key_id in listed]
        equal = {key["KeyId"] for key in described if key["Description"] == "equal"}
        self.assertEqual(equal, made, "a call that was tried again made one key")


class Callers(Case):
    def stranger(self, code, key_id, token=None):
        session = boto3.Session(aws_access_key_id=key_id, aws_secret_access_key="guess", aws_session_token=token)
        self.fails(code, session.client("kms", config=NO_RETRIES).list_keys)

    def test_wrong_secret(self):
        """A wrong secret: InvalidSignatureException"""
        self.stranger("InvalidSignatureException", os.environ["AWS_ACCESS_KEY_ID"])

    def test_unknown_id(self):
        """An unknown access key: UnrecognizedClientException"""
        self.stranger("UnrecognizedClientException", "nobody")

    def test_unknown_session(self):
        """A session that nobody opened: UnrecognizedClientException"""
        self.stranger("UnrecognizedClientException", "ASIANOBODY", "made/up+token==")

    def test_regions(self):
        """Another region has other keys, and one that is not served has none"""
        key_id = self.new_key()["KeyId"]
        elsewhere = boto3.client("kms", region_name="us-east-1", config=NO_RETRIES)
        self.fails("NotFoundException", elsewhere.describe_key, KeyId=key_id)
        made = elsewhere.create_key(Description="elsewhere")["KeyMetadata"]
        self.assertEqual(made["Arn"], arn(f"key/{made['KeyId']}", "us-east-1"))
        nowhere = boto3.client("kms", region_name="eu-west-1", config=NO_RETRIES)
        self.fails("InvalidSignatureException", nowhere.list_keys)

    def test_unsupported(self):
        """An action that is not there yet: UnsupportedOperationException names it"""
        key_id = self.new_key()["KeyId"]
        error = self.fails("UnsupportedOperationException", self.kms.list_grants, KeyId=key_id)
        self.assertIn("ListGrants", str(error.response["Error"]["Message"]))
