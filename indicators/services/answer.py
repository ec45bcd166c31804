"""An answer as a person gives it, checked against the item it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators import scoring
from indicators.models import AssessmentPeriod, Item, Option

# Counts beyond this are typing errors, and would not fit the column.
MAX_COUNT = 1_000_000_000

# A key of an option as it comes from a form.
OPTION_KEY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class AnswerInput:
    """What was chosen: an option, or two counts, or "tidak berlaku" with a reason.

    All empty means: no answer yet.
    """

    option_id: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    not_applicable: bool = False
    na_reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return (
            self.option_id is None
            and self.numerator is None
            and self.denominator is None
            and not self.not_applicable
        )


@dataclass(frozen=True)
class CheckedAnswer:
    """An answer that fits its item."""

    option: Option | None = None
    numerator: int | None = None
    denominator: int | None = None
    not_applicable: bool = False
    na_reason: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it says something that has a value (or is not applicable)."""
        return (
            self.not_applicable
            or self.option is not None
            or (self.numerator is not None and self.denominator is not None)
        )

    def as_self(self) -> dict[str, Any]:
        """Return the values of the `self_*` columns."""
        return {
            "self_option": self.option,
            "self_numerator": self.numerator,
            "self_denominator": self.denominator,
            "self_na": self.not_applicable,
            "na_reason": self.na_reason,
        }

    def as_payload(self) -> dict[str, Any]:
        """Return what the log keeps of it."""
        return {
            "option": self.option.code if self.option else None,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "not_applicable": self.not_applicable,
        }


def check(item: Item, answer: AnswerInput) -> CheckedAnswer:
    """Return the answer with its option, or raise what is wrong with it.

    Raises:
        ValidationError: The option belongs to another item, counts are given where
            an option is asked (or the other way round), a count is negative or too
            large, the item cannot be "tidak berlaku", or the reason is missing. The
            errors name the fields ``option``, ``numerator``, ``denominator``,
            ``na_reason``.
    """
    if answer.not_applicable:
        if not item.may_be_not_applicable:
            raise ValidationError(
                {"option": _("Butir ini selalu berlaku; pilih salah satu jawaban.")}
            )
        # PostgreSQL refuses NUL.
        reason = answer.na_reason.replace("\x00", "").strip()
        if not reason:
            raise ValidationError(
                {"na_reason": _("Tuliskan alasan mengapa butir ini tidak berlaku.")}
            )
        return CheckedAnswer(not_applicable=True, na_reason=reason)
    if answer.is_empty:
        return CheckedAnswer()
    if item.answer_item.answer_type == Item.AnswerType.PERCENT:
        return _check_counts(answer)
    if answer.option_id is None:
        raise ValidationError({"option": _("Pilih salah satu jawaban.")})
    option = Option.objects.filter(
        pk=answer.option_id, item_id=item.answer_item.pk
    ).first()
    if option is None:
        raise ValidationError(
            {"option": _("Jawaban itu bukan pilihan untuk butir ini.")}
        )
    return CheckedAnswer(option=option)


def _check_counts(answer: AnswerInput) -> CheckedAnswer:
    errors = {}
    for name in ("numerator", "denominator"):
        value = getattr(answer, name)
        if value is None:
            errors[name] = _("Isi kedua jumlah.")
        elif not 0 <= value <= MAX_COUNT:
            errors[name] = _("Jumlah harus bilangan bulat, nol atau lebih.")
    if answer.option_id is not None:
        errors["option"] = _("Butir ini dijawab dengan dua jumlah, bukan pilihan.")
    if not errors and answer.denominator == 0 and answer.numerator:
        errors["denominator"] = _("Jumlah seluruhnya nol, padahal ada yang terpenuhi.")
    if errors:
        raise ValidationError(errors)
    return CheckedAnswer(numerator=answer.numerator, denominator=answer.denominator)


def value_of(answer: CheckedAnswer, period: AssessmentPeriod) -> Fraction | None:
    """Return the exact value, 0 to 1; None when not applicable or empty."""
    if answer.option is not None:
        return answer.option.value
    if answer.numerator is None or answer.denominator is None:
        return None
    rule = scoring.ZeroDenominator(period.zero_denominator)
    return scoring.percent_value(answer.numerator, answer.denominator, rule).value


def nano_of(answer: CheckedAnswer, period: AssessmentPeriod) -> int | None:
    """Return the value in billionths, half up; None when there is none."""
    value = value_of(answer, period)
    return None if value is None else scoring.nano(value)
