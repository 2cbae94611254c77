"""Reads metrics in Prometheus' text format, from standard input, with Prometheus' own parser, and writes each sample as a
line of JSON."""

import json
import sys

from prometheus_client.parser import text_fd_to_metric_families

for family in text_fd_to_metric_families(sys.stdin):
    for sample in family.samples:
        print(json.dumps({"type": family.type, "name": sample.name, "labels": sample.labels, "value": sample.value}))
