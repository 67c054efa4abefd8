"""Two hundred generated documents of all kinds, read and matched as the file of their truth says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from test_wto_matches import NIGHT, matches

from riskwarn import warehouse
from riskwarn.settings import Settings

MEMBERS = {"EU": "EU", "USA": "US", "JPN": "JP", "TPKM": "TW", "HKG": "HK", "BRA": "BR", "ZAF": "ZA"}
GOODS = {"9503": ("toys", "玩具"), "0902": ("tea", "茶叶"), "850760": ("lithium batteries", "锂电池"), "0306": ("shrimps", "冻虾")}
KINDS = {"Add": "addendum", "Corr": "corrigendum", "Rev": "revision", "Suppl": "supplement"}
FIRST = date(2026, 5, 4)


def symbol_of(rng: random.Random, number: int) -> tuple[str, dict[str, Any]]:
    """A symbol as delivered, and what it means."""
    area, member = rng.choice(("TBT", "SPS")), rng.choice(list(MEMBERS))
    form = rng.choices(("notification", "child", "joint", "old", "equivalence", "agreement", "other"), (10, 6, 2, 1, 1, 1, 1))[0]
    base = f"G/{area}/N/{member}/{number}"
    truth = {"area": area, "family": base, "symbol_form": "notification", "document_kind": "original", "country": MEMBERS[member]}
    if form == "child":
        kind = rng.choice(list(KINDS))
        return f"{base}/{kind}.1", truth | {"document_kind": KINDS[kind]}
    if form == "joint":
        other = f"G/{'SPS' if area == 'TBT' else 'TBT'}/N/{member}/{number}"
        return f"{base}, {other}", truth
    plain = {"old": "G/TBT/Notif.99/{}", "equivalence": "G/SPS/N/EQV/{}", "agreement": "G/TBT/10.7/N/{}", "other": "G/SPS/GEN/{}"}
    if form in plain:
        symbol = plain[form].format(number)
        return symbol, truth | {"area": symbol[2:5], "family": symbol, "symbol_form": form, "country": None}
    return rng.choice(("", " ")) + base, truth


def generate(seed: int) -> list[tuple[dict[str, str | None], dict[str, Any]]]:
    """(row of the spreadsheet, its truth)."""
    rng, made = random.Random(seed), []  # noqa: S311 (test data)
    for number in range(1, 201):
        symbol, truth = symbol_of(rng, number)
        hs = rng.choice(list(GOODS))
        is_coded, has_words = rng.random() < 0.7, rng.random() < 0.5
        day = FIRST + timedelta(days=rng.randrange(150))
        deadline = rng.choice((None, day + timedelta(days=60), "60 days from circulation", "not stated"))
        said = GOODS[hs][0] if has_words else "goods"
        row: dict[str, str | None] = {
            "Document symbol": symbol, "Notifying Member": "", "Distribution date": day.strftime("%d/%m/%Y"),
            "Title": rng.choice(("{}", "<p>Draft on {}</p>", "{} &amp; parts", "=cmd()|{}", "{}<script>x</script>")).format(said),
            "HS code(s)": hs if is_coded else None,
            "Final date for comments": deadline.strftime("%d/%m/%Y") if isinstance(deadline, date) else deadline,
        }  # fmt: skip
        closes = day + timedelta(days=60) if deadline in (day + timedelta(days=60), "60 days from circulation") else None
        truth |= {"hs": hs, "is_coded": is_coded, "has_words": has_words, "distribution_on": day, "comment_deadline_on": closes}
        made.append((row, truth))
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_all_are_read_and_matched_as_their_truth_says(settings: Settings, seed: int) -> None:
    made = generate(seed)
    profiles = [
        {"企业代码": f"E{hs}{country}", "企业名称": "企业", "HS编码": hs.ljust(10, "0"), "出口市场": country, "产品关键词": words[0]}
        for hs, words in GOODS.items()
        for country in sorted({*MEMBERS.values()})
    ]
    found = matches(settings, [row for row, _ in made], profiles)
    with warehouse.open_published(settings) as con:
        table = con.execute("from mart_wto_notifications")
        names = [column[0] for column in table.description or ()]
        read = {row["notification_id"]: row for row in (dict(zip(names, values, strict=True)) for values in table.fetchall())}
    assert len(read) == 200
    expected = set()
    for row, truth in made:
        key = str(row["Document symbol"]).strip()
        got = read[key]
        for name in ("area", "family", "symbol_form", "document_kind"):
            assert got[name] == truth[name], (key, name)
        assert got["notifying_country"] == truth["country"], key
        assert got["distribution_on"] == truth["distribution_on"]
        assert got["comment_deadline_on"] == truth["comment_deadline_on"], key
        assert "script" not in got["title"]
        assert ("hs_missing" in got["flags"]) == (not truth["is_coded"])
        if truth["country"] and (truth["is_coded"] or truth["has_words"]):
            level = 6 if truth["hs"] == "850760" else 4
            broad = not truth["is_coded"]  # a single word
            expected.add((key, f"E{truth['hs']}{truth['country']}", level if truth["is_coded"] else 0, broad))
    assert {(m["notification_id"], m["enterprise_code"], m["match_level"], m["is_broad"]) for m in found} == expected
    assert all(m["days_left"] == (m["comment_deadline_on"] - NIGHT).days for m in found if m["comment_deadline_on"])
