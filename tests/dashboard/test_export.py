"""The map as a file: what is shown, every kind of value apart, no text a formula."""

import csv
import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from indicators.models import Assessment
from tests.dashboard.conftest import close, decide, sum_up
from wbk_portal.audit.models import AuditEntry
from wbk_portal.dashboard.report_files import csv_cell

pytestmark = pytest.mark.django_db

URL = "/2026/kesiapan-unduh/"


def download(client, **data) -> bytes:
    response = client.post(URL, data)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; ")
    return b"".join(response.streaming_content)


def table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["Predikat ditentukan enam area dan survei eksternal."]
    head, *body = rows[3:]
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_csv_holds_the_units_of_the_map(filled, client_for):
    client = client_for("manager")
    rows = table(download(client, format="csv"))
    shown = client.get("/2026/kesiapan/").context["rows"]
    assert [row["Unit kerja"] for row in rows] == [row.name for row in shown]
    assert [int(row["Terisi"]) for row in rows] == [row.filled for row in shown]
    for row, line in zip(rows, shown, strict=True):
        exact = float(row["Nilai LKE pasti"].replace(",", "."))
        assert abs(exact - float(line.certain.replace(",", "."))) < 0.01


def test_the_csv_fits_the_spreadsheet_of_its_language(filled, client_for):
    client = client_for("manager")
    own = download(client, format="csv").decode("utf-8-sig").splitlines()
    client.cookies["django_language"] = "en"
    english = download(client, format="csv").decode("utf-8-sig").splitlines()
    figures = [
        dict(zip(own[3].split(";"), row, strict=True))
        for row in csv.reader(own[4:], delimiter=";")
    ]
    theirs = list(csv.DictReader(english[3:]))
    assert english[1].startswith("The designation is decided by six areas")
    assert len(theirs) == len(figures) == 2
    for row, line in zip(theirs, figures, strict=True):
        assert row["Code"] == line["Kode"]
        points = row["Certain LKE score"]
        assert points.replace(".", ",") == line["Nilai LKE pasti"]
        assert float(points) == float(points.replace(",", ""))
    assert any("." in row["Certain LKE score"] for row in theirs)


def test_filters_and_branch_hold_for_the_file_too(filled, client_for):
    client = client_for("auditor")
    assert len(table(download(client, format="csv"))) == 3
    assert len(table(download(client, format="csv", cabang="KW-MLK"))) == 1
    assert len(table(download(client, format="csv", rentang="belum"))) == 1
    assert table(download(client, format="csv", zona="WITA")) == []


def test_missing_undecided_zero_and_not_applicable_are_four_things(
    filled, client_for, people
):
    rows = {a.item.slug: a for a in Assessment.objects.filter(
        work_unit=filled.elsewhere).select_related("item")}  # fmt: skip
    zero = rows["06.01"]
    decide(zero, people["operator"], option=-1)
    na = rows["06.04"]
    decide(na, people["operator"])
    Assessment.objects.filter(pk=na.pk).update(
        agreed_na=True, agreed_option=None, agreed_nano=None
    )
    Assessment.objects.filter(pk=rows["06.02"].pk).update(
        state="empty", self_option=None, n_links=0
    )
    undecided = rows["06.06"]
    Assessment.objects.filter(pk=undecided.pk).update(
        state="submitted", self_option=zero.agreed_option
    )
    sum_up(filled.period, filled.elsewhere)
    line = next(
        row
        for row in table(download(client_for("auditor"), format="csv"))
        if row["Kode"] == "PN-AMB"
    )
    assert line["06.01 nilai"] == "0"
    assert line["06.04 nilai"] == "Tidak berlaku"
    assert line["06.02 nilai"] == "Belum diisi"
    assert line["06.06 nilai"] == "Belum dinilai (bukan nol)"
    assert line["06.02 status"] == "Belum diisi"
    assert line["06.01 status"] == "Selesai dinilai"


def test_a_value_that_is_not_released_stays_out(filled, client_for, people):
    row = Assessment.objects.get(work_unit=filled.elsewhere, item__slug="06.01")
    decide(row, people["operator"])
    Assessment.objects.filter(pk=row.pk).update(released_at=None)
    line = next(
        row
        for row in table(download(client_for("auditor"), format="csv"))
        if row["Kode"] == "PN-AMB"
    )
    assert line["06.01 nilai"] == "Belum dinilai (bukan nol)"
    assert line["Nilai LKE pasti"] == "Belum dinilai (bukan nol)"


def test_what_was_not_handed_in_is_said(filled, client_for, people):
    close(filled.period, people)
    line = next(
        row
        for row in table(download(client_for("auditor"), format="csv"))
        if row["Kode"] == "PN-AMB"
    )
    assert "Tidak diajukan" in line.values()


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_is_a_formula(filled, client_for, risky):
    assert csv_cell(risky) == f"'{risky}"
    filled.unit.name = f"{risky}HYPERLINK"
    filled.unit.save()
    content = download(client_for("manager"), format="csv")
    assert f"'{risky}HYPERLINK" in [row["Unit kerja"] for row in table(content)]


def test_the_workbook_holds_numbers_as_numbers(filled, client_for):
    filled.unit.name = "=2+2"
    filled.unit.save()
    client = client_for("manager")
    content = download(client, format="xlsx", urut="nama")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Kesiapan", "Status", "Nilai"]
    figures = book.get_sheet_by_name("Kesiapan").to_python()
    head, *rows = figures[3:]
    by_code = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert set(by_code) == {"PN-SKM", "PN-LAB"}
    unit = by_code["PN-SKM"]
    assert unit["Unit kerja"] == "=2+2"
    assert isinstance(unit["Terisi"], float)
    assert isinstance(unit["Nilai LKE pasti"], float)
    values = book.get_sheet_by_name("Nilai").to_python()
    assert len(values[3]) == 32
    numbers = [v for v in values[4] + values[5] if isinstance(v, float)]
    assert numbers
    assert all(0 <= v <= 1 for v in numbers)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_the_same_figures_give_the_same_workbook(filled, client_for):
    client = client_for("manager")
    first = download(client, format="xlsx")
    assert first == download(client, format="xlsx")


def test_a_download_is_logged(filled, client_for, people):
    download(client_for("manager"), format="csv", cabang="KW-JTG", putusan="not_met")
    entry = AuditEntry.objects.filter(action="report.exported").get()
    assert entry.actor_key == people["manager"].key
    assert entry.chain.key == filled.region.key
    assert entry.payload.data.count("not_met") == 1
    download(client_for("manager"), format="xlsx")
    assert AuditEntry.objects.filter(action="report.exported").count() == 2


def test_an_unknown_format_is_404(filled, client_for):
    assert client_for("manager").post(URL, {"format": "pdf"}).status_code == 404
