"""Substances by many names: one name each, no alert lost, what is not listed stays as written and is counted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import foreign_alert_files as files
import pytest
from warehouse_data import AS_OF, accept

from riskwarn import warehouse
from riskwarn.checks import check_history
from riskwarn.lake import Lake
from riskwarn.nights import close_night
from riskwarn.places import REFERENCE
from riskwarn.settings import Settings
from riskwarn.sources import all_sources
from riskwarn.sql import Connection

WRITTEN = {
    "chlorpyriphos-ethyl": "chlorpyrifos", "毒死蜱": "chlorpyrifos", "chlorpyrifos-methyl": "chlorpyrifos-methyl",
    "salmonella enterica ser. infantis": "salmonella", "沙门氏菌": "salmonella", "aflatoxins b1": "aflatoxins",
    "aflatoxin m1": "aflatoxin m1",
    "nitrofuran (metabolite) furazolidone (aoz)": "nitrofurans", "e 223 - sodium metabisulphite": "sulphites", "苏丹红一号": "sudan dyes",
    "phthalate dehp - di(2-ethylhexyl)": "di(2-ethylhexyl) phthalate", "quicksilver": "mercury", "甲醛含量": "formaldehyde",
    # Not listed: a new name, several substances in one, a beginning that is none.
    "unobtainium": "unobtainium", "salmonella, listeria": "salmonella, listeria", "leadwort": "leadwort",
}  # fmt: skip


def folded(settings: Settings, names: list[str]) -> dict[str, str]:
    lake = Lake(settings.lake)
    accept(lake, "port_inspections", [{"inspection_id": f"L{n}", "result": "fail"} for n, _ in enumerate(names)])
    accept(lake, "inspection_findings", [{"inspection_id": f"L{n}", "item": name, "substance": name} for n, name in enumerate(names)])
    with warehouse.open_night(settings, lake, AS_OF) as con:
        return dict(con.execute("select item, substance from core_finding").fetchall())


def test_spellings_lead_to_one_name_and_others_stay_as_written(settings: Settings) -> None:
    assert folded(settings, list(WRITTEN)) == WRITTEN


def test_two_names_of_one_substance_in_an_alert_count_once(settings: Settings, lake: Lake) -> None:
    both = [{"substance": name, "hazard_category": "mycotoxins"} for name in ("aflatoxin b1", "aflatoxin total")]
    accept(lake, "foreign_alerts", [{"reference": "A1", "hazards": both}, {"reference": "A2", "hazards": both[:1]}])
    with warehouse.open_night(settings, lake, AS_OF) as con:
        assert con.execute("select reference, substance from core_alert order by 1").fetchall() == [
            ("A1", "aflatoxins"),
            ("A2", "aflatoxins"),
        ]


def test_the_report_of_the_night_counts_what_is_not_listed(settings: Settings, lake: Lake) -> None:
    folded(settings, ["lead", "铅", "unobtainium"])
    accept(lake, "foreign_alerts", [{"reference": "A1", "hazards": [{"substance": "unobtainium", "hazard_category": "mycotoxins"}]}])
    with warehouse.open_night(settings, lake, AS_OF) as con:
        lake.write_json("substances", AS_OF.isoformat(), warehouse.count_substances(con))
    report = close_night(settings, lake, AS_OF, published="")
    assert report.as_json()["substances"] == {"names": 3, "listed": 2, "substances": 1, "unlisted": 1, "unlisted_rows": 2}


def test_every_cas_number_has_its_check_digit_and_belongs_to_one_line() -> None:
    with (REFERENCE / "substances.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    numbers = [row["cas_no"] for row in rows if row["cas_no"]]
    assert len(numbers) == len(set(numbers)) > 60
    for number in numbers:
        *digits, check = [int(digit) for digit in number if digit.isdigit()]
        assert sum(place * digit for place, digit in enumerate(reversed(digits), start=1)) % 10 == check, number
    assert all(row["substance_zh"] for row in rows)
    assert not any(row["reviewed_by"] for row in rows)  # by nobody yet: whoever reviews a line signs it, and this test goes


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The night that knows all public RASFF files."""
    settings = Settings(home=tmp_path_factory.mktemp("rasff"))
    files.ingest(settings, {path.name: path for path in sorted((shared_data / "rasff").glob("*.csv*"))})
    check_history(settings, Lake(settings.lake), all_sources()["foreign_alerts"], date(2026, 11, 21))
    with warehouse.open_night(settings, Lake(settings.lake), date(2026, 11, 21)) as con:
        yield con


def test_on_rasff_hundreds_of_names_fold_and_no_alert_is_lost(real: Connection) -> None:
    names, substances, listed_rows, rows = real.execute(
        "select count(*), count(distinct substance), sum(row_count) filter (where is_listed), sum(row_count) from core_substance"
    ).fetchall()[0]
    assert names - substances >= 240
    assert listed_rows / rows > 0.6
    query = "select distinct reference, origin_country, hazard_category from {}"
    assert not real.execute(f"{query.format('stg_alert_cells')} except {query.format('core_alert')}").fetchall()
    # Every cell of an alert is there under the name that its substance now has.
    lost = real.execute(
        """select count(*) from stg_alert_cells as a join core_substance as s on a.substance = s.substance_as_written
        anti join core_alert as c on a.reference = c.reference and a.origin_country = c.origin_country
            and a.hazard_category = c.hazard_category and s.substance = c.substance"""
    ).fetchall()
    assert lost == [(0,)]


def test_on_rasff_different_substances_stay_apart(real: Connection) -> None:
    def written(substance: str) -> set[str]:
        query = "select substance_as_written from core_substance where substance = $1"
        return {name for (name,) in real.execute(query, [substance]).fetchall()}

    assert len(written("salmonella")) > 100
    assert all(name.startswith("salmonel") for name in written("salmonella"))
    assert written("chlorpyrifos") >= {"chlorpyrifos", "chlorpyriphos-ethyl"}
    assert not any("methyl" in name for name in written("chlorpyrifos"))
    assert "listeria spp" not in written("listeria monocytogenes")
