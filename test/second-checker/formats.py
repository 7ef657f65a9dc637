"""The three formats as they are written: SD-JWT VC (RFC 9901), W3C VC 2.0, and the show code's view (docs/show-code.md)."""
import io
import json
from dataclasses import dataclass
from datetime import datetime

import cbor2

import linked_data
from crypto import b64, sha256, unb64, verify
from published import Wrong


@dataclass
class Found:
    """What a copy says, once its signature fits."""

    type: str
    key: dict
    issuer: str | None
    fields: dict
    # False for a view, which holds some fields under numbers: the schema says nothing about it.
    whole: bool
    digest: str
    signed_at: int
    not_before: int
    expires: int
    status: tuple


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Wrong("duplicate_member")
    return dict(pairs)


def strict(data):
    return json.loads(data, object_pairs_hook=no_duplicates)


def type_by(published, member, value):
    for kind in published.types.values():
        if kind[member] == value:
            return kind["id"]
    raise Wrong("type")


def key_by_kid(published, kid):
    for key in published.keys:
        if key["kid"] == kid:
            return key
    raise Wrong("unknown_key")


SD_JWT_CLAIMS = {"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status", "identifier", "_sd", "_sd_alg"}


def read_sd_jwt(text, published):
    parts = text.split("~")
    if parts[-1] != "":
        raise Wrong("key_binding_in_an_issued_copy")
    head, body, signature = parts[0].split(".")
    header, claims = strict(unb64(head)), strict(unb64(body))
    if header.get("typ") != "dc+sd-jwt" or header.get("alg") != "ES256":
        raise Wrong("header")
    key = key_by_kid(published, header["kid"])
    signing_input = f"{head}.{body}".encode("ascii")
    if not verify(key["jwk"], signing_input, unb64(signature)):
        raise Wrong("signature")
    digests = claims.get("_sd", [])
    if len(set(digests)) != len(digests) or (digests and claims.get("_sd_alg", "sha-256") != "sha-256"):
        raise Wrong("disclosures")
    fields = {name: value for name, value in claims.items() if name not in SD_JWT_CLAIMS}
    used = set()
    for disclosure in parts[1:-1]:
        digest = b64(sha256(disclosure.encode("ascii")))
        salt, name, value = strict(unb64(disclosure))
        # RFC 9901 7.1: in the list, once, not a name that is there already or means something else; 9.3: 128 bits of salt.
        if digest not in digests or digest in used or name in claims or name in fields or len(unb64(salt)) < 16:
            raise Wrong("disclosures")
        used.add(digest)
        fields[name] = value
    if used != set(digests):
        raise Wrong("disclosures")  # an issued copy holds them all; what the wallet shows may be fewer
    reference = claims["status"]["status_list"]
    kind = type_by(published, "vct", claims["vct"])
    status = (published.list_of(reference["uri"]), reference["idx"])
    return Found(
        kind, key, claims["iss"], fields, True, b64(sha256(signing_input)), claims["iat"],
        max(claims["iat"], claims.get("nbf", 0)), claims["exp"], status,
    )


def seconds(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def read_ldp_vc(text, published):
    document = strict(text)
    keys = {f"#{key['kid']}": key for key in published.keys}
    fits = linked_data.proof_fits(document, keys, published.contexts)
    if not fits:
        raise Wrong("signature")
    key, signed = fits
    if document["proof"]["verificationMethod"] != f"{document['issuer']}#{key['kid']}":
        raise Wrong("issuer_is_not_signer")
    revocation, suspension = (
        next(entry for entry in document["credentialStatus"] if entry["statusPurpose"] == purpose)
        for purpose in ("revocation", "suspension")
    )
    if revocation["statusListIndex"] != suspension["statusListIndex"]:
        raise Wrong("status_reference")
    lists = {published.list_of(entry["statusListCredential"]) for entry in (revocation, suspension)}
    if len(lists) != 1:
        raise Wrong("status_reference")
    subject = {name: value for name, value in document["credentialSubject"].items() if name not in ("id", "identifier")}
    kind = type_by(published, "w3c_type", document["type"][1])
    created = seconds(document["proof"]["created"])
    return Found(
        kind, key, document["issuer"], subject, True, b64(sha256(signed)), created,
        max(created, seconds(document["validFrom"])), seconds(document["validUntil"]),
        (lists.pop(), int(revocation["statusListIndex"])),
    )


def read_view(text, published):
    data = unb64(text)
    stream = io.BytesIO(data)
    protected, unprotected, payload, signature = cbor2.load(stream)
    if stream.read() or unprotected != {}:
        raise Wrong("cose")
    header, claims = cbor2.loads(protected), cbor2.loads(payload)
    if header[1] != -7:
        raise Wrong("header")
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    candidates = [key for key in published.keys if unb64(key["kid"])[:8] == header[4]]
    key = next((key for key in candidates if verify(key["jwk"], signed, signature)), None)
    if not key:
        raise Wrong("signature")
    view = claims[-65537]  # private use; 4 exp, 5 nbf (RFC 8392)
    kind, definition = next(
        ((kind["id"], each) for kind in published.types.values() for each in kind["views"] if each["number"] == view[0]),
        (None, None),
    )
    if not definition or not set(view) - {0, 1} <= {field["key"] for field in definition["fields"]}:
        raise Wrong("view")
    list_number, index = view[1]
    return Found(
        kind, key, None, {}, False, b64(sha256(signed)), claims[5], claims[5], claims[4], (list_number, index)
    )


readers = {
    "dc+sd-jwt": read_sd_jwt,
    "ldp_vc": read_ldp_vc,
    "ldp_vc_ecdsa": read_ldp_vc,
    "onecert-view+cwt": read_view,
}
