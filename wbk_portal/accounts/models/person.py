"""The portal's own person: a sign-in name, a name, perhaps an e-mail address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .membership import Membership, Role


class UserQuerySet(models.QuerySet["User"]):
    """Reading people."""

    def search(self, text: str) -> Self:
        """People whose name or sign-in name contains every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(username__icontains=word))
        return found

    def known_in(self, branches: Iterable[str]) -> Self:
        """People who hold or held a role in one of the branches."""
        from .membership import Membership  # the model knows this one
        from .unit import in_branches

        here = Membership.objects.filter(
            in_branches("work_unit__path", branches), user=OuterRef("pk")
        )
        return self.filter(Exists(here))

    def by_name(self) -> Self:
        """In the order of the list: by name, then by key."""
        return self.order_by("name", "pk")

    def after(self, name: str, pk: int) -> Self:
        """Rows behind one row in the order of `by_name`."""
        return self.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))


class UserManager(BaseUserManager["User"]):
    """Making people; names are compared without regard to case."""

    def create_user(
        self, username: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create a person; without a password nobody can sign in as them."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def people(self) -> UserQuerySet:
        """Return everybody, with the questions of `UserQuerySet`."""
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by memberships alone."""

    RESERVED_NAMES: ClassVar[frozenset[str]] = frozenset({"baru"})
    """Sign-in names that are words in the addresses of the portal."""

    username = models.CharField(
        _("nama pengguna"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Nama pengguna ini sudah dipakai.")},
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
                _("Nama pengguna hanya berisi huruf, angka, titik, - dan _."),
            )
        ],
    )
    name = models.CharField(_("nama lengkap"), max_length=150)
    email = models.EmailField(_("surel"), blank=True)
    language = models.CharField(
        _("bahasa"),
        max_length=5,
        choices=[("id", "Indonesia"), ("en", "English")],
        default="id",
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Part of every session's hash: raising it ends all sessions of the person.
    session_epoch = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("orang")
        verbose_name_plural = _("orang")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message=_("Nama pengguna ini sudah dipakai."),
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="user_name_id")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a sign-in name that is a word in addresses."""
        super().clean()
        if self.username.lower() in self.RESERVED_NAMES:
            raise ValidationError(
                {"username": _("Nama pengguna ini dipakai oleh portal sendiri.")}
            )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password and to `session_epoch`."""
        return salted_hmac(
            "wbk_portal.accounts.session",
            f"{self.password}|{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        """The person's name as it stands on papers."""
        return self.name

    @property
    def key(self) -> str:
        """Text key for log entries and notices."""
        return f"user:{self.pk}"

    @property
    def initials(self) -> str:
        """At most two letters for the round mark."""
        words = [w for w in self.name.split() if w[0].isalpha()]
        return "".join(w[0] for w in words[:2]).upper() or self.username[:1].upper()

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """Today's memberships with their units: one query, once per object."""
        from .membership import Membership  # the model knows this one

        return list(
            Membership.objects.filter(user=self)
            .active_on(timezone.localdate())
            .select_related("work_unit", "delegator")
            .order_by("work_unit__path", "role")
        )

    @cached_property
    def _top_paths(self) -> list[str]:
        """Paths of all top units: one query, once per object."""
        from .unit import WorkUnit

        return list(
            WorkUnit.objects.filter(depth=1)
            .order_by("path")
            .values_list("path", flat=True)
        )

    def branches(self, *roles: Role | str) -> list[str]:
        """Paths of the branches in which the person holds one of `roles` today.

        Who administers a top unit administers the institution, and so every top unit:
        a new one needs no membership of its own, and other administrators of the
        institution keep it just as well.

        Queries once per person object (see `active_memberships`), and once more for
        an administrator of the institution.
        """
        from .membership import Role

        wanted = {str(r) for r in roles}
        held = [m for m in self.active_memberships if m.role in wanted]
        paths = [m.work_unit.path for m in held]
        if any(m.role == Role.ADMINISTRATOR and m.work_unit.depth == 1 for m in held):
            paths += [path for path in self._top_paths if path not in paths]
        return paths

    def has_role(self, *roles: Role | str) -> bool:
        """Whether the person holds one of `roles` anywhere today."""
        return bool(self.branches(*roles))

    def has_role_at(self, path: str, roles: Iterable[Role | str]) -> bool:
        """Whether one of `roles` reaches the unit at `path` today."""
        return any(path.startswith(top) for top in self.branches(*roles))

    def membership_for(
        self, path: str, roles: Iterable[Role | str]
    ) -> Membership | None:
        """The membership through which one of `roles` reaches `path`, if any."""
        wanted = {str(r) for r in roles}
        for membership in self.active_memberships:
            if membership.role in wanted and path.startswith(membership.work_unit.path):
                return membership
        return None

    def membership_spans(self) -> list[Membership]:
        """Today's and coming memberships with their units; one query."""
        from .membership import Membership

        return list(
            Membership.objects.filter(user=self)
            .overlapping(timezone.localdate(), dt.date.max)
            .select_related("work_unit", "delegator")
            .order_by("work_unit__path", "role")
        )

    def forget_memberships(self) -> None:
        """Read memberships afresh at the next question."""
        self.__dict__.pop("active_memberships", None)
        self.__dict__.pop("_top_paths", None)
