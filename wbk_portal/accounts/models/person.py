"""The portal's own person: a sign-in name, a name, perhaps an e-mail address."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .membership import Membership, Role


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

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by memberships alone."""

    username = models.CharField(
        _("nama pengguna"),
        max_length=60,
        unique=True,
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

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("orang")
        verbose_name_plural = _("orang")

    def __str__(self) -> str:
        return self.name

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

    def branches(self, *roles: Role | str) -> list[str]:
        """Paths of the branches in which the person holds one of `roles` today.

        Queries once per person object (see `active_memberships`).
        """
        wanted = {str(r) for r in roles}
        return [m.work_unit.path for m in self.active_memberships if m.role in wanted]

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

    def forget_memberships(self) -> None:
        """Read memberships afresh at the next question."""
        self.__dict__.pop("active_memberships", None)
