"""Data Docs: readable with no network, complete, the same when written again."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from checks_data import deliver

from riskwarn.checks import check_source, write_data_docs
from riskwarn.checks.offline import body_of
from riskwarn.lake import Lake
from riskwarn.settings import Settings
from riskwarn.sources import all_sources

NIGHT = date(2026, 11, 20)


class Links(HTMLParser):
    """Every address that a page names, and every tag it uses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "action", "data", "poster")]


@pytest.fixture
def site(settings: Settings, lake: Lake) -> Path:
    for source in ("port_inspections", "foreign_alerts"):
        deliver(lake, source, date(2026, 11, 19), [{}, {"event_on": None}])
        check_source(settings, lake, all_sources()[source], NIGHT)
    return write_data_docs(settings, lake, NIGHT).parent


def test_nothing_comes_from_outside_and_every_link_leads_somewhere(site: Path) -> None:
    pages = sorted(site.glob("*.html"))
    assert len(pages) == 5, "the index, two sources, two deliveries"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = Links(text)
        assert not found.tags & {"script", "iframe", "img", "object", "form"}
        for address in found.addresses:
            assert "//" not in address and (site / address).is_file(), address
        assert not re.search(r"@import|url\(|https?://(?!\W)", re.sub(r"<code>.*?</code>|\(bad: .*?\)", "", text))
    assert not re.search(r"@import|url\(|//", (site / "style.css").read_text(encoding="utf-8").replace("/*", ""))


def test_the_index_leads_to_every_source_and_delivery(site: Path) -> None:
    addresses = Links((site / "index.html").read_text(encoding="utf-8")).addresses
    assert {page.name for page in site.glob("*.html")} - {"index.html"} <= set(addresses)
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "Port inspections / 口岸检验" in text and "partly quarantined / 部分隔离" in text


def test_the_page_tells_what_great_expectations_found(site: Path) -> None:
    text = next(site.glob("port_inspections.2026*.html")).read_text(encoding="utf-8")
    for told in ("Evaluated Expectations", "Table-Level Expectations", "The date of the event and the date of receipt are given", "1 of 2"):
        assert told in text
    assert "事件日期与接收日期齐全" in text and "fa-times" in text


def test_writing_again_gives_the_same_site_and_clears_what_is_left_over(site: Path, settings: Settings, lake: Lake) -> None:
    before = {path.name: path.read_bytes() for path in site.iterdir()}
    (site / "left_over.html").write_text("of a run that broke off")
    write_data_docs(settings, lake, NIGHT)
    assert {path.name: path.read_bytes() for path in site.iterdir()} == before


def test_a_night_without_checks_has_an_index(settings: Settings, lake: Lake) -> None:
    index = write_data_docs(settings, lake, NIGHT)
    assert "missing" in index.read_text(encoding="utf-8")


def test_only_the_readable_part_of_a_page_is_kept() -> None:
    page = (
        "<html><head><title>x</title></head><body><nav><a href='//a'>n</a></nav><script>1 < 2</script>"
        "<div class='col-lg-2'><div>side</div></div><p onclick='x' class='h6'>a &amp; b<br><img src='//c'>"
        "<a href='//d'>link</a></p></body></html>"
    )
    assert body_of(page) == '<p class="h6">a &amp; b<br><span>link</span></p>'
