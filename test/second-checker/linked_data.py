"""Data Integrity proofs: eddsa-rdfc-2022 and ecdsa-rdfc-2019, over pyld's own canonicalisation."""
from pyld import jsonld

from crypto import sha256, unbase58, verify

CURVES = {"eddsa-rdfc-2022": "Ed25519", "ecdsa-rdfc-2019": "P-256"}


def loader_of(contexts):
    def load(url, _options):
        if url not in contexts:
            raise ValueError("a context that is not in the closed list")
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": contexts[url]}

    return load


def canonical(document, contexts):
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": loader_of(contexts)}
    return jsonld.normalize(document, options).encode("utf-8")


def to_be_signed(document, contexts):
    """Data Integrity EdDSA Cryptosuites 3.2.4: the hash of the proof's options, then the hash of the document."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    options["@context"] = document["@context"]
    return sha256(canonical(options, contexts)) + sha256(canonical(unsigned, contexts))


def proof_fits(document, keys, contexts):
    """`keys`: by the end of their verification method. Returns key and signed bytes, or None."""
    proof = document["proof"]
    if proof["type"] != "DataIntegrityProof" or proof["proofPurpose"] != "assertionMethod":
        return None
    key = keys.get("#" + proof["verificationMethod"].split("#")[1])
    if not key or key["jwk"].get("crv") != CURVES.get(proof["cryptosuite"]) or proof["proofValue"][0] != "z":
        return None
    data = to_be_signed(document, contexts)
    return (key, data) if verify(key["jwk"], data, unbase58(proof["proofValue"][1:])) else None
