# SPDX-License-Identifier: Apache-2.0
"""Reads a scrape by the parser of Prometheus's own Python client, which is strict, and tells what it found."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def told(family):
    samples = [{"name": s.name, "labels": s.labels, "value": s.value} for s in family.samples]
    return {"name": family.name, "type": family.type, "unit": family.unit, "help": family.documentation, "samples": samples}


print(json.dumps([told(family) for family in text_string_to_metric_families(sys.stdin.read())]))
