"""A finished run as evidence: every file hashed, the hashes chained, and what may be added to it later."""

from bmshil.evidence.bundle.annotations import AS, Annotation, annotate, read_annotations
from bmshil.evidence.bundle.chain import Link, chain, digest, genesis
from bmshil.evidence.bundle.earlier import earlier_manifest
from bmshil.evidence.bundle.manifest import Manifest, read_manifest
from bmshil.evidence.bundle.page_seal import seal_page
from bmshil.evidence.bundle.register import Entry, read_register, states
from bmshil.evidence.bundle.sealing import is_sealed, open_again, require_as_sealed, seal
from bmshil.evidence.bundle.signing import Signature, check_command, sign, signature, to_sign
from bmshil.evidence.bundle.verifying import verify

__all__ = [
    "AS",
    "Annotation",
    "Entry",
    "Link",
    "Manifest",
    "Signature",
    "annotate",
    "chain",
    "check_command",
    "digest",
    "earlier_manifest",
    "genesis",
    "is_sealed",
    "open_again",
    "read_annotations",
    "read_manifest",
    "read_register",
    "require_as_sealed",
    "seal",
    "seal_page",
    "sign",
    "signature",
    "states",
    "to_sign",
    "verify",
]
