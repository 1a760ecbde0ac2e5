"""The shape of an officer's word as the public page files it."""

from fieldapp.filing.shapes import Digest, FilingShape, Id, Person, Revision, Text


class OfficerWordShape(FilingShape):
    """`officer`: name and 执法证号 (in `contact`) if given; sealed apart. `code`: the digest of its code."""

    observation: Id
    observation_revision: Revision
    observation_digest: Digest
    code: Digest
    words: Text
    officer: Person | None = None
