"""The readiness page, prepared: texts, addresses and pictures for the template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.views.unit_home import LOOKS
from indicators.wording import VERDICT_RESERVATION, interval_text
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.numbers import NANO, format_number, format_points

from . import lists
from .charts import column, small_interval
from .conditions import STALE_AFTER
from .figures import BANDS, Summary, Sums, Verdict
from .records import Details, SubAreaSum
from .scope import Scope, reads_branch
from .selection import (
    NO_VALUE_YET,
    VERDICT_LABELS,
    Selection,
)

FIRST_STAKES = 8
"""Items at stake that are shown unfolded."""

PLAIN = Selection()


@dataclass(frozen=True)
class Tile:
    """A number with its word, its look and its list."""

    label: str | Promise
    value: str
    url: str
    tone: str = ""
    icon: str = ""
    unit: str = ""
    note: str = ""
    bar: SafeString | str = ""


@dataclass(frozen=True)
class Bar:
    """A line with a name, a bar and its words."""

    label: str
    url: str
    bar: SafeString | str
    value: str
    words: str
    code: str = ""


@dataclass(frozen=True)
class Band:
    """A column of the distribution."""

    label: str
    count: int
    url: str
    bar: SafeString
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """Something that should not be lying about."""

    title: str
    why: str
    url: str
    icon: str
    tone: str


@dataclass(frozen=True)
class BranchRow:
    """A child branch."""

    name: str
    url: str
    cells: list[Tile]
    words: str
    certain: str
    possible: str
    bar: SafeString


def points_of(total: Sums, value: int) -> str:
    """Write the mean of summed nano-points: "4,21"."""
    return format_points(total.mean(value))


def mean_words(total: Sums) -> str:
    """Write what is certain and reachable for a unit on the average."""
    certain, possible = total.mean(total.certain), total.mean(total.possible)
    if certain is None or possible is None:
        return ""
    words = interval_text(certain, possible, 10)
    if total.n_undecided == total.n:
        return f"{_('Belum dinilai (bukan nol)')}; {words}"
    return words


def change_of(total: Sums) -> dict[str, str]:
    """Say how the mean moved within the week: {"kind", "text"}."""
    moved = total.certain - total.certain_then
    if not total.n or not moved:
        return {"kind": "same", "text": ""}
    text = format_points(Fraction(abs(moved), total.n * NANO))
    return {"kind": "up" if moved > 0 else "down", "text": text}


def verdict_tiles(scope: Scope, total: Sums) -> list[Tile]:
    """Return the units by verdict, best first."""
    return [
        Tile(
            label=VERDICT_LABELS[verdict],
            value=format_number(total.verdicts[verdict]),
            url=PLAIN.address(scope.url, putusan=verdict.value),
            tone=LOOKS[verdict][0],
            icon=LOOKS[verdict][1],
            note=str(verdict.label),
        )
        for verdict in Verdict
    ]


def count_tiles(scope: Scope, total: Sums) -> list[Tile]:
    """Return the three counts that stand side by side."""
    rows = (
        (_("Terisi"), total.n_filled, "terisi"),
        (_("Diajukan"), total.n_submitted, "diajukan"),
        (_("Dinilai sesuai"), total.n_accepted, "sesuai"),
    )
    whole = total.n_items
    return [
        Tile(
            label=label,
            value=format_number(count),
            unit=_("dari %(n)s") % {"n": format_number(whole)},
            url=lists.address(scope, name),
            bar=small_interval(count * NANO, count * NANO, whole or 1),
        )
        for label, count, name in rows
    ]


def part_bars(scope: Scope, total: Sums, parts: Sequence[SubAreaSum]) -> list[Bar]:
    """Return the sub-areas of the LKE: certain and reachable points of a unit."""
    bars = []
    for part in parts:
        certain, possible = total.mean(part.certain), total.mean(part.possible)
        if certain is None or possible is None:
            continue
        bars.append(
            Bar(
                label=part.name,
                code=part.key,
                url=PLAIN.address(scope.url, subarea=part.key),
                bar=small_interval(
                    part.certain // total.n,
                    part.possible // total.n,
                    part.weight,
                    height=12,
                ),
                value=format_points(certain),
                words=_part_words(total, certain, possible, part.weight),
            )
        )
    return bars


def _part_words(
    total: Sums, certain: Fraction, possible: Fraction, weight: Fraction
) -> str:
    if total.n_undecided == total.n:
        return _("belum dinilai; masih dapat mencapai %(possible)s dari %(weight)s") % {
            "possible": format_points(possible),
            "weight": format_points(weight),
        }
    return interval_text(certain, possible, weight)


def bands(scope: Scope, total: Sums) -> list[Band]:
    """Return the distribution over certain points; units without a value come first."""
    counts = [total.n_undecided, *total.bands]
    most = max(counts)
    labels = [_("belum dinilai")]
    for low, high in BANDS:
        edges = [format_number(x, 1 if x.denominator > 1 else 0) for x in (low, high)]
        labels.append("–".join(edges))
    names = [NO_VALUE_YET, *(str(number) for number in range(len(BANDS)))]
    notes = {6: _("hampir"), 7: _("WBK"), 8: _("WBBM")}
    return [
        Band(
            label=labels[index],
            count=count,
            url=PLAIN.address(scope.url, rentang=names[index]),
            bar=column(count, most),
            note=notes.get(index, ""),
        )
        for index, count in enumerate(counts)
    ]


def stake_bars(scope: Scope, details: Details) -> list[Bar]:
    """Return the items by points that are not certain yet, over all units."""
    most = max((stake.total for stake in details.stakes), default=0)
    return [
        Bar(
            label=stake.name,
            code=stake.label,
            url=lists.address(scope, "belum-pasti", stake.slug),
            bar=small_interval(stake.total, stake.total, Fraction(most, NANO)),
            value=format_points(stake.total),
            words=ngettext(
                "%(n)s unit, masing-masing %(weight)s",
                "%(n)s unit, masing-masing %(weight)s",
                stake.n_units,
            )
            % {
                "n": format_number(stake.n_units),
                "weight": format_points(stake.nano),
            },
        )
        for stake in details.stakes
    ]


def notices(
    scope: Scope, total: Sums, details: Details, today: dt.date
) -> Iterator[Notice]:
    """Yield what should not be lying about, with its list."""
    n_stale = details.n_stale(today) if scope.period.is_open else 0
    if n_stale:
        yield Notice(
            ngettext(
                "%(n)s pengajuan lama menunggu penilai",
                "%(n)s pengajuan lama menunggu penilai",
                n_stale,
            )
            % {"n": format_number(n_stale)},
            _("Lebih dari %(n)d hari kerja sejak diajukan.") % {"n": STALE_AFTER},
            lists.address(scope, "lama-menunggu"),
            "hourglass",
            "orange",
        )
    if details.n_overdue:
        yield Notice(
            ngettext(
                "%(n)s perbaikan lewat batas waktu",
                "%(n)s perbaikan lewat batas waktu",
                details.n_overdue,
            )
            % {"n": format_number(details.n_overdue)},
            _("Diminta penilai, belum dijawab unit."),
            lists.address(scope, "lewat-batas"),
            "clock-alert",
            "red",
        )
    if total.n_needs_look:
        yield Notice(
            ngettext(
                "%(n)s indikator perlu ditinjau ulang",
                "%(n)s indikator perlu ditinjau ulang",
                total.n_needs_look,
            )
            % {"n": format_number(total.n_needs_look)},
            _("Dokumennya punya versi yang lebih baru."),
            lists.address(scope, "tinjau-ulang"),
            "refresh-cw",
            "amber",
        )
    if total.n_down:
        yield Notice(
            ngettext(
                "Nilai %(n)s unit turun dalam 7 hari",
                "Nilai %(n)s unit turun dalam 7 hari",
                total.n_down,
            )
            % {"n": format_number(total.n_down)},
            _("Koreksi penilai atau keputusan baru."),
            PLAIN.address(scope.url, gerak="turun"),
            "trending-down",
            "orange",
        )


def branch_rows(scope: Scope, summary: Summary, details: Details) -> list[BranchRow]:
    """Return the child branches by name."""
    rows = []
    for path, one in summary.children.items():
        node = details.nodes.get(path)
        if node is None:
            continue
        url = f"/{scope.period.slug}/kesiapan/{node.code}/"
        cells = [
            Tile(
                VERDICT_LABELS[verdict],
                format_number(one.verdicts[verdict]),
                PLAIN.address(url, putusan=verdict.value),
            )
            for verdict in Verdict
        ]
        below = Scope(scope.user, scope.period, _unit(node.code, node.path))
        cells.append(
            Tile(
                _("Terisi"),
                format_number(one.n_filled),
                lists.address(below, "terisi"),
                unit=_("dari %(n)s") % {"n": format_number(one.n_items)},
            )
        )
        has_value = one.n_undecided < one.n
        rows.append(
            BranchRow(
                name=node.name,
                url=url,
                cells=[Tile(_("Unit"), format_number(one.n), f"{url}#peta"), *cells],
                words=mean_words(one),
                certain=points_of(one, one.certain) if has_value else "",
                possible=points_of(one, one.possible),
                bar=small_interval(
                    one.certain // one.n, one.possible // one.n, 10, (6,)
                ),
            )
        )
    return sorted(rows, key=lambda row: row.name)


def _unit(code: str, path: str) -> WorkUnit:
    """Return a unit that is only a place in the tree."""
    return WorkUnit(code=code, path=path)


def crumbs(scope: Scope, details: Details) -> list[dict[str, str]]:
    """Return the way from the whole to the branch; none on the whole."""
    if scope.branch is None:
        return []
    start = f"/{scope.period.slug}/kesiapan/"
    way = [{"label": _("Kesiapan"), "url": start}]
    for path in scope.ancestors:
        node = details.nodes.get(path)
        if node is None:
            continue
        above = Scope(scope.user, scope.period, _unit(node.code, node.path))
        if reads_branch(above):
            way.append({"label": node.name, "url": f"{start}{node.code}/"})
    return [*way, {"label": scope.branch.name, "url": ""}]


def reservation() -> str:
    """Return the sentence that stands beside every verdict, with its full stop."""
    return f"{VERDICT_RESERVATION}."
