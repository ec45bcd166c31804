"""What a data file says, as plain values; no database.

`parse` checks everything that one file can be checked for; what concerns two files
(does the question that lends its options exist?) is checked while loading.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from .reader import CatalogueError, Node, canonical


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One answer; `text` is None where the instrument prints none."""

    code: str
    text: str | None
    value: Fraction


@dataclass(frozen=True, slots=True)
class RubricSpec:
    """The question that lends its options to an indicator."""

    instrument: str
    question: str
    leads: bool


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One indicator or question. `weight` is None for an indicator: an equal share."""

    code: str
    slug: str
    short_label: str
    name: str
    answer_type: str
    weight: Fraction | None
    printed_scale: str = ""
    numerator_label: str = ""
    denominator_label: str = ""
    criterion: str = ""
    options: tuple[OptionSpec, ...] = ()
    guidance: str = ""
    wording_caution: str = ""
    twin_note: str = ""
    twins: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    renewal: tuple[str, str, str] = ("", "", "")
    notes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    is_assessed: bool = False
    may_be_not_applicable: bool = False
    rubric: RubricSpec | None = None
    questions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubAreaSpec:
    """A group of items; `counterpart` is a key of the LKE, or empty."""

    key: str
    roman: str
    name: str
    component: str
    weight: Fraction
    counterpart: str
    items: tuple[ItemSpec, ...]


@dataclass(frozen=True, slots=True)
class InstrumentSpec:
    """One edition of one data file.

    `kinds` is (key, label, generic) and stands in the file of kinds only;
    `references` gives the edition of every other file that this one builds on.
    """

    key: str
    edition: int
    name: str
    regulation: str
    sha256: str
    references: tuple[tuple[str, int], ...]
    thresholds: str
    sources: str
    subareas: tuple[SubAreaSpec, ...]
    kinds: tuple[tuple[str, str, bool], ...]

    @property
    def title(self) -> str:
        """Return key and edition, as messages name the file."""
        return f"{self.key} ed. {self.edition}"


def parse(raw: Mapping[str, Any], *, place: str) -> InstrumentSpec:
    """Return what the file says.

    Args:
        raw: The decoded JSON.
        place: Name of the file, for messages.

    Raises:
        CatalogueError: With the place of the first fault.
    """
    node = Node(raw, place)
    roles: dict[str, str] = node.raw("roles", {})
    rules: dict[str, str] = node.raw("renewal_rules", {})
    references: dict[str, int] = node.raw("references", {})
    node.skip("about", "read_from", "zero_denominator_note")
    spec = InstrumentSpec(
        key=node.text("key"),
        edition=node.integer("edition", minimum=1),
        name=node.text("name"),
        regulation=node.text("regulation"),
        sha256=hashlib.sha256(canonical(raw)).hexdigest(),
        references=tuple(sorted(references.items())),
        thresholds=canonical(node.raw("thresholds", {})).decode(),
        sources=canonical(node.raw("sources", [])).decode(),
        subareas=tuple(
            _subarea(child, roles, rules) for child in node.nodes("subareas", "key")
        ),
        kinds=tuple(_kind(child) for child in node.nodes("kinds", "key")),
    )
    node.finish()
    _check(spec, place)
    return spec


def _kind(node: Node) -> tuple[str, str, bool]:
    kind = (node.text("key"), node.text("label"), node.flag("generic"))
    node.finish()
    return kind


def _subarea(node: Node, roles: dict[str, str], rules: dict[str, str]) -> SubAreaSpec:
    subarea = SubAreaSpec(
        key=node.text("key"),
        roman=node.text("roman"),
        name=node.text("name"),
        component=node.text("component", ""),
        weight=node.fraction("weight"),
        counterpart=node.text("counterpart", ""),
        items=tuple(
            _item(child, roles, rules) for child in node.nodes("items", "code")
        ),
    )
    node.finish()
    if not subarea.items:
        raise node.error("items", _("subarea tanpa butir."))
    weights = [item.weight for item in subarea.items if item.weight is not None]
    share = subarea.weight / len(subarea.items)
    if any(weight != share for weight in weights):
        raise node.error(
            "weight",
            _("bobot setiap pertanyaan harus %(share)s (bobot subarea dibagi rata).")
            % {"share": share},
        )
    return subarea


def _item(node: Node, roles: dict[str, str], rules: dict[str, str]) -> ItemSpec:
    """Read an item; one with a rubric is an indicator."""
    rubric = _rubric(node) if node.has("rubric") else None
    answer = "choice" if rubric else node.text("answer")
    is_percent = answer == "percent"
    item = ItemSpec(
        code=node.text("code"),
        slug=node.text("slug"),
        short_label=node.text("short_label"),
        name=node.text("name"),
        answer_type="percent" if is_percent else "choice",
        weight=None if rubric else node.fraction("weight"),
        printed_scale=node.text("printed_scale", ""),
        numerator_label=node.text("numerator") if is_percent else "",
        denominator_label=node.text("denominator") if is_percent else "",
        criterion=node.text("criterion", ""),
        options=tuple(_option(child) for child in node.nodes("options", "code")),
        guidance=node.text("guidance", ""),
        wording_caution=node.text("wording_caution", ""),
        twin_note=node.text("twin_note", ""),
        twins=tuple(sorted(node.texts("twins"))),
        roles=_known(node, "roles", node.texts("roles"), roles),
        renewal=_renewal(node, rules),
        notes=node.texts("notes"),
        parents=node.texts("parents"),
        kinds=tuple(_kind_use(child) for child in node.nodes("kinds", "key")),
        is_assessed=bool(rubric) or node.flag("assessed"),
        may_be_not_applicable=node.flag("may_be_not_applicable"),
        rubric=rubric,
        questions=tuple(_map(child) for child in node.nodes("questions", "question")),
    )
    node.skip("sources")
    node.finish()
    _check_item(node, item)
    return item


def _known(
    node: Node, field: str, keys: tuple[str, ...], labels: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    for key in keys:
        if key not in labels:
            raise node.error(field, _("%(key)s tidak dikenal.") % {"key": key})
    return tuple((key, labels[key]) for key in keys)


def _renewal(node: Node, rules: dict[str, str]) -> tuple[str, str, str]:
    if not node.has("renewal"):
        return ("", "", "")
    child = Node(node.raw("renewal", None), f"{node.place} · renewal")
    rule, note = child.text("rule"), child.text("note", "")
    child.finish()
    ((rule, label),) = _known(node, "renewal", (rule,), rules)
    return (rule, label, note)


def _rubric(node: Node) -> RubricSpec:
    child = Node(node.raw("rubric", None), f"{node.place} · rubric")
    rubric = RubricSpec(
        instrument=child.text("instrument"),
        question=child.text("question"),
        leads=child.flag("leads"),
    )
    child.finish()
    return rubric


def _option(node: Node) -> OptionSpec:
    text = node.text("text") if node.raw("text", None) is not None else None
    option = OptionSpec(node.text("code"), text, node.fraction("value"))
    node.finish()
    if option.value > 1:
        raise node.error("value", _("nilai jawaban paling tinggi 1."))
    return option


def _kind_use(node: Node) -> tuple[str, str]:
    use = (node.text("key"), node.text("why"))
    node.finish()
    return use


def _map(node: Node) -> tuple[str, str]:
    pair = (node.text("question"), node.text("coverage"))
    node.finish()
    if pair[1] not in {"full", "partial", "supporting"}:
        raise node.error("coverage", _("full, partial, atau supporting."))
    return pair


def _check_item(node: Node, item: ItemSpec) -> None:
    """Refuse an item that the arithmetic or the screens could not handle."""
    values = [option.value for option in item.options]
    codes = [option.code for option in item.options]
    if len(set(codes)) != len(codes):
        raise node.error("options", _("kode jawaban berulang."))
    if item.rubric or item.answer_type == "percent":
        if item.options:
            raise node.error("options", _("butir ini tidak memiliki jawaban sendiri."))
    elif len(values) < 2 or values != sorted(values, reverse=True):
        raise node.error("options", _("sedikitnya dua jawaban, dari nilai tertinggi."))
    elif values[0] != 1 or values[-1] != 0:
        raise node.error("options", _("jawaban terbaik bernilai 1, terakhir 0."))
    if item.may_be_not_applicable and (item.rubric is None or item.rubric.leads):
        raise node.error(
            "may_be_not_applicable",
            _("butir yang menjawab pertanyaan LKE selalu berlaku."),
        )
    if (
        item.rubric
        and item.rubric.leads
        and (item.rubric.question, "full") not in item.questions
    ):
        raise node.error("questions", _("pertanyaan yang dipimpin harus full."))


def _check(spec: InstrumentSpec, place: str) -> None:
    """Refuse repeated keys and one-sided twins."""
    items = [item for subarea in spec.subareas for item in subarea.items]
    for name, values in (
        ("kinds.key", [kind[0] for kind in spec.kinds]),
        ("subareas.key", [subarea.key for subarea in spec.subareas]),
        ("code", [item.code for item in items]),
        ("slug", [item.slug for item in items]),
    ):
        repeated = sorted({value for value in values if values.count(value) > 1})
        if repeated:
            raise CatalogueError(
                _("%(place)s, %(field)s: berulang: %(values)s.")
                % {"place": place, "field": name, "values": ", ".join(repeated)}
            )
    twins = {item.code: set(item.twins) for item in items}
    for code, others in twins.items():
        for other in others:
            if code not in twins.get(other, set()) or other == code:
                raise CatalogueError(
                    _("%(place)s · %(code)s, twins: %(other)s tidak menyebut balik.")
                    % {"place": place, "code": code, "other": other}
                )
    leaders = [
        item.rubric.question for item in items if item.rubric and item.rubric.leads
    ]
    if len(set(leaders)) != len(leaders):
        raise CatalogueError(
            _("%(place)s: satu pertanyaan dipimpin dua indikator.") % {"place": place}
        )
