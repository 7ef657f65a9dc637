#!/usr/bin/env python3
"""Checks everything a province issued from the written formats alone; shares no code with the server.

    check.py <dir>        <dir>: what `onecert check --export <dir>` wrote (docs/second-checker.md)

Prints one JSON object and ends with 1 when anything is wrong. Debian: python3-cryptography python3-cbor2 python3-pyld
python3-jsonschema.
"""
import json
import sys
import time
from collections import Counter
from pathlib import Path

import formats
from formats import Wrong
from published import Published


def expected_bits(copy):
    """domain.md 9: 01 valid, 02 suspended, every other state invalid; an ended copy is invalid whatever its certificate."""
    if copy["ended"]:
        return 1
    return {"01": 0, "02": 2}.get(copy["state"], 1)


def check_status(published, copy, status):
    if status != (copy["statusList"], copy["statusIndex"]):
        raise Wrong("status_reference")
    token, bitstring = published.status(*status)
    if token != bitstring:
        raise Wrong("status_lists_differ")
    if token != expected_bits(copy):
        raise Wrong("status")


def check_copy(published, copy, now):
    read = formats.readers.get(copy["format"])
    if read is None:
        return False
    found = read(copy["credential"], published)
    if found.digest != copy["digest"]:
        raise Wrong("digest")
    if found.key["kid"] != copy["kid"]:
        raise Wrong("kid")
    if found.type != copy["type"]:
        raise Wrong("type")
    published.judge_key(found.key, found.type, found.issuer, found.signed_at)
    if found.not_before >= found.expires or found.not_before > now + 366 * 86400:
        raise Wrong("validity")
    published.check_fields(found)
    check_status(published, copy, found.status)
    return True


def main(folder):
    published = Published(folder)
    now = int(time.time())
    checked, unchecked, bad, places = 0, Counter(), [], Counter()
    for line in (folder / "copies.ndjson").open(encoding="utf-8"):
        copy = json.loads(line)
        places[(copy["statusList"], copy["statusIndex"])] += 1
        try:
            if places[(copy["statusList"], copy["statusIndex"])] > 1:
                raise Wrong("status_index_used_twice")
            if check_copy(published, copy, now):
                checked += 1
            else:
                unchecked[copy["format"]] += 1
        except Wrong as wrong:
            bad.append({"copy": copy["copy"], "format": copy["format"], "reason": str(wrong)})
        except Exception as error:  # a copy that cannot even be read is a finding, not a crash
            bad.append({"copy": copy["copy"], "format": copy["format"], "reason": f"unreadable: {type(error).__name__}"})
    report = {"checked": checked, "bad": bad, "unchecked": unchecked, "published": published.findings}
    print(json.dumps(report, ensure_ascii=False))
    return 1 if bad or published.findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
