"""Signatures and encodings: RFC 7515, RFC 8032, FIPS 186-5, multibase base58-btc."""
import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def unb64(text):
    if "=" in text:
        raise ValueError("padding")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def sha256(data):
    return hashlib.sha256(data).digest()


def unbase58(text):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for character in text:
        number = number * 58 + alphabet.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def verify(jwk, data, signature):
    """True when the signature (r||s or Ed25519) fits; the key says the algorithm."""
    try:
        if jwk["kty"] == "EC" and jwk["crv"] == "P-256" and len(signature) == 64:
            numbers = ec.EllipticCurvePublicNumbers(
                int.from_bytes(unb64(jwk["x"]), "big"), int.from_bytes(unb64(jwk["y"]), "big"), ec.SECP256R1()
            )
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            numbers.public_key().verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
            return True
        if jwk["kty"] == "OKP" and jwk["crv"] == "Ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(unb64(jwk["x"])).verify(signature, data)
            return True
    except InvalidSignature:
        return False
    return False


def open_jws(text, typ, jwk):
    """Header and payload of a compact JWS of this type by this key; None when it is not."""
    head, body, signature = text.split(".")
    header = json.loads(unb64(head))
    if header.get("typ") != typ or header.get("alg") != "ES256" or "crit" in header:
        return None
    if not verify(jwk, f"{head}.{body}".encode("ascii"), unb64(signature)):
        return None
    return header, json.loads(unb64(body))
