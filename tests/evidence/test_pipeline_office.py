"""Text of office files, read without the programs that made them."""

import io
import zipfile

import pytest

from evidence.pipeline import convert, make_preview
from tests import files, realfiles
from tests.files import docx, pptx, xlsx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture(autouse=True)
def no_converter(monkeypatch):
    """Here the own reader is tested."""
    monkeypatch.setattr(convert, "find_converter", lambda: "")


@pytest.fixture
def read(tmp_path):
    """Return the pages of some bytes."""

    def read(data, kind):
        path = tmp_path / "berkas"
        path.write_bytes(data)
        folder = tmp_path / "hasil"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        return make_preview(path, kind=kind, out_dir=folder)

    return read


def with_part(data: bytes, name: str, content: str) -> bytes:
    """Return a container with one part replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            if info.filename != name:
                target.writestr(info, source.read(info))
        target.writestr(name, content)
    return out.getvalue()


def test_paragraphs_tables_breaks_and_notes(read):
    """Lines as people see them; cells apart; drawings once; deleted text never."""
    document = (
        f'<w:document xmlns:w="{W}" xmlns:mc="x"><w:body>'
        "<w:p><w:r><w:t>SOP</w:t><w:tab/><w:t>Loket</w:t><w:br/><w:t>A</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>No</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>Kegiatan</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>Kotak</w:t></w:r></w:p>"
        "</mc:Choice><mc:Fallback><w:p><w:r><w:t>Kotak</w:t></w:r></w:p></mc:Fallback>"
        "</mc:AlternateContent>"
        "<w:p><w:del><w:r><w:delText>dihapus</w:delText></w:r></w:del></w:p>"
        "</w:body></w:document>"
    )
    header = f'<w:hdr xmlns:w="{W}"><w:p><w:r><w:t>KOP</w:t></w:r></w:p></w:hdr>'
    data = docx(parts={"word/document.xml": document, "word/header1.xml": header})
    preview = read(data, "docx")
    assert preview.pages[0].text == "SOP\tLoket\nA\nNo\tKegiatan\nKotak\n\nKOP"
    assert preview.facts == {"has_text": True, "text_cut": False}


def test_strict_files_read_alike(read):
    """The other set of namespaces changes nothing."""
    strict = read(realfiles.get("strict_docx"), "docx").pages[0].text
    assert strict == read(realfiles.get("docx"), "docx").pages[0].text
    assert "sanggup menyelenggarakan" in strict
    strict = read(realfiles.get("strict_xlsx"), "xlsx").pages
    assert strict == read(realfiles.get("xlsx"), "xlsx").pages


def test_slides_in_their_order_with_notes(read):
    """Slide 10 comes after slide 2; what the speaker says is searched too."""
    note = (
        '<p:notes xmlns:p="p" xmlns:a="a">'
        "<a:p><a:r><a:t>Catatan</a:t></a:r></a:p></p:notes>"
    )
    texts = [f"Salindia {number}" for number in range(1, 12)]
    data = pptx(*texts, parts={"ppt/notesSlides/notesSlide2.xml": note})
    preview = read(data, "pptx")
    found = [page.text for page in preview.pages]
    assert found == [texts[0], "Salindia 2\n\nCatatan", *texts[2:]]
    assert preview.page_count == 11


def test_sheets_with_shared_texts_numbers_and_dates(read):
    """As LibreOffice writes them."""
    page = read(realfiles.get("xlsx"), "xlsx").pages[0]
    assert page.text.splitlines() == [
        "Unsur\tNRR\tTanggal",
        "Persyaratan\t3.42\t31/03/2026",
        "Waktu pelayanan\t3.18\t30/06/2026",
    ]
    assert page.label


def test_cells_of_every_type(read):
    """Truth values, errors, formula texts, binary noise, times, 1904."""
    sheet = (
        f'<worksheet xmlns="{files._SHEET}"><sheetData><row>'
        '<c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c t="str"><v>hasil</v></c>'
        '<c><v>0.30000000000000004</v></c><c s="1"><v>46112</v></c>'
        '<c s="1"><v>0.5</v></c><c s="1"><v>46112.25</v></c><c t="s"><v>99</v></c>'
        '<c s="2"><v>46112</v></c><c><v>1e400</v></c><c s="1"><v>1e300</v></c>'
        "</row></sheetData></worksheet>"
    )
    styles = (
        f'<styleSheet xmlns="{files._SHEET}"><numFmts>'
        '<numFmt numFmtId="170" formatCode="#,##0.00\\ &quot;d&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
        "</styleSheet>"
    )
    data = with_part(xlsx(), "xl/worksheets/sheet1.xml", sheet)
    data = with_part(data, "xl/styles.xml", styles)
    assert read(data, "xlsx").pages[0].text.split("\t") == [
        "TRUE",
        "#DIV/0!",
        "hasil",
        "0.3",
        "31/03/2026",
        "12:00",
        "31/03/2026 06:00",
        "",
        "46112",
        "inf",
        "1e300",
    ]


def test_entities_are_refused(read):
    """A laughing billion in the main part is damage, not work."""
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        f'<w:document xmlns:w="{W}"><w:p><w:t>&b;</w:t></w:p></w:document>'
    )
    preview = read(docx(parts={"word/document.xml": bomb}), "docx")
    assert preview.reason == "corrupt"


def test_what_the_database_refuses_is_left_out(read):
    """Control characters never reach a column."""
    text = "isi&#x2;tengah&#xFFFD;"
    preview = read(docx("awal", "a\u0085b"), "docx")
    assert "\u0085" not in preview.pages[0].text
    broken = docx(text)
    assert read(broken, "docx").reason == "corrupt"  # U+0002 is no XML


def test_long_texts_are_cut_and_said_to_be(read):
    """Bounds per page and per file."""
    preview = read(docx(*["pelayanan " * 1000] * 50), "docx")
    assert len(preview.pages[0].text) == 100_000
    assert preview.facts["text_cut"] is True


def test_a_huge_sheet_is_read_in_bounded_memory_and_time(read):
    """100,000 rows: the first ones are kept."""
    rows = "".join(f"<row><c><v>{number}</v></c></row>" for number in range(100_000))
    sheet = (
        f'<worksheet xmlns="{files._SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    )
    data = with_part(xlsx(), "xl/worksheets/sheet1.xml", sheet)
    preview = read(data, "xlsx")
    assert preview.pages[0].text.startswith("0\n1\n2")
    assert preview.facts["text_cut"] is True
    assert preview.facts["fits_page"] is False
