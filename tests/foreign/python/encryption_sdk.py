# SPDX-License-Identifier: Apache-2.0
"""The AWS Encryption SDK for Python with its own KMS keyrings, as a program for a test of another language.

Reads a job a line, as JSON, and answers each with a line, its outcome. A job has `does` (seal or open), `with` (a name
of KEYRINGS), `key` (an id, ARN or alias; nothing for discovery), `account` (for discovery), `data`
(base64), and for sealing `suite` and `context`. An outcome has `data` and `context`, or `error`.
"""

import base64
import json
import sys

import aws_encryption_sdk
import boto3
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    CreateAwsKmsDiscoveryKeyringInput,
    CreateAwsKmsKeyringInput,
    CreateAwsKmsMultiKeyringInput,
    DiscoveryFilter,
)
from aws_encryption_sdk.identifiers import AlgorithmSuite
from aws_encryption_sdk.key_providers import kms

client = aws_encryption_sdk.EncryptionSDKClient()
providers = AwsCryptographicMaterialProviders(MaterialProvidersConfig())


def keyring(job):
    made = CreateAwsKmsKeyringInput(kms_key_id=job["key"], kms_client=boto3.client("kms"))
    return {"keyring": providers.create_aws_kms_keyring(made)}


def multi_keyring(job):
    """The client is the library's own choice, by the ARN's region."""
    return {"keyring": providers.create_aws_kms_multi_keyring(CreateAwsKmsMultiKeyringInput(generator=job["key"]))}


def discovery_keyring(job):
    accounts = DiscoveryFilter(account_ids=[job["account"]], partition="aws")
    made = CreateAwsKmsDiscoveryKeyringInput(kms_client=boto3.client("kms"), discovery_filter=accounts)
    return {"keyring": providers.create_aws_kms_discovery_keyring(made)}


def master_key_provider(job):
    """How it was done before there were keyrings, and still is in most programs."""
    return {"key_provider": kms.StrictAwsKmsMasterKeyProvider(key_ids=[job["key"]])}


def discovery_provider(job):
    accounts = kms.DiscoveryFilter(account_ids=[job["account"]], partition="aws")
    return {"key_provider": kms.DiscoveryAwsKmsMasterKeyProvider(discovery_filter=accounts)}


KEYRINGS = {
    "keyring": keyring,
    "multi-keyring": multi_keyring,
    "discovery keyring": discovery_keyring,
    "master key provider": master_key_provider,
    "discovery provider": discovery_provider,
}


def do(job):
    data = base64.b64decode(job["data"])
    keys = KEYRINGS[job["with"]](job)
    if job["does"] == "seal":
        suite = AlgorithmSuite.get_by_id(job["suite"])
        result, header = client.encrypt(source=data, algorithm=suite, encryption_context=job["context"], **keys)
    else:
        result, header = client.decrypt(source=data, **keys)
    return {"data": base64.b64encode(result).decode(), "context": header.encryption_context}


def outcome(job):
    try:
        return do(job)
    except Exception as error:  # whatever it is, the test on the other side judges it
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line))), flush=True)
