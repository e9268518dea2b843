"""The HTML report: whole in itself, harmless whatever a file is called, and as careful as the PDF."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from PIL import Image

import results_factory
from results_factory import ALL
from sjedd_video.explain import ABSENCE, headline
from sjedd_video.report.blocks import ReportDocument, Section, Signatures, Thumbnails
from sjedd_video.report.document import build_document
from sjedd_video.report.html_ import html_text, write_html

VOID = {"meta", "img", "br"}
ALLOWED = VOID | {
    "html", "head", "title", "style", "body", "main", "section", "footer", "h1", "h2", "h3", "p", "ul", "li", "div",
    "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
}  # fmt: skip


class Page(HTMLParser):
    """Elements, pictures and text of a page; fails on what does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    @property
    def pictures(self):
        return [attributes for tag, attributes in self.elements if tag == "img"]


def page_of(result):
    return Page(html_text(build_document(result, "sjedd-video analyze x.mp4")))


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_whole_and_asks_for_nothing(name):
    page = page_of(ALL[name]())
    assert {tag for tag, _ in page.elements} <= ALLOWED
    for _, attributes in page.elements:
        assert set(attributes) <= {
            "lang", "charset", "http-equiv", "content", "name", "class", "dir", "scope", "style", "alt", "src",
        }  # fmt: skip
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    for picture in page.pictures:
        kind, _, content = picture["src"].partition(";base64,")
        data = base64.b64decode(content, validate=True)
        if kind == "data:image/jpeg":
            Image.open(io.BytesIO(data)).load()
        else:
            assert kind == "data:image/svg+xml"
            assert {e.tag.rpartition("}")[2] for e in ElementTree.fromstring(data).iter()} <= {
                "svg", "g", "clipPath", "rect", "path", "text", "polygon", "polyline", "circle", "title", "desc",
            }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_the_words_are_those_of_the_other_reports(name):
    result = ALL[name]()
    page = page_of(result)
    assert headline(result) in page.words
    assert "does not mean" in page.words
    assert result.evidence.sha256_before in page.words
    assert "fake " not in page.words.replace("fake-", "")


def test_pictures_and_drawings_have_words_for_those_who_cannot_see_them():
    alternatives = [picture["alt"] for picture in page_of(results_factory.judged()).pictures]
    assert any(words.startswith("Scale of bands. Probability") for words in alternatives)
    assert any(words.startswith("Curve over time. Person 2") for words in alternatives)
    assert any(words.startswith("Frame, face and heat map. Person 2") for words in alternatives)
    assert ABSENCE in page_of(results_factory.judged()).words


def test_the_box_lies_on_the_face():
    result = results_factory.judged()
    places = [a["style"] for _, a in page_of(result).elements if a.get("class") == "box"]
    exhibit = result.exhibits[0]
    box = exhibit.score.observation.detection.box * exhibit.frame_scale
    found = [float(number) for number in re.findall(r":([\d.]+)%", places[0])]
    expected = [box[0] / 9.6, box[1] / 5.4, (box[2] - box[0]) / 9.6, (box[3] - box[1]) / 5.4]
    assert found == pytest.approx(expected, abs=0.01)


def test_names_of_strangers_stay_text():
    name = '<img src=x onerror="alert(1)">\u202e4pm.<script>\n&amp;'
    page = page_of(results_factory.judged(name=name))
    assert not [tag for tag, _ in page.elements if tag == "script"]
    assert all("onerror" not in attributes for _, attributes in page.elements)
    assert '<img src=x onerror="alert(1)"><U+202E>4pm.<script><U+000A>&amp;' in page.words


def test_the_same_result_gives_the_same_bytes(tmp_path):
    for name in ("a.html", "b.html"):
        write_html(results_factory.judged(), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_every_kind_of_block_can_be_shown():
    image = io.BytesIO()
    Image.new("RGB", (8, 8)).save(image, "JPEG")
    blocks = (Thumbnails(((image.getvalue(), "1. a<b.mp4"),)), Signatures(("Examiner",)))
    document = ReportDocument("H", "T", "S", "A", "ab", "2026-01-01", (Section("X", blocks),))
    page = Page(html_text(document))
    assert page.pictures[0]["alt"] == "Face. 1. a<b.mp4"
    assert "1. a<b.mp4" in page.words
    assert "Examiner" in page.words
