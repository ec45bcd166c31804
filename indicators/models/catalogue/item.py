"""Indicators and questions, with the answers to choose from."""

from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from .instrument import Instrument, SubArea


def first_line_of(name: str) -> str:
    """Return the first line of an official name; "…" where lines follow it.

    "… pelayanan publik pada:" alone would read as if it broke off.
    """
    first, _newline, rest = name.partition("\n")
    first = first.rstrip(": ")
    return f"{first} …" if rest else first


class ItemQuerySet(models.QuerySet["Item"]):
    """Reading logic of items."""

    def assessed(self) -> Self:
        """Items that a unit is assessed on: 24 indicators and six direct questions."""
        return self.filter(is_assessed=True)

    def indicators(self) -> Self:
        """The indicators alone."""
        return self.filter(kind=Item.Kind.INDICATOR)

    def by_stake(self) -> Self:
        """Items with the most LKE points first, then in catalogue order."""
        return self.order_by("-lke_nano", "kind", "position")

    def with_rubric(self) -> Self:
        """Items with sub-area, rubric and answer options; two queries more, constant.

        The options of an item are then read through `Item.answer_options` without
        another query.
        """
        options = Option.objects.order_by("position")
        return self.select_related(
            "instrument", "subarea", "rubric__instrument", "rubric__subarea"
        ).prefetch_related(
            Prefetch("options", queryset=options),
            Prefetch("rubric__options", queryset=options),
        )


class Item(models.Model):
    """Something a unit can be assessed on: an indicator or a question.

    An indicator has no options of its own; it borrows those of its `rubric`, a
    question. Where `rubric_leads`, its agreed answer is also the answer of that
    question in *Nilai LKE Area VI*.
    """

    class Kind(models.TextChoices):
        """What an item is. Alphabetical order puts indicators first."""

        INDICATOR = "indicator", _("indikator")
        QUESTION = "question", _("pertanyaan LKE")

    class AnswerType(models.TextChoices):
        """How an item is answered."""

        CHOICE = "choice", _("pilihan jawaban")
        PERCENT = "percent", _("persentase dari dua jumlah")

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="items"
    )
    subarea = models.ForeignKey(SubArea, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(
        _("kode"), max_length=20, help_text="WBK.06.13, A.II.6.ii.a, 8.1.e"
    )
    slug = models.CharField(max_length=20, help_text="06.13, LKE-II.ii.a, PMPRB-8.1.e")
    short_label = models.CharField(
        _("kode singkat"), max_length=20, help_text="06.13, LKE II.ii.a, PMPRB 8.1.e"
    )
    name = models.TextField(
        _("nama"),
        help_text=_("Bunyi resmi, huruf demi huruf; dapat lebih dari sebaris."),
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind.choices)
    answer_type = models.CharField(
        _("cara menjawab"), max_length=10, choices=AnswerType.choices
    )
    printed_scale = models.CharField(
        max_length=20, blank=True, help_text="Ya/Tidak, A/B/C, %"
    )
    numerator_label = models.CharField(_("pembilang"), max_length=200, blank=True)
    denominator_label = models.CharField(_("penyebut"), max_length=200, blank=True)
    criterion = models.TextField(
        _("kriteria"), blank=True, help_text=_("Kriteria nilai yang tercetak.")
    )
    weight_num = models.PositiveIntegerField(
        help_text=_("Pertanyaan: nilai instrumennya. Indikator: bagian subareanya.")
    )
    weight_den = models.PositiveIntegerField(default=1)
    lke_nano = models.PositiveBigIntegerField(
        default=0,
        help_text=_("Bobot LKE butir ini dalam sepermiliar, untuk urutan dan jumlah."),
    )
    guidance = models.TextField(_("panduan"), blank=True)
    wording_caution = models.TextField(_("catatan atas bunyi"), blank=True)
    twin_note = models.TextField(_("beda dengan butir kembar"), blank=True)
    producer_roles = models.JSONField(
        _("penghasil dokumen"),
        default=list,
        blank=True,
        help_text=_("Daftar {key, label}."),
    )
    renewal_rule = models.CharField(max_length=20, blank=True)
    renewal_label = models.CharField(_("pembaruan"), max_length=100, blank=True)
    renewal_note = models.TextField(blank=True)
    notes = models.JSONField(
        default=list, blank=True, help_text=_("Catatan atas bunyi tercetak.")
    )
    parents = models.JSONField(
        default=list, blank=True, help_text=_("Kode pertanyaan PMPRB asalnya.")
    )
    is_assessed = models.BooleanField(_("dinilai"), default=False)
    may_be_not_applicable = models.BooleanField(_("dapat tidak berlaku"), default=False)
    rubric = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="borrowers",
        help_text=_("Pertanyaan yang meminjamkan pilihan jawabannya."),
    )
    rubric_leads = models.BooleanField(
        default=False,
        help_text=_("Jawaban indikator ini adalah jawaban pertanyaan itu."),
    )
    twins = models.ManyToManyField("self", symmetrical=True, blank=True)
    position = models.PositiveSmallIntegerField()

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("butir")
        verbose_name_plural = _("butir")
        ordering = ["kind", "instrument_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "code"], name="item_code_unique"
            ),
            models.UniqueConstraint(
                fields=["instrument", "slug"], name="item_slug_unique"
            ),
            models.UniqueConstraint(
                fields=["instrument", "rubric"],
                condition=Q(rubric_leads=True),
                name="item_one_leader_per_question",
            ),
            models.CheckConstraint(
                condition=Q(weight_den__gte=1), name="item_weight_den_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind="indicator", rubric__isnull=False)
                | Q(kind="question", rubric__isnull=True, rubric_leads=False),
                name="item_rubric_of_indicators_only",
            ),
            models.CheckConstraint(
                condition=Q(answer_type="choice")
                | (~Q(numerator_label="") & ~Q(denominator_label="")),
                name="item_percent_has_two_counts",
            ),
            # A question of the LKE is never "not applicable", nor is an indicator
            # whose answer is the answer of such a question.
            models.CheckConstraint(
                condition=Q(may_be_not_applicable=False)
                | Q(kind="indicator", rubric_leads=False),
                name="item_not_applicable_never_in_lke",
            ),
        ]

    def __str__(self) -> str:
        """Return the short label and the first line of the name."""
        return f"{self.short_label} {self.title}"

    @property
    def weight(self) -> Fraction:
        """Return the exact weight: points of 10, or an indicator's share."""
        return Fraction(self.weight_num, self.weight_den)

    @property
    def title(self) -> str:
        """Return the first line of the official name; "…" where it goes on."""
        return first_line_of(self.name)

    @property
    def title_items(self) -> list[str]:
        """Return the further lines of the official name, as printed; often empty."""
        return self.name.split("\n")[1:]

    @property
    def answer_item(self) -> "Item":
        """Return the question whose options answer this item: the rubric, or itself.

        Queries `rubric` unless it was selected (`ItemQuerySet.with_rubric`).
        """
        return self.rubric or self

    @property
    def answer_options(self) -> "list[Option]":
        """Return the options to choose from, best first; empty for a percentage.

        Queries unless prefetched (`ItemQuerySet.with_rubric`).
        """
        return list(self.answer_item.options.all())

    @property
    def question_answered(self) -> "Item | None":
        """Return the LKE question whose answer this item's agreed answer is.

        Of a leading indicator its rubric, of an assessed question itself, else None.
        Queries `rubric` unless it was selected.
        """
        if self.rubric is not None:
            return self.rubric if self.rubric_leads else None
        return self if self.is_assessed else None

    @property
    def lke_points(self) -> Fraction:
        """Return the LKE points (out of 10) that this item decides, exactly.

        The weight of `question_answered`, or 0.
        """
        question = self.question_answered
        return question.weight if question else Fraction(0)


class Option(models.Model):
    """One answer of a question, with its exact value between 0 and 1."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="options")
    code = models.CharField(_("kode"), max_length=10, help_text="a, b, ya, tidak")
    text = models.TextField(_("jawaban"))
    is_text_printed = models.BooleanField(
        default=True,
        help_text=_("Tidak, bila instrumen tidak mencetak bunyi jawaban ini."),
    )
    value_num = models.PositiveIntegerField()
    value_den = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("pilihan jawaban")
        verbose_name_plural = _("pilihan jawaban")
        ordering = ["item_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "code"], name="option_code_unique"),
            models.CheckConstraint(
                condition=Q(value_den__gte=1, value_num__lte=F("value_den")),
                name="option_value_zero_to_one",
            ),
        ]

    def __str__(self) -> str:
        """Return letter and text, as a person reads it."""
        return f"{self.label}. {self.text}" if len(self.code) == 1 else self.text

    @property
    def label(self) -> str:
        """Return the code as printed on the answer sheet: A, B, Ya, Tidak."""
        return self.code.upper() if len(self.code) == 1 else self.code.capitalize()

    @property
    def value(self) -> Fraction:
        """Return the exact value, 0 to 1 (0.67 is 67/100, not 2/3)."""
        return Fraction(self.value_num, self.value_den)
