"""Writing an edition to the tables, and reading it back for comparison."""

import json
from fractions import Fraction

from indicators.models import (
    EvidenceKind,
    Instrument,
    Item,
    ItemKind,
    ItemMap,
    Option,
    SubArea,
)
from indicators.scoring import nano

from .reader import canonical
from .spec import InstrumentSpec, ItemSpec, OptionSpec, RubricSpec, SubAreaSpec


def read_back(instrument: Instrument) -> InstrumentSpec:
    """Return what the tables say of an edition, in the form of the data file.

    Equal to the parsed file when every row is as it was loaded. Kinds of evidence are
    not bound to an edition: their present labels are returned.
    """
    items = list(
        instrument.items.select_related("rubric__instrument").prefetch_related(
            "options",
            "twins",
            "expected_kinds__kind",
            "question_maps__question",
        )
    )
    items.sort(key=lambda item: item.position)
    subareas = tuple(
        SubAreaSpec(
            key=subarea.key,
            roman=subarea.roman,
            name=subarea.name,
            component=subarea.component,
            weight=subarea.weight,
            counterpart=subarea.counterpart.key if subarea.counterpart else "",
            items=tuple(_item_spec(x) for x in items if x.subarea_id == subarea.pk),
        )
        for subarea in instrument.subareas.select_related("counterpart").order_by(
            "position"
        )
    )
    kinds: tuple[tuple[str, str, bool], ...] = ()
    if not subareas:
        kinds = tuple(
            EvidenceKind.objects.order_by("position").values_list(
                "key", "label", "is_generic"
            )
        )
    return InstrumentSpec(
        key=instrument.key,
        edition=instrument.edition,
        name=instrument.name,
        regulation=instrument.regulation,
        sha256=instrument.source_sha256,
        references=tuple(sorted(instrument.builds_on.items())),
        thresholds=canonical(instrument.thresholds).decode(),
        sources=canonical(instrument.sources).decode(),
        subareas=subareas,
        kinds=kinds,
    )


def _item_spec(item: Item) -> ItemSpec:
    rubric = None
    if item.rubric is not None:
        rubric = RubricSpec(
            item.rubric.instrument.key, item.rubric.code, item.rubric_leads
        )
    return ItemSpec(
        code=item.code,
        slug=item.slug,
        short_label=item.short_label,
        name=item.name,
        answer_type=item.answer_type,
        weight=None if rubric else item.weight,
        printed_scale=item.printed_scale,
        numerator_label=item.numerator_label,
        denominator_label=item.denominator_label,
        criterion=item.criterion,
        options=tuple(
            OptionSpec(o.code, o.text if o.is_text_printed else None, o.value)
            for o in sorted(item.options.all(), key=lambda o: o.position)
        ),
        guidance=item.guidance,
        wording_caution=item.wording_caution,
        twin_note=item.twin_note,
        twins=tuple(sorted(twin.code for twin in item.twins.all())),
        roles=tuple((role["key"], role["label"]) for role in item.producer_roles),
        renewal=(item.renewal_rule, item.renewal_label, item.renewal_note),
        notes=tuple(item.notes),
        parents=tuple(item.parents),
        kinds=tuple(
            (use.kind.key, use.why)
            for use in sorted(item.expected_kinds.all(), key=lambda use: use.position)
        ),
        is_assessed=item.is_assessed,
        may_be_not_applicable=item.may_be_not_applicable,
        rubric=rubric,
        questions=tuple(
            (link.question.code, link.coverage)
            for link in sorted(item.question_maps.all(), key=lambda link: link.pk)
        ),
    )


class Writer:
    """Writes one parsed edition; the caller holds the transaction.

    Attributes:
        spec: What the file says.
        foreign: Items of the editions that the file builds on, by (instrument, code).
        counterparts: Sub-areas of those editions, by key.
        kinds: Kinds of evidence by key.
    """

    def __init__(
        self,
        spec: InstrumentSpec,
        foreign: dict[tuple[str, str], Item],
        counterparts: dict[str, SubArea],
        kinds: dict[str, EvidenceKind],
    ) -> None:
        """Keep what the rows refer to."""
        self.spec = spec
        self.foreign = foreign
        self.counterparts = counterparts
        self.kinds = kinds

    def write(self) -> Instrument:
        """Insert the edition with everything below it, and return its row."""
        spec = self.spec
        instrument = Instrument(
            key=spec.key,
            edition=spec.edition,
            name=spec.name,
            regulation=spec.regulation,
            source_sha256=spec.sha256,
            builds_on=dict(spec.references),
            thresholds=json.loads(spec.thresholds),
            sources=json.loads(spec.sources),
        )
        instrument.full_clean()
        instrument.save()
        items: dict[str, Item] = {}
        for position, group in enumerate(spec.subareas, start=1):
            subarea = SubArea.objects.create(
                instrument=instrument,
                key=group.key,
                roman=group.roman,
                name=group.name,
                component=group.component,
                weight_num=group.weight.numerator,
                weight_den=group.weight.denominator,
                counterpart=self.counterparts.get(group.counterpart),
                position=position,
            )
            share = Fraction(1, len(group.items))
            for item in group.items:
                items[item.code] = self._item(
                    item, subarea=subarea, share=share, position=len(items) + 1
                )
        for item in (x for group in spec.subareas for x in group.items):
            items[item.code].twins.set([items[twin] for twin in item.twins])
        self._write_kinds()
        return instrument

    def _item(
        self, spec: ItemSpec, *, subarea: SubArea, share: Fraction, position: int
    ) -> Item:
        weight = share if spec.weight is None else spec.weight
        rubric = None
        stake = weight if spec.is_assessed else Fraction(0)
        if spec.rubric is not None:
            rubric = self.foreign[spec.rubric.instrument, spec.rubric.question]
            stake = rubric.weight if spec.rubric.leads else Fraction(0)
        item = Item(
            instrument=subarea.instrument,
            subarea=subarea,
            code=spec.code,
            slug=spec.slug,
            short_label=spec.short_label,
            name=spec.name,
            kind=Item.Kind.INDICATOR if spec.rubric else Item.Kind.QUESTION,
            answer_type=spec.answer_type,
            printed_scale=spec.printed_scale,
            numerator_label=spec.numerator_label,
            denominator_label=spec.denominator_label,
            criterion=spec.criterion,
            weight_num=weight.numerator,
            weight_den=weight.denominator,
            lke_nano=nano(stake),
            guidance=spec.guidance,
            wording_caution=spec.wording_caution,
            twin_note=spec.twin_note,
            producer_roles=[{"key": key, "label": label} for key, label in spec.roles],
            renewal_rule=spec.renewal[0],
            renewal_label=spec.renewal[1],
            renewal_note=spec.renewal[2],
            notes=list(spec.notes),
            parents=list(spec.parents),
            is_assessed=spec.is_assessed,
            may_be_not_applicable=spec.may_be_not_applicable,
            rubric=rubric,
            rubric_leads=bool(spec.rubric and spec.rubric.leads),
            position=position,
        )
        item.full_clean()
        item.save()
        Option.objects.bulk_create(
            Option(
                item=item,
                code=option.code,
                text=option.text or option.code.capitalize(),
                is_text_printed=option.text is not None,
                value_num=option.value.numerator,
                value_den=option.value.denominator,
                position=number,
            )
            for number, option in enumerate(spec.options, start=1)
        )
        ItemKind.objects.bulk_create(
            ItemKind(
                item=item,
                kind=self.kinds[key],
                label=self.kinds[key].label,
                why=why,
                position=number,
            )
            for number, (key, why) in enumerate(spec.kinds, start=1)
        )
        for code, coverage in spec.questions:
            question = self.foreign[Instrument.LKE, code]
            ItemMap.objects.create(
                indicator=item,
                question=question,
                coverage=coverage,
                leads=item.rubric_leads and question == rubric,
            )
        return item

    def _write_kinds(self) -> None:
        """Bring the kinds to the labels of this edition; none is ever removed."""
        for position, (key, label, generic) in enumerate(self.spec.kinds, start=1):
            EvidenceKind.objects.update_or_create(
                key=key,
                defaults={
                    "label": label,
                    "is_generic": generic,
                    "position": position,
                },
            )
