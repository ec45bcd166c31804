"""People of administration: of all, of a branch, and the pages they open."""

import pytest

from tests import factories


@pytest.fixture
def branch_admin(world):
    """An administrator of the region alone, under the name "branch_admin"."""
    user = factories.make_user("branch_admin")
    factories.make_membership(user, world.region, "administrator")
    world.people["branch_admin"] = user
    return user


@pytest.fixture
def admin(world):
    """The administrator of the whole institution."""
    return world.people["administrator"]
