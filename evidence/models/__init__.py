"""Evidence: bytes, files, versions, links, and what reviewers say of them."""

from .evidence import (
    Evidence,
    EvidenceFile,
    EvidenceFileQuerySet,
    EvidenceQuerySet,
    EvidenceVersion,
    PageImage,
    PageText,
)
from .link import EvidenceLink, LinkReview, SubmissionItem
from .store import Blob, TrayFile

__all__ = [
    "Blob",
    "Evidence",
    "EvidenceFile",
    "EvidenceFileQuerySet",
    "EvidenceLink",
    "EvidenceQuerySet",
    "EvidenceVersion",
    "LinkReview",
    "PageImage",
    "PageText",
    "SubmissionItem",
    "TrayFile",
]
