"""The unit's answer: what fits, who may, what a second writer meets."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.models import AnswerDraft, Option, State
from indicators.services.answer import AnswerInput
from indicators.services.answers import draft_of, save_answer
from tests.factories import get_item, make_assessment
from wbk_portal.audit.history import history_of
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(world):
    return make_assessment(world.unit, world.period, "06.01")


def options_of(slug):
    return list(get_item(slug).answer_options)


def save(assessment, user, **kwargs):
    values = {
        "version": assessment.version,
        "answer": AnswerInput(),
        "narrative": "",
        **kwargs,
    }
    return save_answer(assessment_id=assessment.pk, user=user, **values)


def test_a_first_answer_makes_a_draft_and_is_logged(assessment, people):
    best = options_of("06.01")[0]
    saved = save(
        assessment,
        people["operator"],
        answer=AnswerInput(option_id=best.pk),
        narrative="SK 12/2026, halaman 3",
    )
    assert saved.state == State.DRAFT
    assert saved.self_option == best
    assert saved.version == assessment.version + 1
    assert saved.changed_by == people["operator"]
    entry = AuditEntry.objects.get(action="answer.saved")
    assert entry.target_key == str(assessment.pk)


def test_saving_the_same_again_changes_and_logs_nothing(assessment, people):
    first = save(assessment, people["operator"], narrative="x")
    again = save(assessment, people["operator"], narrative="x")
    assert again.version == first.version
    assert AuditEntry.objects.filter(action="answer.saved").count() == 1


def test_an_answer_of_another_item_is_refused(assessment, people):
    foreign = options_of("06.06")[0]
    with pytest.raises(ValidationError) as refusal:
        save(assessment, people["operator"], answer=AnswerInput(option_id=foreign.pk))
    assert "option" in refusal.value.message_dict
    assessment.refresh_from_db()
    assert assessment.self_option is None
    assert assessment.state == State.EMPTY


@pytest.mark.parametrize("option_id", [0, 10**12])
def test_an_unknown_option_is_refused(assessment, people, option_id):
    with pytest.raises(ValidationError):
        save(assessment, people["operator"], answer=AnswerInput(option_id=option_id))


def test_counts_are_refused_where_an_option_is_asked(assessment, people):
    with pytest.raises(ValidationError) as refusal:
        save(
            assessment,
            people["operator"],
            answer=AnswerInput(numerator=1, denominator=2),
        )
    assert "option" in refusal.value.message_dict


class TestPercentQuestion:
    @pytest.fixture
    def assessment(self, world):
        return make_assessment(world.unit, world.period, "LKE-II.i.b")

    def test_two_counts_are_an_answer(self, assessment, people):
        saved = save(
            assessment,
            people["operator"],
            answer=AnswerInput(numerator=3, denominator=4),
        )
        assert (saved.self_numerator, saved.self_denominator) == (3, 4)
        assert saved.has_self_answer

    @pytest.mark.parametrize(
        ("numerator", "denominator", "field"),
        [
            (None, 4, "numerator"),
            (3, None, "denominator"),
            (-1, 4, "numerator"),
            (3, 0, "denominator"),
            (3, 10**12, "denominator"),
        ],
    )
    def test_wrong_counts_name_their_field(
        self, assessment, people, numerator, denominator, field
    ):
        with pytest.raises(ValidationError) as refusal:
            save(
                assessment,
                people["operator"],
                answer=AnswerInput(numerator=numerator, denominator=denominator),
            )
        assert list(refusal.value.message_dict) == [field]


class TestNotApplicable:
    def test_only_where_the_catalogue_allows_it(self, assessment, people):
        with pytest.raises(ValidationError):
            save(
                assessment,
                people["operator"],
                answer=AnswerInput(not_applicable=True, na_reason="SOP dari pusat"),
            )

    def test_needs_a_reason(self, world, people):
        assessment = make_assessment(world.unit, world.period, "06.04")
        with pytest.raises(ValidationError) as refusal:
            save(
                assessment,
                people["operator"],
                answer=AnswerInput(not_applicable=True, na_reason="  "),
            )
        assert "na_reason" in refusal.value.message_dict

    def test_with_a_reason_is_complete_without_evidence(self, world, people):
        assessment = make_assessment(world.unit, world.period, "06.04")
        saved = save(
            assessment,
            people["operator"],
            answer=AnswerInput(not_applicable=True, na_reason="SOP dari pusat"),
        )
        assert saved.self_na
        assert saved.is_complete


@pytest.mark.parametrize(
    "name",
    ["coach", "operator_elsewhere", "assessor", "manager", "auditor", "administrator"],
)
def test_others_may_not_answer_for_the_unit(assessment, people, name):
    with pytest.raises(PermissionDenied):
        save(assessment, people[name], narrative="x")


@pytest.mark.parametrize(
    "state", [State.AWAITING_APPROVAL, State.SUBMITTED, State.UNDER_REVIEW, State.FINAL]
)
def test_what_was_submitted_stands_still(assessment, people, state):
    assessment.state = state
    assessment.save()
    with pytest.raises(PermissionDenied):
        save(assessment, people["operator"], narrative="x")


def test_the_second_of_two_people_gets_both_texts_and_keeps_the_own(assessment, people):
    save(assessment, people["operator"], narrative="tulisan operator")
    with pytest.raises(ConflictError) as conflict:
        save(assessment, people["head"], narrative="tulisan kepala")
    assert conflict.value.current["narrative"] == "tulisan operator"
    assert people["operator"].name in conflict.value.message
    draft = draft_of(assessment, people["head"])
    assert draft is not None
    assert draft.data["narrative"] == "tulisan kepala"
    assert draft_of(assessment, people["operator"]) is None
    assessment.refresh_from_db()
    assert assessment.narrative == "tulisan operator"

    save(
        assessment,
        people["head"],
        version=conflict.value.version,
        narrative="tulisan kepala",
    )
    assert not AnswerDraft.objects.exists()


def test_nul_is_taken_out_because_postgresql_refuses_it(assessment, people):
    saved = save(assessment, people["operator"], narrative="a\x00b\r\nc")
    assert saved.narrative == "ab\nc"


def test_every_option_of_every_item_can_be_chosen(world, people):
    for slug in ("06.03", "06.14", "06.22"):
        assessment = make_assessment(world.unit, world.period, slug)
        for option in options_of(slug):
            assessment = save(
                assessment, people["operator"], answer=AnswerInput(option_id=option.pk)
            )
            assert assessment.self_option_id == option.pk
    assert Option.objects.count() > 100


def test_a_conflict_with_ones_own_other_tab_says_so(assessment, people):
    operator = people["operator"]
    save(assessment, operator, narrative="tab satu")
    with pytest.raises(ConflictError) as conflict:
        save(assessment, operator, narrative="tab dua")
    message = conflict.value.message
    assert message.startswith("Anda sendiri")
    assert operator.name not in message
    assert "di bawah" not in message


@pytest.mark.parametrize(
    ("answered", "narrative", "text"),
    [
        (True, "SK 12", "Jawaban A dan penjelasannya disimpan"),
        (True, "", "Jawaban A disimpan"),
        (False, "SK 12", "Penjelasan disimpan; jawaban belum dipilih"),
    ],
)
def test_the_history_names_what_was_saved(
    assessment, people, answered, narrative, text
):
    best = options_of("06.01")[0]
    answer = AnswerInput(option_id=best.pk) if answered else AnswerInput()
    save(assessment, people["operator"], answer=answer, narrative=narrative)
    assert history_of("assessment", str(assessment.pk))[0].text == text


def test_the_history_of_an_emptied_answer(assessment, people):
    first = save(assessment, people["operator"], narrative="x")
    save(first, people["operator"], narrative="")
    line = history_of("assessment", str(assessment.pk))[0]
    assert line.text == "Jawaban dan penjelasan dikosongkan"
