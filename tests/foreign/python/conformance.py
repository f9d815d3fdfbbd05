# SPDX-License-Identifier: Apache-2.0
"""Clients for Python, unmodified, each with one face for the steps of lib/conformance: a line of JSON in, one out.

The first line says which client and for which worker; after it come `{"has": action, "names": [..]}`,
`{"call": action, "params": {..}}` and `{"actions": true}`.
"""

import importlib
import json
import pkgutil
import re
import sys
from base64 import b64decode, b64encode
from datetime import datetime

import aliyunsdkkms.request.v20160120 as old_requests
import boto3
from alibabacloud_actiontrail20200706 import models as trail_models
from alibabacloud_actiontrail20200706.client import Client as ActionTrail
from alibabacloud_ims20190815 import models as ims_models
from alibabacloud_ims20190815.client import Client as Ims
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from botocore.config import Config as BotoConfig
from botocore.exceptions import ClientError


def snake_case(action):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()


def found(of, name):
    """What a client or a request calls a name of the wire: their words are parted in more than one way."""
    return next((own for own in dir(of) if own.replace("_", "") == name.lower()), None)


def refused(code, message, request_id):
    return {"refused": code, "message": message, "requestId": request_id}


class Alibabacloud:
    """alibabacloud-kms20160120 and its like: a method and a model of the request for each action."""

    SDKS = ((Client, models),)

    def __init__(self, worker):
        config = Config(
            access_key_id=worker["accessKeyId"],
            access_key_secret=worker["accessKeySecret"],
            endpoint=worker["host"],
            protocol="HTTP",
        )
        self.sdks = [(client(config), models) for client, models in self.SDKS]

    def request(self, action):
        model = next((model for _, models in self.sdks if (model := getattr(models, f"{action}Request", None))), None)
        return model and model()

    def actions(self):
        return sorted(
            name.removesuffix("Response")
            for client, models in self.sdks
            for name in dir(models)
            if name.endswith("Response") and found(client, name.removesuffix("Response"))
        )

    def has(self, action, names):
        request = self.request(action)
        return action in self.actions() and all(found(request, name) for name in names)

    def call(self, action, params):
        client = next(client for client, _ in self.sdks if found(client, action))
        method = getattr(client, found(client, action))
        request = self.request(action)
        try:
            body = (method(request.from_map(params)) if request else method()).body.to_map()
        except AlibabaCloudException as error:
            return refused(error.code, error.data["Message"], error.request_id)
        request_id = body.pop("RequestId")
        return {"answer": body, "requestId": request_id}


class Accounts(Alibabacloud):
    """alibabacloud-ram20150501, alibabacloud-sts20150401 and alibabacloud-ims20190815."""

    SDKS = ((Ram, ram_models), (Sts, sts_models), (Ims, ims_models))


class Trail(Alibabacloud):
    """alibabacloud-actiontrail20200706."""

    SDKS = ((ActionTrail, trail_models),)


class Aliyunsdk:
    """aliyun-python-sdk-kms: a class of the request for each action, with a setter for each parameter."""

    # The lists, whose setters have the plural's name.
    SETTERS = {"ResourceId": "ResourceIds", "Tag": "Tags", "TagKey": "TagKeys"}
    SEVERAL = ("TagResources", "UntagResources", "ListTagResources")

    def __init__(self, worker):
        self.client = AcsClient(worker["accessKeyId"], worker["accessKeySecret"], worker["region"])
        self.client.add_endpoint(worker["region"], "Kms", worker["address"])

    def actions(self):
        found = (module.name for module in pkgutil.iter_modules(old_requests.__path__))
        return sorted(name.removesuffix("Request") for name in found if name.endswith("Request"))

    def request(self, action):
        module = importlib.import_module(f"{old_requests.__name__}.{action}Request")
        return getattr(module, f"{action}Request")()

    def setter(self, action, name):
        # What a request has by inheritance is of every request.
        name = self.SETTERS.get(name, name) if action in self.SEVERAL else name
        return f"set_{name}"

    def has(self, action, names):
        if action not in self.actions():
            return False
        request = self.request(action)
        return all(hasattr(request, self.setter(action, name)) for name in names)

    def call(self, action, params):
        request = self.request(action)
        for name, value in params.items():
            # A map is a text to this client.
            value = json.dumps(value) if isinstance(value, dict) else value
            getattr(request, self.setter(action, name))(value)
        try:
            body = json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            return refused(error.get_error_code(), error.get_error_msg(), error.get_request_id())
        request_id = body.pop("RequestId")
        return {"answer": body, "requestId": request_id}


def plain(value):
    """Bytes as base64 and times as text, as the other clients' answers have them."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value


class Boto3:
    def __init__(self, worker):
        self.kms = boto3.client(
            "kms",
            endpoint_url=worker["address"],
            region_name=worker["region"],
            aws_access_key_id=worker["accessKeyId"],
            aws_secret_access_key=worker["accessKeySecret"],
            # A change that is equal to one of the same second is the same bytes, and is to be tried again.
            config=BotoConfig(retries={"mode": "standard", "total_max_attempts": 10}),
        )

    def actions(self):
        return sorted(self.kms.meta.service_model.operation_names)

    def members(self, action):
        shape = self.kms.meta.service_model.operation_model(action).input_shape
        return shape.members if shape else {}

    def has(self, action, names):
        return action in self.actions() and all(name in self.members(action) for name in names)

    def call(self, action, params):
        members = self.members(action)
        for name in params:
            if members[name].type_name == "blob":
                params[name] = b64decode(params[name])
        try:
            answer = getattr(self.kms, snake_case(action))(**params)
        except ClientError as error:
            told = error.response
            return refused(told["Error"]["Code"], told["Error"]["Message"], told["ResponseMetadata"]["RequestId"])
        request_id = answer.pop("ResponseMetadata")["RequestId"]
        return {"answer": plain(answer), "requestId": request_id}


CLIENTS = {
    "accounts": Accounts,
    "alibabacloud": Alibabacloud,
    "aliyunsdk": Aliyunsdk,
    "boto3": Boto3,
    "trail": Trail,
}


def outcome(client, question):
    if "actions" in question:
        return {"actions": client.actions()}
    if "has" in question:
        return {"has": client.has(question["has"], question["names"])}
    return client.call(question["call"], question["params"])


def main():
    client = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if client is None:
                client = CLIENTS[question["client"]](question)
                told = {}
            else:
                told = outcome(client, question)
        except Exception as error:  # whatever it is, the test on the other side judges it
            told = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


main()
