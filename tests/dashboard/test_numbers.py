"""Every number equals independent SQL, and the list that it opens."""

import re

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

JOINED = """
    FROM indicators_assessment a
    JOIN indicators_item i ON i.id = a.item_id
    JOIN accounts_workunit u ON u.id = a.work_unit_id
    LEFT JOIN indicators_decision d ON d.id = a.decision_id
    LEFT JOIN indicators_item q ON q.id = i.rubric_id
    LEFT JOIN indicators_subarea s
        ON s.id = CASE WHEN i.rubric_leads THEN q.subarea_id ELSE i.subarea_id END
    WHERE i.is_assessed AND substr(u.path, 1, %s) = %s
"""
DECIDED = (
    "a.decision_id IS NOT NULL AND a.released_at IS NOT NULL"
    " AND (d.is_na OR d.nano IS NOT NULL)"
)
ANSWERED = (
    "(a.self_option_id IS NOT NULL OR"
    " (a.self_numerator IS NOT NULL AND a.self_denominator IS NOT NULL))"
)


def sql(select: str, path: str, where: str = "1 = 1", tail: str = "") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {select} {JOINED} AND {where} {tail}", [len(path), path]
        )
        return cursor.fetchall()


def items(path: str, where: str) -> int:
    return sql("count(*)", path, where)[0][0]


def certain_by_unit(path: str) -> dict[str, int]:
    """Return certain nano-points by unit: weight times the decided value."""
    rows = sql(
        f"u.name, sum(CASE WHEN {DECIDED} THEN d.nano ELSE 0 END * i.lke_nano)",
        path,
        tail="GROUP BY u.name",
    )
    return {name: int(total) // 10**9 for name, total in rows}


def lines_behind(client, url: str) -> int:
    """Walk all pages of a list and count its lines."""
    count = 0
    while url:
        page = client.get(url)
        assert page.status_code == 200, url
        count += len(page.context["lines"])
        url = page.context["next_url"]
    return count


def units_behind(client, url: str) -> int:
    path, _, _fragment = url.partition("#")
    page = client.get(path)
    assert page.status_code == 200, url
    assert len(page.context["rows"]) == page.context["count"]
    return page.context["count"]


@pytest.fixture(params=["/2026/kesiapan/", "/2026/kesiapan/KW-JTG/"])
def page(filled, client_for, request):
    """The page of an auditor, with the path of its branch."""
    client = client_for("auditor")
    top = filled.agency if request.param.endswith("kesiapan/") else filled.region
    response = client.get(request.param)
    return client, response.context, top.path, response.content.decode()


def test_the_three_counts(page):
    client, context, path, _html = page
    indicator = "i.kind = 'indicator'"
    frozen = "a.state NOT IN ('empty','draft','needs_revision','not_submitted')"
    expected = [
        items(
            path,
            f"{indicator} AND (a.self_na OR ({ANSWERED}"
            f" AND (a.n_links > 0 OR {frozen})))",
        ),
        items(
            path,
            f"{indicator} AND a.state IN"
            " ('submitted','under_review','needs_revision','scored','final')",
        ),
        items(
            path,
            f"{indicator} AND {DECIDED} AND (d.is_na OR a.n_accepted > 0)",
        ),
    ]
    tiles = context["counts"]
    assert [int(tile.value) for tile in tiles] == expected
    assert [lines_behind(client, tile.url) for tile in tiles] == expected
    assert len(set(expected)) == 3
    assert tiles[0].unit == f"dari {items(path, indicator)}"


def test_units_by_verdict(page):
    client, context, path, _html = page
    points = certain_by_unit(path)
    reachable = dict(
        sql(
            f"u.name, sum(CASE WHEN {DECIDED} THEN 0 ELSE i.lke_nano END)",
            path,
            tail="GROUP BY u.name",
        )
    )
    decided = dict(
        sql(
            f"u.name, sum(CASE WHEN {DECIDED} THEN 1 ELSE 0 END)",
            path,
            tail="GROUP BY u.name",
        )
    )
    expected = [0, 0, 0, 0, 0]
    for name, nano in points.items():
        if not decided[name]:
            expected[4] += 1
        elif nano >= 7_500_000_000:
            expected[0] += 1
        elif nano >= 6_000_000_000:
            expected[1] += 1
        elif nano >= 5_000_000_000 and nano + int(reachable[name]) >= 6_000_000_000:
            expected[2] += 1
        else:
            expected[3] += 1
    tiles = context["verdicts"]
    assert [int(tile.value) for tile in tiles] == expected
    assert [units_behind(client, tile.url) for tile in tiles] == expected
    assert expected[4] == units_behind(client, context["urls"]["undecided"])
    assert units_behind(client, context["urls"]["met"]) == context["n_met"] >= 1
    assert sum(expected) == context["total"].n


def test_the_mean_and_the_distribution(page):
    client, context, path, _html = page
    points = certain_by_unit(path)
    total = sum(points.values())
    assert abs(context["total"].certain - total) <= len(points)
    counts = [band.count for band in context["bands"]]
    assert sum(counts) == len(points)
    undecided = sum(
        1 for (n,) in sql(f"sum(CASE WHEN {DECIDED} THEN 1 ELSE 0 END)", path,
                          tail="GROUP BY u.id") if n == 0
    )  # fmt: skip
    assert counts[0] == undecided
    assert [units_behind(client, band.url) for band in context["bands"]] == counts


def test_subareas(page):
    client, context, path, _html = page
    expected = dict(
        sql(
            f"s.key, sum(CASE WHEN {DECIDED} THEN d.nano ELSE 0 END * i.lke_nano)",
            path,
            "i.lke_nano > 0",
            "GROUP BY s.key",
        )
    )
    bars = context["parts"]
    assert {bar.code for bar in bars} == set(expected)
    n_units = context["total"].n
    for bar in bars:
        mean = int(expected[bar.code]) / 10**18 / n_units
        assert abs(float(bar.value.replace(",", ".")) - mean) < 0.01
        opened = client.get(bar.url.partition("#")[0]).context
        assert opened["part"].key == bar.code
        points = [
            float(row.certain.replace(",", ".")) if row.certain else 0.0
            for row in opened["rows"]
        ]
        assert points == sorted(points, reverse=True)
        assert abs(sum(points) / n_units - mean) < 0.01


def test_points_at_stake(page):
    client, context, path, _html = page
    rows = sql(
        "i.slug, count(*), max(i.lke_nano)",
        path,
        where=f"i.lke_nano > 0 AND a.state NOT IN ('final','not_submitted')"
        f" AND NOT ({DECIDED})",
        tail="GROUP BY i.slug",
    )
    expected = {slug: (n, n * nano) for slug, n, nano in rows}
    bars = [*context["stakes"], *context["more_stakes"]]
    assert len(bars) == len(expected)
    totals = []
    for bar in bars:
        slug = re.search(r"butir=([^&]+)", bar.url).group(1)
        n_units, nano = expected[slug]
        assert bar.words.startswith(f"{n_units} unit")
        assert lines_behind(client, bar.url) == n_units
        totals.append(nano)
    assert totals == sorted(totals, reverse=True)


def test_what_lies_about(page):
    client, context, path, _html = page
    late = items(path, "a.state = 'needs_revision' AND a.revision_due < CURRENT_DATE")
    look = items(path, "i.kind = 'indicator' AND a.n_stale > 0")
    found = {
        notice.url.split("daftar=")[-1].split("&")[0]: notice
        for notice in context["notices"]
    }
    for name, count in (("lewat-batas", late), ("tinjau-ulang", look)):
        assert count
        assert found[name].title.startswith(f"{count} ")
        assert lines_behind(client, found[name].url) == count
    waiting = found["lama-menunggu"]
    assert lines_behind(client, waiting.url) == int(waiting.title.split()[0])


def test_what_moved(page):
    client, context, _path, _html = page
    total = context["total"]
    assert total.n_up >= 1
    assert units_behind(client, context["urls"]["up"]) == total.n_up
    assert units_behind(client, context["urls"]["down"]) == total.n_down == 0


def test_each_cell_is_the_items_state_and_leads_to_it(page):
    _client, context, path, _html = page
    states = {
        (code, slug): state
        for code, slug, state in sql(
            "u.code, i.slug, a.state", path, "i.kind = 'indicator'"
        )
    }
    letters = {"empty": "B", "draft": "D", "submitted": "A", "under_review": "S",
               "needs_revision": "P", "scored": "N"}  # fmt: skip
    seen = 0
    for row in context["rows"]:
        cells = re.findall(r'href="/2026/unit/([^/]+)/([^/]+)/"[^>]*>(.)<', row.cells)
        assert len(cells) == 24
        for code, slug, letter in cells:
            assert letter == letters[states[code, slug]]
            seen += 1
    assert seen == len(states)


def test_child_branches_open_with_their_numbers(filled, client_for):
    client = client_for("auditor")
    rows = client.get("/2026/kesiapan/").context["branches"]
    assert [row.name for row in rows] == [
        "Kantor Wilayah Jawa Tengah",
        "Kantor Wilayah Maluku",
    ]
    for row in rows:
        below = client.get(row.url).context
        n, *verdicts, filled_items = row.cells
        assert int(n.value) == below["total"].n
        assert [v.value for v in verdicts] == [t.value for t in below["verdicts"]]
        assert [units_behind(client, v.url) for v in verdicts] == [
            int(v.value) for v in verdicts
        ]
        assert lines_behind(client, filled_items.url) == int(filled_items.value)
