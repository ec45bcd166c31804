"""What changed between two editions, in lines that a person can read."""

from collections.abc import Iterator
from dataclasses import fields

from django.utils.translation import gettext as _

from .spec import InstrumentSpec, ItemSpec, SubAreaSpec

Lines = dict[str, dict[str, str]]

_LONG = 90
"""Characters of a value that a line shows; the rest is cut in the middle."""


def describe(spec: InstrumentSpec) -> str:
    """Return how much the file holds, in one line."""
    n_items = sum(len(subarea.items) for subarea in spec.subareas)
    if spec.kinds:
        return _("%(kinds)d jenis dokumen") % {"kinds": len(spec.kinds)}
    return _("%(subareas)d subarea, %(items)d butir") % {
        "subareas": len(spec.subareas),
        "items": n_items,
    }


def differences(old: InstrumentSpec, new: InstrumentSpec) -> list[str]:
    """Return the differences of two editions, in the order of the newer one.

    "+" stands before what is new, "-" before what is gone, "~" before a change with
    the old and the new value. Edition number, hash and sources are left out.
    """
    before, after = _flatten(old), _flatten(new)
    lines = []
    for name, values in after.items():
        if name not in before:
            lines.append(f"+ {name}: {_short(values[_FIRST])}")
            continue
        lines.extend(_changes(name, before[name], values))
    lines.extend(
        f"- {name}: {_short(values[_FIRST])}"
        for name, values in before.items()
        if name not in after
    )
    return lines


_FIRST = "name"


def _changes(name: str, before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field, ""), after.get(field, "")
        if old != new:
            yield f'~ {name} · {field}: "{_short(old)}" → "{_short(new)}"'


def _short(text: str) -> str:
    """Cut a long text in the middle and keep it on one line."""
    line = " ".join(text.split())
    if len(line) <= _LONG:
        return line
    return f"{line[: _LONG * 2 // 3]} … {line[-_LONG // 3 :]}"


def _flatten(spec: InstrumentSpec) -> Lines:
    """Return every named thing of the file with its values as text."""
    lines: Lines = {
        spec.key: {
            _FIRST: spec.name,
            "regulation": spec.regulation,
            "thresholds": spec.thresholds,
            **{f"builds_on {key}": str(edition) for key, edition in spec.references},
        }
    }
    for key, label, generic in spec.kinds:
        lines[key] = {_FIRST: label, "generic": str(generic)}
    for subarea in spec.subareas:
        lines[subarea.key] = _subarea(subarea)
        for item in subarea.items:
            lines[item.code] = {**_item(item), "subarea": subarea.key}
    return lines


def _subarea(subarea: SubAreaSpec) -> dict[str, str]:
    return {
        _FIRST: subarea.name,
        "roman": subarea.roman,
        "component": subarea.component,
        "weight": str(subarea.weight),
        "counterpart": subarea.counterpart,
        "order": " ".join(item.code for item in subarea.items),
    }


def _item(item: ItemSpec) -> dict[str, str]:
    values = {_FIRST: item.name}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in {"code", "name", "options", "kinds", "questions"}:
            continue
        if isinstance(value, tuple):
            value = "; ".join(
                " ".join(map(str, part)) if isinstance(part, tuple) else str(part)
                for part in value
            )
        values[field.name] = "" if value is None else str(value)
    for option in item.options:
        text = _("(tidak dicetak)") if option.text is None else option.text
        values[f"option {option.code}"] = f"{text} = {option.value}"
    for key, why in item.kinds:
        values[f"kind {key}"] = why
    for question, coverage in item.questions:
        values[f"question {question}"] = coverage
    return values
