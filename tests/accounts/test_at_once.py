"""Two people at once: neither writes over the other, none is made twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from tests.factories import make_membership, make_unit, make_user
from wbk_portal.accounts.models import Membership, OneTimeLink, User, WorkUnit
from wbk_portal.accounts.services import links, people, units
from wbk_portal.accounts.services.memberships import grant

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run acts in threads of their own; return what each gave or raised."""

    def run(act):
        try:
            return act()
        except (ValidationError, links.LinkGone) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def tree():
    top = make_unit("TOP", is_assessed=False)
    left = make_unit("KIRI", parent=top, is_assessed=False)
    right = make_unit("KANAN", parent=top, is_assessed=False)
    return top, left, right


def test_units_made_at_once_stand_side_by_side(tree):
    top, *_rest = tree
    made = at_once(
        *(
            lambda n=n: units.create_unit(parent=top, code=f"U{n}", name=f"Unit {n}")
            for n in range(6)
        )
    )
    assert len({unit.path for unit in made}) == 6
    assert WorkUnit.objects.find_problems() == ([], [], [], [], [])


def test_two_units_moved_below_each_other_make_no_cycle(tree):
    _top, left, right = tree
    results = at_once(
        lambda: units.move_unit(unit_id=left.pk, new_parent_id=right.pk),
        lambda: units.move_unit(unit_id=right.pk, new_parent_id=left.pk),
    )
    assert sum(isinstance(one, ValidationError) for one in results) == 1
    assert WorkUnit.objects.find_problems() == ([], [], [], [], [])
    assert sorted(WorkUnit.objects.values_list("depth", flat=True)) == [1, 2, 3]


def test_a_move_and_a_change_both_stand(tree):
    _top, left, right = tree
    at_once(
        lambda: units.move_unit(unit_id=left.pk, new_parent_id=right.pk),
        lambda: units.update_unit(unit_id=right.pk, version=1, name="Nama lain"),
    )
    assert WorkUnit.objects.get(code="KANAN").name == "Nama lain"
    assert WorkUnit.objects.get(code="KIRI").depth == 3
    assert WorkUnit.objects.find_problems() == ([], [], [], [], [])


def test_a_role_given_twice_at_once_holds_once(tree):
    user = make_user("sari")
    results = at_once(
        *(lambda: grant(user=user, work_unit=tree[1], role="head") for _ in range(4))
    )
    assert sum(isinstance(one, ValidationError) for one in results) == 3
    assert Membership.objects.count() == 1


def test_two_administrators_cannot_remove_each_other(tree):
    pair = [make_user("satu"), make_user("dua")]
    for user in pair:
        make_membership(user, tree[0], "administrator")
    results = at_once(
        *(lambda u=u: people.deactivate_person(user_id=u.pk) for u in pair)
    )
    assert sum(isinstance(one, ValidationError) for one in results) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_a_link_used_twice_at_once_works_once(tree):
    admin, sari = make_user("admin"), make_user("sari")
    make_membership(admin, tree[0], "administrator")
    issued = links.issue_password_link(by=admin, user_id=sari.pk)
    token_hash = links.hash_of(issued.token)
    results = at_once(
        *(
            lambda n=n: links.use_password_link(
                token_hash=token_hash, password=f"kalimat panjang {n} sekali"
            )
            for n in range(3)
        )
    )
    assert sum(isinstance(one, links.LinkGone) for one in results) == 2
    assert OneTimeLink.objects.get().used_at <= timezone.now()


def test_names_that_differ_in_case_alone_are_one(db):
    results = at_once(
        *(
            lambda name=name: people.create_person(username=name, name="Sari")
            for name in ("sari", "SARI", "Sari")
        )
    )
    assert User.objects.count() == 1
    assert sum(isinstance(one, ValidationError) for one in results) == 2
