"""What a page counts beside the sums: one statement of several parts.

The parts are compiled by Django and joined by hand, for two reasons: the trend needs
a window function inside an aggregate, which the ORM does not write, and the page may
take twelve statements, not twenty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from indicators.models import Assessment, Instrument, Item, SubArea
from indicators.models.catalogue import first_line_of
from wbk_portal.accounts.models import Holiday, WorkUnit

from . import conditions
from .records import Column, DaySum, Details, Node, StakeSum, SubAreaSum
from .scope import STEP, Scope

Row = tuple[str, str, str, str, str, int, int, int, int]
Part = tuple[str, list[Any]]
# Of "2026-11-24 10:15:00": databases keep time in UTC, whose hours begin with ours.
# Asking SQLite for the day in our zone would call Python once for each row.
_HOUR = 13
# Names that no model has.
_TEXTS = ("part", "text_1", "text_2", "text_3", "text_4")
_NUMBERS = ("number_1", "number_2", "number_3", "number_4")


def details_of(scope: Scope, today: dt.date, since: dt.date) -> Details:
    """Return the details; one statement.

    Args:
        since: First day of the trend; changes of this day and earlier are not read.
    """
    parts = [*_parts(scope, today), _days(scope, since)]
    written = [part for part in parts if part is not None]
    # Every piece is SQL that Django compiled; values travel as parameters.
    statement = " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS p{number}"  # noqa: S608
        for number, (sql, _params) in enumerate(written)
    )
    found = Details()
    with connection.cursor() as cursor:
        cursor.execute(statement, [one for _sql, params in written for one in params])
        for row in cursor.fetchall():
            _READERS[row[0]](found, row)
    _finish(found)
    return found


class _Literal(Value):
    """A word or number of this module, written out instead of sent as a parameter.

    The parts have dozens of them, and a read shall have few parameters.
    """

    def as_sql(
        self, compiler: Any, connection: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """Return the constant itself."""
        if isinstance(self.value, int):
            return str(self.value), ()
        if self.value and not self.value.isidentifier():
            raise ValueError(f"{self.value!r} is no word")
        return f"'{self.value}'", ()


def _lines(
    part: str,
    rows: QuerySet[Any],
    texts: tuple[Any, ...] = (),
    numbers: tuple[Any, ...] = (),
) -> Part | None:
    """Return rows in the shape of the joint statement, grouped by their texts.

    None when there can be no row at all.
    """
    shown = dict(zip(_TEXTS, _texts(part, *texts), strict=True))
    return _compiled(
        rows.order_by()
        .annotate(**shown)
        .values(*shown)
        .annotate(**_numbers(*numbers))
        .values_list(*_TEXTS, *_NUMBERS)
    )


def _by_key(
    part: str, rows: QuerySet[Any], key: str, numbers: tuple[Any, ...]
) -> Part | None:
    """Return rows grouped by an integer column: many rows, no text to compare."""
    shown = dict(zip(_TEXTS, _texts(part, Max(key)), strict=True))
    return _compiled(
        rows.order_by()
        .values(key)
        .annotate(**shown, **_numbers(*numbers))
        .values_list(*_TEXTS, *_NUMBERS)
    )


def _texts(part: str, *texts: Any) -> list[Any]:
    empty = _Literal("", output_field=CharField())
    shown = [Cast(text, CharField()) for text in texts]
    return [_Literal(part, output_field=CharField()), *shown, *[empty] * 4][:5]


def _numbers(*numbers: Any) -> dict[str, Any]:
    zero = _Literal(0, output_field=BigIntegerField())
    return dict(zip(_NUMBERS, [*numbers, *[zero] * 4][:4], strict=True))


def _compiled(rows: QuerySet[Any, Any]) -> Part | None:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, list(params)


def _parts(scope: Scope, today: dt.date) -> Iterator[Part | None]:
    yield _lines(
        "item",
        Item.objects.assessed().filter(instrument__periods__period=scope.period),
        (F("pk"), F("slug"), F("name"), F("subarea__name")),
        (
            F("position"),
            F("lke_nano"),
            Case(When(kind=Item.Kind.INDICATOR, then=_Literal(1)), default=_Literal(0)),
        ),
    )
    yield _lines(
        "area",
        SubArea.objects.filter(
            instrument__periods__period=scope.period, instrument__key=Instrument.LKE
        ),
        (F("pk"), F("key"), F("name")),
        (F("position"), F("weight_num"), F("weight_den")),
    )
    yield _by_key(
        "subarea",
        scope.of_parts(),
        "subarea_id",
        (Sum("nano_certain"), Sum("nano_possible")),
    )
    yield _lines(
        "kind",
        scope.of_readiness().exclude(work_unit__kind="").distinct(),
        (F("work_unit__kind"),),
    )
    yield _lines("node", _nodes(scope), (F("path"), F("name"), F("code")))
    if not scope.period.is_open:
        return
    # Without the join to the items: only those that count have assessments.
    assessments = Assessment.objects.filter(scope.rows())
    # Left out before they are grouped: that is most of the cost.
    yield _by_key(
        "uncertain",
        assessments.filter(conditions.UNCERTAIN),
        "item_id",
        (Count("pk"),),
    )
    yield _lines(
        "overdue",
        assessments.filter(conditions.overdue(today)),
        numbers=(Count("pk"),),
    )
    yield _lines(
        "waiting",
        assessments.filter(conditions.WAITING),
        (Substr(Cast(conditions.waiting_from(), CharField()), 1, _HOUR),),
        (Count("pk"),),
    )
    yield _lines(
        "free",
        Holiday.objects.filter(date__range=(today - dt.timedelta(days=60), today)),
        (F("date"),),
    )


def _nodes(scope: Scope) -> QuerySet[Any]:
    """Return the branches above, and the children that have something below."""
    base = scope.base
    children = Q(depth=len(base) // STEP + 1, numchild__gt=0)
    if base:
        children &= Q(path__gte=base, path__lte=base + "ZZZZ")
    rows: QuerySet[Any] = WorkUnit.objects.filter(
        children | Q(path__in=scope.ancestors)
    )
    return rows


def _days(scope: Scope, since: dt.date) -> Part | None:
    """Return what each day added over the unit's row before it, in one pass."""
    rows = scope.of_days().values_list(
        "work_unit_id", "day", "nano_certain", "nano_possible"
    )
    inner = _compiled(rows)
    if inner is None:
        return None
    sql, params = inner
    step = "LAG({0}) OVER (PARTITION BY work_unit_id ORDER BY day)"
    before, possible_before = step.format("nano_certain"), step.format("nano_possible")
    return (
        "SELECT 'day' AS part, CAST(day AS varchar), '', '', '',"  # noqa: S608
        " SUM(nano_certain - COALESCE(before, 0)),"
        " SUM(nano_possible - COALESCE(possible_before, 0)),"
        " SUM(CASE WHEN before IS NULL THEN 1 ELSE 0 END), 0"
        f" FROM (SELECT day, nano_certain, nano_possible, {before} AS before,"
        f" {possible_before} AS possible_before FROM ({sql}) AS unit_days) AS steps"
        " WHERE day > %s GROUP BY day",
        [*params, since.isoformat()],
    )


# --- Reading the joint statement ------------------------------------------------------
def _finish(found: Details) -> None:
    """Name the items at stake, and put everything in its order."""
    items = {column.pk: column for column in found.columns}
    found.stakes = [
        StakeSum(
            slug=items[pk].slug,
            name=items[pk].name,
            n_units=count,
            nano=items[pk].nano,
        )
        for pk, count in found.uncertain.items()
        if count and pk in items and items[pk].nano
    ]
    found.parts = [
        replace(area, certain=found.part_sums[pk][0], possible=found.part_sums[pk][1])
        for pk, area in found.areas.items()
        if pk in found.part_sums
    ]
    found.columns = [column for column in found.columns if column.is_indicator]
    found.parts.sort(key=lambda part: part.position)
    found.stakes.sort(key=lambda stake: (-stake.total, stake.slug))
    found.columns.sort(key=lambda column: column.position)
    found.kinds.sort()
    found.days.sort(key=lambda line: line.day)


def _read_item(found: Details, row: Row) -> None:
    found.columns.append(
        Column(
            pk=row[1],
            slug=row[2],
            name=first_line_of(row[3]),
            subarea=row[4],
            position=int(row[5]),
            nano=int(row[6]),
            is_indicator=bool(row[7]),
        )
    )


def _read_area(found: Details, row: Row) -> None:
    found.areas[row[1]] = SubAreaSum(
        key=row[2],
        name=row[3],
        position=int(row[5]),
        weight=Fraction(int(row[6]), int(row[7])),
    )


def _read_subarea(found: Details, row: Row) -> None:
    found.part_sums[row[1]] = (int(row[5]), int(row[6]))


def _read_uncertain(found: Details, row: Row) -> None:
    found.uncertain[row[1]] = int(row[5])


def _read_overdue(found: Details, row: Row) -> None:
    found.n_overdue = int(row[5])


def _read_waiting(found: Details, row: Row) -> None:
    if row[1]:
        hour = dt.datetime.fromisoformat(f"{row[1]}:00+00:00")
        day = timezone.localdate(hour)
        found.waiting[day] = found.waiting.get(day, 0) + int(row[5])


def _read_free(found: Details, row: Row) -> None:
    found.free.add(_day(row))


def _read_kind(found: Details, row: Row) -> None:
    found.kinds.append(row[1])


def _read_node(found: Details, row: Row) -> None:
    found.nodes[row[1]] = Node(*row[1:4])


def _read_day(found: Details, row: Row) -> None:
    found.days.append(DaySum(_day(row), int(row[5]), int(row[6]), int(row[7])))


def _day(row: Row) -> dt.date:
    return dt.date.fromisoformat(row[1][:10])


_READERS: dict[str, Callable[[Details, Row], None]] = {
    "item": _read_item,
    "area": _read_area,
    "subarea": _read_subarea,
    "uncertain": _read_uncertain,
    "overdue": _read_overdue,
    "waiting": _read_waiting,
    "free": _read_free,
    "kind": _read_kind,
    "node": _read_node,
    "day": _read_day,
}
