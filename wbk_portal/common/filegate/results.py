"""What the gate answers: accepted with facts, or refused with a sentence."""

from dataclasses import dataclass, field
from typing import Any

from wbk_portal.common.filegate.kinds import KINDS


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept.

    Attributes:
        kind: Key of the true kind, found by content: one of KINDS.
        mime: Media type under which the bytes are served.
        extension: Extension of the clean name, without dot, lower case.
        clean_name: Safe name with an extension that fits the content.
        original_name: The name as sent, invisible characters written as escapes.
        size: Bytes, measured on the file itself.
        facts: JSON-able remarks about the content, e.g. `width`, `height`,
            `unpacked_bytes`, `strict`, `embedded`, `renamed_from`.
    """

    kind: str
    mime: str
    extension: str
    clean_name: str
    original_name: str
    size: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """Return "pdf", "office" or "picture"."""
        return KINDS[self.kind].family


class Refused(Exception):
    """A file that may not be kept, with the sentence for the person who sent it.

    Attributes:
        code: What is wrong, one of `messages.SENTENCES`.
        params: Plain values for the sentence, JSON-able: `name` and what it needs.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        """Keep code and values; the sentence is put together when it is read."""
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def message(self) -> str:
        """Return the sentence in the language that is active now."""
        # Not at the top: the gate must run in a child without Django.
        from wbk_portal.common.filegate.messages import refusal_message

        return refusal_message(self.code, self.params)

    def __str__(self) -> str:
        """Return the code and the values, for logs."""
        return f"{self.code} {self.params}"
