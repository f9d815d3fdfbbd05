# SPDX-License-Identifier: Apache-2.0
"""boto3's STS and KMS, unmodified: a role is taken on, its session uses keys, and documents of AWS's say who may.

There is no IAM here: users and roles are made by Alibaba's RAM, with its old SDK's request of any action.
"""

import json
import os
import tempfile
import time
import unittest
import uuid

import boto3
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = os.environ["EDGEKMS_TEST_ACCOUNT"]
REGION = os.environ["AWS_DEFAULT_REGION"]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Web"
ISSUER = os.environ["EDGEKMS_TEST_ISSUER"]
NO_RETRIES = Config(retries={"total_max_attempts": 1})
ALICE = {"user": "alice"}


def ram(action, version="2015-05-01", **parameters):
    client = AcsClient(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], REGION)
    request = CommonRequest()
    request.set_domain(os.environ["EDGEKMS_TEST_HOST"])
    request.set_protocol_type("http")
    request.set_method("POST")
    request.set_version(version)
    request.set_action_name(action)
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return json.loads(client.do_action_with_exception(request))


def own(action, resource="*"):
    """A policy of RAM's."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "1", "Statement": [statement]})


def document(*statements):
    """A policy of AWS's."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, **more):
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


def lets(who, action):
    return allow(action, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:{who}"})


def client(service, key=None):
    """A client of the environment's credentials, or of these."""
    if key is None:
        return boto3.client(service, config=NO_RETRIES)
    key_id, secret, token = key
    session = boto3.Session(aws_access_key_id=key_id, aws_secret_access_key=secret, aws_session_token=token)
    return session.client(service, config=NO_RETRIES)


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = client("kms")
        cls.broker, cls.alice = (cls.new_user(name) for name in ("broker", "alice"))
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"RAM": [f"acs:ram::{ACCOUNT}:user/broker"]},
        }
        ram("CreateRole", RoleName="Web", AssumeRolePolicyDocument=json.dumps({"Version": "1", "Statement": [trust]}))
        for name, text, to in [
            ("all-keys", own("kms:*"), "Role"),
            ("may-assume", own("sts:AssumeRole", f"acs:ram::{ACCOUNT}:role/*"), "User"),
        ]:
            ram("CreatePolicy", PolicyName=name, PolicyDocument=text)
            holder = {"Role": "Web", "User": "broker"}[to]
            ram(f"AttachPolicyTo{to}", PolicyType="Custom", PolicyName=name, **{f"{to}Name": holder})

    @staticmethod
    def new_user(name):
        ram("CreateUser", UserName=name)
        key = ram("CreateAccessKey", UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["AccessKeySecret"], None

    def new_key(self):
        return self.root.create_key(Description=str(uuid.uuid4()))["KeyMetadata"]["KeyId"]

    def soon(self, call):
        """Isolates hear of a change within a bound."""
        for _ in range(100):
            try:
                return call()
            except ClientError as error:
                last = error
                time.sleep(0.1)
        raise last

    def refused(self, code, call):
        with self.assertRaises(ClientError) as caught:
            call()
        self.assertEqual(caught.exception.response["Error"]["Code"], code, caught.exception)

    def refused_soon(self, code, call):
        for _ in range(100):
            try:
                call()
            except ClientError as error:
                self.assertEqual(error.response["Error"]["Code"], code)
                return
            time.sleep(0.1)
        self.fail("it is still allowed")

    def assume(self, **more):
        sts = client("sts", self.broker)
        return self.soon(lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="alice", **more))

    def session_of(self, told):
        held = told["Credentials"]
        return held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"]

    def test_identities(self):
        """GetCallerIdentity of root, a user and a session"""
        root = client("sts").get_caller_identity()
        self.assertEqual((root["Account"], root["Arn"]), (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"))
        self.assertEqual(root["UserId"], ACCOUNT)
        user = client("sts", self.broker).get_caller_identity()
        self.assertEqual(user["Arn"], f"arn:aws:iam::{ACCOUNT}:user/broker")
        told = self.assume(DurationSeconds=900)
        session = client("sts", self.session_of(told)).get_caller_identity()
        self.assertEqual(session["Arn"].lower(), f"arn:aws:sts::{ACCOUNT}:assumed-role/web/alice")
        self.assertEqual(session["Arn"].lower(), told["AssumedRoleUser"]["Arn"].lower())
        self.assertEqual(session["UserId"], told["AssumedRoleUser"]["AssumedRoleId"])
        left = told["Credentials"]["Expiration"].timestamp() - time.time()
        self.assertTrue(800 < left <= 900, left)

    def test_a_session_with_a_policy(self):
        """AssumeRole with a policy of AWS's: the session may what it and the role both say"""
        key, other = self.new_key(), self.new_key()
        condition = {"StringEquals": {"kms:EncryptionContext:user": "alice"}}
        policy = document(
            allow(
                ["kms:GenerateDataKey*", "kms:Decrypt"],
                Resource=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}",
                Condition=condition,
            )
        )
        kms = client("kms", self.session_of(self.assume(Policy=policy)))
        made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=ALICE)
        opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=ALICE)
        self.assertEqual(opened["Plaintext"], made["Plaintext"])
        for call in [
            lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
            lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"user": "bob"}),
            lambda: kms.generate_data_key(KeyId=other, KeySpec="AES_256", EncryptionContext=ALICE),
            lambda: kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=ALICE),
            lambda: kms.describe_key(KeyId=key),
            lambda: kms.list_keys(),
            lambda: kms.create_key(),
            lambda: kms.schedule_key_deletion(KeyId=key),
        ]:
            self.refused("AccessDeniedException", call)

    def test_a_profile(self):
        """boto3's own way to a session: a profile with a role"""
        key = self.new_key()
        self.assume()
        key_id, secret, _ = self.broker
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as config:
            config.write(
                f"[profile broker]\naws_access_key_id={key_id}\naws_secret_access_key={secret}\n"
                f"[profile web]\nrole_arn={ROLE}\nsource_profile=broker\nrole_session_name=profile\n"
            )
            config.flush()
            # Read when a session is made, and before the environment's own access key.
            before, os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_CONFIG_FILE"], config.name
            try:
                session = boto3.Session(profile_name="web", region_name=REGION)
                kms = session.client("kms", config=NO_RETRIES)
                self.assertEqual(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"], key)
                arn = session.client("sts", config=NO_RETRIES).get_caller_identity()["Arn"]
            finally:
                os.environ["AWS_CONFIG_FILE"] = before
        self.assertTrue(arn.endswith("/profile"), arn)

    def test_a_token_of_an_identity_provider(self):
        """AssumeRoleWithWebIdentity, by boto3's own way to a session: a role, and a file with a token"""
        key = self.new_key()
        # A provider is found by the token's issuer, after which it is named.
        name = ISSUER.removeprefix("http://").replace(":", "_")
        ims = {"version": "2019-08-15", "OIDCProviderName": name}
        provider = ram("CreateOIDCProvider", IssuerUrl=ISSUER, ClientIds="web", **ims)["OIDCProvider"]["Arn"]
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Federated": [provider]},
            "Condition": {"StringEquals": {"oidc:sub": "alice"}},
        }
        ram("CreateRole", RoleName="Page", AssumeRolePolicyDocument=json.dumps({"Version": "1", "Statement": [trust]}))
        ram("AttachPolicyToRole", PolicyType="System", PolicyName="AliyunKMSCryptoUserAccess", RoleName="Page")
        role = f"arn:aws:iam::{ACCOUNT}:role/Page"
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(os.environ["EDGEKMS_TEST_TOKEN"] + "\n")
            file.flush()
            held = {name: os.environ.pop(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
            os.environ.update(
                AWS_ROLE_ARN=role, AWS_ROLE_SESSION_NAME="alice", AWS_WEB_IDENTITY_TOKEN_FILE=file.name
            )
            try:
                session = boto3.Session(region_name=REGION)
                kms, sts = (session.client(service, config=NO_RETRIES) for service in ("kms", "sts"))
                made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
                arn = sts.get_caller_identity()["Arn"]
            finally:
                for name in ("AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE"):
                    del os.environ[name]
                os.environ.update(held)
        self.assertEqual(len(made["Plaintext"]), 32)
        self.assertEqual(arn.lower(), f"arn:aws:sts::{ACCOUNT}:assumed-role/page/alice")
        self.refused("AccessDeniedException", lambda: kms.schedule_key_deletion(KeyId=key))

        unsigned = boto3.client("sts", config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))
        asked = {"RoleArn": role, "RoleSessionName": "alice"}
        told = unsigned.assume_role_with_web_identity(**asked, WebIdentityToken=os.environ["EDGEKMS_TEST_TOKEN"])
        self.assertEqual(
            (told["SubjectFromWebIdentityToken"], told["Provider"], told["Audience"]), ("alice", ISSUER, "web")
        )
        for token, code in [
            (os.environ["EDGEKMS_TEST_TOKEN_EXPIRED"], unsigned.exceptions.ExpiredTokenException),
            (os.environ["EDGEKMS_TEST_TOKEN"][:-8] + "AAAAAAAA", unsigned.exceptions.InvalidIdentityTokenException),
        ]:
            with self.assertRaises(code):
                unsigned.assume_role_with_web_identity(**asked, WebIdentityToken=token)
        other = {**asked, "WebIdentityToken": os.environ["EDGEKMS_TEST_TOKEN_OF_ANOTHER"]}
        self.refused("AccessDenied", lambda: unsigned.assume_role_with_web_identity(**other))

    def test_refusals_of_sts(self):
        """Errors have the classes that botocore's model gives them"""
        self.assume()
        sts = client("sts", self.broker)
        asked = {"RoleArn": ROLE, "RoleSessionName": "alice"}
        with self.assertRaises(sts.exceptions.MalformedPolicyDocumentException) as caught:
            sts.assume_role(**asked, Policy=document(allow("s3:GetObject")))
        self.assertIn('Action "s3:GetObject" has no meaning here', str(caught.exception))
        long = document(allow("kms:*", Resource=[f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{n:036}" for n in range(30)]))
        with self.assertRaises(sts.exceptions.PackedPolicyTooLargeException):
            sts.assume_role(**asked, Policy=long)
        nobody = f"arn:aws:iam::{ACCOUNT}:role/Nobody"
        self.refused("AccessDenied", lambda: sts.assume_role(RoleArn=nobody, RoleSessionName="alice"))
        self.refused("AccessDenied", lambda: client("sts", self.alice).assume_role(**asked))
        self.refused("ValidationError", lambda: sts.assume_role(**asked, DurationSeconds=43_200))
        self.refused("ValidationError", lambda: sts.assume_role(**asked, Tags=[{"Key": "a", "Value": "b"}]))
        self.refused("InvalidAction", lambda: sts.get_session_token())
        key_id, secret, _ = self.broker
        self.refused("SignatureDoesNotMatch", lambda: client("sts", (key_id, "x", None)).get_caller_identity())
        self.refused("InvalidClientTokenId", lambda: client("sts", ("AKIDNOBODY", secret, None)).get_caller_identity())

    def test_tokens(self):
        """A token is its own access key's, whole"""
        key_id, secret, token = self.session_of(self.assume())
        client("kms", (key_id, secret, token)).list_keys()
        other = self.session_of(self.assume())[2]
        for bad in [None, other, token[:-2], "x"]:
            self.refused("UnrecognizedClientException", lambda: client("kms", (key_id, secret, bad)).list_keys())

    def test_key_policies(self):
        """PutKeyPolicy and GetKeyPolicy: who is named may, and the account's own policies as far as it is let"""
        key = self.new_key()
        alice, session = client("kms", self.alice), client("kms", self.session_of(self.assume()))
        encrypt = {"KeyId": key, "Plaintext": b"x"}
        self.refused("AccessDeniedException", lambda: alice.encrypt(**encrypt))
        session.encrypt(**encrypt)
        for statements in [
            [lets("user/alice", "kms:Encrypt")],
            [lets("user/alice", ["kms:Encrypt", "kms:Decrypt"]), lets("root", "kms:*")],
        ]:
            policy = document(*statements)
            self.root.put_key_policy(KeyId=key, Policy=policy)
            held = self.root.get_key_policy(KeyId=key)["Policy"]
            self.assertEqual(json.loads(held), json.loads(policy))
            self.soon(lambda: alice.encrypt(**encrypt))
            if len(statements) == 1:
                self.refused_soon("AccessDeniedException", lambda: session.encrypt(**encrypt))
        self.soon(lambda: session.encrypt(**encrypt))
        for bad, named in [
            (lets("user/alice", "kms:Encript"), 'Action "kms:Encript"'),
            ({**lets("user/alice", "kms:*"), "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o"}}}, "OrgID"),
            (allow("kms:*", Principal={"Service": "logs.amazonaws.com"}), "logs.amazonaws.com"),
        ]:
            with self.assertRaises(self.root.exceptions.MalformedPolicyDocumentException) as caught:
                self.root.put_key_policy(KeyId=key, Policy=document(bad))
            self.assertIn(named, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
