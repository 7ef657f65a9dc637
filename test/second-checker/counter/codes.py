"""Show codes and paper slips: docs/show-code.md 3, 5, 6 and docs/paper-slip.md 2, 4."""
import re
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from strict import Malformed, strict_cbor, unbase45
from packs import TOLERANCE, Refused, b64, is_count, need, unb64, verify

ROUNDING = 86_400
# What a scanner or a clipboard may leave round the text.
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


@dataclass
class Device:
    """What a counter remembers between two scans."""

    seen: set = field(default_factory=set)
    first: tuple | None = None  # cti, iat, scanned at


def layer_of(value):
    if not isinstance(value, list) or len(value) != 4 or value[1] != {}:
        raise Malformed("layer")
    protected, _, payload, signature = value
    if not all(isinstance(each, bytes) for each in (protected, payload, signature)) or len(signature) != 64:
        raise Malformed("layer")
    return protected, payload, signature


def keys_are(value, wanted, optional=()):
    if not isinstance(value, dict) or not set(wanted) <= set(value) <= {*wanted, *optional}:
        raise Malformed("keys")
    return value


def is_time(value):
    return is_count(value) and value < 253_402_300_800


def check_shape(ok):
    if not ok:
        raise Malformed("shape")


def layer_fits(jwk, layer):
    protected, payload, signature = layer
    return verify(jwk, cbor2.dumps(["Signature1", protected, b"", payload]), signature)


def read_entry(value):
    check_shape(isinstance(value, list) and len(value) == 2 and all(map(is_count, value)))
    return tuple(value)


def point_of(cose_key):
    keys_are(cose_key, (1, -1, -2, -3))
    x, odd = cose_key[-2], cose_key[-3]
    check_shape(cose_key[1] == 2 and cose_key[-1] == 1 and isinstance(x, bytes) and len(x) == 32 and isinstance(odd, bool))
    numbers = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes([2 + odd]) + x).public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(numbers.y.to_bytes(32, "big"))}


@dataclass
class Layer:
    """The issuer's layer of either kind."""

    signed: tuple
    kid: bytes
    number: int
    entry: tuple | None
    values: dict
    begins: int
    ends: int
    holder: dict | None = None
    cti: bytes = b""


def read_issuer_layer(signed, typ, time_claim, private_claim, own_claims):
    header = keys_are(strict_cbor(signed[0]), (1, 4, 16))
    check_shape(header[1] == -7 and header[16] == typ and isinstance(header[4], bytes) and len(header[4]) == 8)
    claims = keys_are(strict_cbor(signed[1]), (4, time_claim, private_claim, *own_claims))
    fields = claims[private_claim]
    check_shape(is_time(claims[4]) and is_time(claims[time_claim]) and isinstance(fields, dict) and is_count(fields.get(0)))
    entry = read_entry(fields[1]) if 1 in fields else None
    values = {key: value for key, value in fields.items() if key not in (-1, 0, 1)}
    check_shape(all(key >= 2 for key in values))
    return Layer(signed, header[4], fields[0], entry, values, claims[time_claim], claims[4]), claims


def read_view(signed):
    view, claims = read_issuer_layer(signed, 65001, 5, -65537, (7, 8))
    check_shape(isinstance(claims[7], bytes) and len(claims[7]) == 8 and -1 not in claims[-65537])
    view.cti, view.holder = claims[7], point_of(keys_are(claims[8], (1,))[1])
    return view


def read_slip(signed):
    slip, claims = read_issuer_layer(signed, 65003, 6, -65538, ())
    identifier = claims[-65538].get(-1)
    check_shape(isinstance(identifier, str) and re.fullmatch(r"[0-9A-Z]{1,32}\.[0-9]{3}\.[0-9A-Z]", identifier))
    check_shape(slip.entry is not None)
    return slip


def judge_issuer(layer, trusted):
    candidates = [key for key in trusted.list["keys"] if unb64(key["kid"])[:8] == layer.kid]
    need(candidates, "unknown_issuer")
    key = next((key for key in candidates if layer_fits(key["jwk"], layer.signed)), None)
    need(key, "tampered")
    need(layer.number in trusted.views, "unsupported")
    kind, view = trusted.views[layer.number]
    until = key.get("type_until", {}).get(kind["id"], float("inf"))
    need(key["purpose"] == "certificate" and kind["id"] in key.get("types", []) and layer.begins <= until, "issuer_not_allowed")
    need(key["state"] in ("active", "retired"), "key_compromised")
    need(key["from"] - ROUNDING - TOLERANCE <= layer.begins <= key["to"], "unknown_issuer")
    need(key["issuer"] in trusted.issuers, "unknown_issuer")
    return kind, view


def judge_dates(layer, trusted, now):
    need(now >= trusted.pack["iat"] - TOLERANCE, "clock_wrong")
    need(now >= layer.begins - TOLERANCE, "not_yet_valid")
    need(now < layer.ends, "expired")


def judge_fields(layer, view):
    kinds = {each["key"]: each["kind"] for each in view["fields"]}
    need(set(layer.values) <= set(kinds), "unsupported")
    for key, value in layer.values.items():
        is_day = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2_932_896
        right = {"flag": isinstance(value, bool), "day": is_day}.get(kinds[key], isinstance(value, str))
        need(right, "malformed")


def judge_status(layer, kind, trusted, now):
    found = trusted.status(*layer.entry)
    need(found, "status_unknown")
    state, as_of = found
    need(state != 1, "revoked")
    need(state != 2, "suspended")
    need(state == 0, "status_unknown")
    need(as_of <= now + TOLERANCE, "clock_wrong")
    need(now - as_of <= kind["max_status_age"] and now <= trusted.ends, "stale_pack")


def judge_show_code(text, trusted, now, nonce, device):
    need(len(text) <= 2048, "malformed")
    showing = layer_of(strict_cbor(unbase45(text[4:])))
    header = keys_are(strict_cbor(showing[0]), (1, 13, 16))
    check_shape(header[1] == -7 and header[16] == 65002)
    claims = keys_are(strict_cbor(showing[1]), (6,), (39,))
    made, cnonce = claims[6], claims.get(39)
    check_shape(is_time(made) and (cnonce is None or isinstance(cnonce, bytes) and len(cnonce) == 8))
    view = read_view(layer_of(header[13]))
    kind, definition = judge_issuer(view, trusted)
    need(layer_fits(view.holder, showing), "wrong_holder")
    judge_dates(view, trusted, now)
    need(made <= now + 30, "clock_wrong")
    need(made >= now - 60, "code_expired")
    if nonce:
        need(cnonce is not None, "careful_second_code")
        need(cnonce == nonce, "replayed")
    judge_fields(view, definition)
    if definition.get("anonymous"):
        need(view.entry is None and view.ends - view.begins <= 72 * 3600, "malformed")
        need(now <= trusted.ends, "stale_pack")
    else:
        need(view.entry is not None, "malformed")
        judge_status(view, kind, trusted, now)
    answers = [each for each in definition["fields"] if each["key"] != 23]
    if answers and all(each["kind"] == "flag" for each in answers):
        need(all(view.values.get(each["key"]) is True for each in answers), "answer_no")
    if definition["careful"] and not nonce:
        judge_second_code(view, made, now, device)
    need((view.cti, made) not in device.seen, "replayed")
    device.seen.add((view.cti, made))


def judge_second_code(view, made, now, device):
    first = device.first
    if not first or first[0] != view.cti or now - first[2] > 180:
        first = None
        device.first = (view.cti, made, now)
    need(first and made > first[1] and made >= first[2], "careful_second_code")
    device.first = None


def judge_slip(text, trusted, now):
    need(len(text) <= 1024, "malformed")
    slip = read_slip(layer_of(strict_cbor(unbase45(text[4:]))))
    kind, definition = judge_issuer(slip, trusted)
    need(kind.get("slip", {}).get("view") == definition["number"], "unsupported")
    judge_dates(slip, trusted, now)
    judge_fields(slip, definition)
    judge_status(slip, kind, trusted, now)


def judge(text, trusted, now, nonce=None, device=None):
    """The verdict's code for the text of a QR."""
    text = text.strip(SPACE)
    try:
        if text.startswith("SC1:"):
            judge_show_code(text, trusted, now, nonce, device or Device())
        elif text.startswith("PS1:"):
            judge_slip(text, trusted, now)
        else:
            return "malformed"
    except Refused as refused:
        return str(refused)
    except (Malformed, ValueError, KeyError, TypeError):
        return "malformed"
    return "valid"
