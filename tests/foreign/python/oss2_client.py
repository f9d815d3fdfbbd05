# SPDX-License-Identifier: Apache-2.0
"""oss2's CryptoBucket, as a program for a test of another language.

Reads a job a line, as JSON, and answers each with a line, its outcome. A job has `does` (put, upload or get), `object`,
`by` (what to make the provider of master keys from: see PROVIDERS), `data` (base64), `partSize` for upload and `range`
for get. An outcome has `data`, or `error`.
"""

import base64
import json
import os
import sys

import oss2
from aliyunsdkcore.profile import region_provider

KMS, OSS, REGION = os.environ["AWS_ENDPOINT_URL_KMS"], os.environ["OSS2_ENDPOINT"], os.environ["AWS_REGION"]
ACCESS_KEY = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]

# An endpoint that begins with a scheme overrides the one that its requests have compiled in.
region_provider.add_endpoint("Kms", REGION, KMS)


def kms(by):
    options = {"passphrase": by.get("passphrase"), "mat_desc": by.get("description")}
    return oss2.AliKMSProvider(*ACCESS_KEY, REGION, by["keyId"], **options)


def rsa(by):
    key_pair = {"public_key": by["publicKey"], "private_key": by["privateKey"]}
    return oss2.RsaProvider(key_pair, mat_desc=by.get("description"))


def local_rsa(by):
    return oss2.LocalRsaProvider(dir=by["folder"], key=by["name"])


PROVIDERS = {"kms": kms, "rsa": rsa, "local rsa": local_rsa}


def bucket(job):
    provider = PROVIDERS[job["by"]["kind"]](job["by"])
    return oss2.CryptoBucket(oss2.Auth("id", "secret"), OSS, "bucket", crypto_provider=provider, is_path_style=True)


def put(job):
    data = base64.b64decode(job["data"])
    bucket(job).put_object(job["object"], data, headers=job.get("headers"))


def upload(job):
    """In parts, as it does with large files."""
    data, size = base64.b64decode(job["data"]), job["partSize"]
    here, name = bucket(job), job["object"]
    context = oss2.models.MultipartUploadCryptoContext(data_size=len(data), part_size=size)
    upload_id = here.init_multipart_upload(name, upload_context=context).upload_id
    parts = []
    for number, start in enumerate(range(0, len(data), size), start=1):
        piece = data[start : start + size]
        result = here.upload_part(name, upload_id, number, piece, upload_context=context)
        parts.append(oss2.models.PartInfo(number, result.etag, size=len(piece), part_crc=result.crc))
    here.complete_multipart_upload(name, upload_id, parts)


def get(job):
    read = bucket(job).get_object(job["object"], byte_range=job.get("range")).read()
    return base64.b64encode(read).decode()


DOES = {"put": put, "upload": upload, "get": get}

for line in sys.stdin:
    job = json.loads(line)
    try:
        outcome = {"data": DOES[job["does"]](job)}
    except Exception as error:
        outcome = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(outcome), flush=True)
