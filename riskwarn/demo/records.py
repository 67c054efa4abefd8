"""Facts as the records that authorities hold: one frame a source, canonical columns, one row per version of a record.

Every frame has ``known`` (the day the authority recorded that version) and ``key`` (what identifies the record); dates are
datetime64, codes and words are text, "" where nothing was recorded. A lot has up to three versions: pending, its result,
and a correction.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from riskwarn.demo.country import DISTRICTS
from riskwarn.demo.generate import Facts
from riskwarn.demo.hazards import HAZARDS
from riskwarn.demo.lots import measured

_NEVER = np.datetime64("NaT")


def inspection_records(facts: Facts) -> pd.DataFrame:
    """Lots in every version: result "" (pending), "pass" or "fail"."""
    lots = facts.lots
    is_late = lots["corrected_on"].notna().to_numpy()
    outcome = np.where(lots["is_failed"] & ~is_late, "fail", "pass")
    base = _lot_columns(facts)
    pending = base.assign(known=lots["sampled_on"], result="", resulted_on=_NEVER)
    resulted = base.assign(known=lots["resulted_on"], result=outcome, resulted_on=lots["resulted_on"])
    corrected = base.assign(known=lots["corrected_on"], result="fail", resulted_on=lots["resulted_on"])
    records = pd.concat([pending, resulted[resulted["known"].notna()], corrected[is_late]], ignore_index=True)
    records["released_on"] = records["resulted_on"].where(records["result"] == "pass")
    return records


def _lot_columns(facts: Facts) -> pd.DataFrame:
    lots, cells = facts.lots, facts.world.cells
    cell = lots["cell"].to_numpy()
    code = np.array([d.code for d in DISTRICTS])[lots["district"]]
    origin = np.array([c.origin for c in cells])[cell]
    is_import = np.array([c.direction == "import" for c in cells])[cell]
    companies = facts.world.enterprises.iloc[lots["enterprise"].to_numpy()].reset_index(drop=True)
    hs10 = np.array([c.product.hs10 for c in cells])[cell]
    maker = np.char.add(np.char.add(origin, "-"), lots["manufacturer"].astype(str).to_numpy(dtype=str))
    is_food = np.array([c.product.is_food for c in cells])[cell]
    return pd.DataFrame(
        {
            "key": lots["inspection_id"],
            "inspection_id": lots["inspection_id"],
            "direction": np.where(is_import, "import", "export"),
            "declaration_no": lots["declaration_no"],
            "declaration_line": lots["declaration_line"].astype(str),
            "declaration_customs": code,
            "entry_exit_customs": code,
            "port_code": lots["port_code"],
            "selection": lots["selection"],
            "hs_code": hs10,
            "ciq3": np.char.add("10", (lots["manufacturer"] % 5).astype(str).to_numpy(dtype=str)),
            "product_name": np.array([c.product.name_zh for c in cells])[cell],
            "batch_no": "B" + lots["sampled_on"].dt.strftime("%y%m%d") + "-" + lots["manufacturer"].astype(str),
            "origin_country": origin,
            "departure_country": np.where(lots["declaration_line"] > 10, "NL", origin),
            "trading_country": origin,
            "enterprise_code": companies["uscc"],
            "enterprise_name": companies["name"],
            "overseas_manufacturer": np.where(is_import, np.char.add("Plant ", maker), ""),
            "overseas_registration_no": np.where(is_import & is_food, np.char.add("C", maker), ""),
            "trade_mode": np.where(lots["manufacturer"] == 5, "1210", "0110"),
            "quantity": lots["quantity"],
            "value_amount": lots["value_amount"],
            "sampled_on": lots["sampled_on"],
        }
    )


def finding_records(facts: Facts) -> pd.DataFrame:
    """Failed items; of a lot that failed only after a correction, recorded with the correction."""
    found = facts.findings[facts.findings["resulted_on"].notna()].reset_index(drop=True)
    specs = [HAZARDS[key] for key in found["hazard"]]
    values = [measured(key, excess) for key, excess in zip(found["hazard"], found["excess"], strict=True)]
    return pd.DataFrame(
        {
            "known": found["corrected_on"].fillna(found["resulted_on"]),
            "key": found["inspection_id"] + "/" + found["item_no"].astype(str),
            "inspection_id": found["inspection_id"],
            "item_no": found["item_no"].astype(str),
            "item": [spec.item_zh if named else "其他项目" for spec, named in zip(specs, found["is_named"], strict=True)],
            "measured_value": [value for value, _ in values],
            "limit_value": [limit for _, limit in values],
            "unit": [spec.unit for spec in specs],
            "standard": [spec.standard for spec in specs],
            "hazard": [spec.name_en if named else "" for spec, named in zip(specs, found["is_named"], strict=True)],
            "laboratory": "LAB" + found["laboratory"].astype(str).str.zfill(2),
            "resulted_on": found["corrected_on"].fillna(found["resulted_on"]),
        }
    )


def declared_records(facts: Facts) -> pd.DataFrame:
    """Declared lots by product, origin, customs district and week; a week's figures come out on the second Friday after its Monday."""
    declared, cells = facts.declared, facts.world.cells
    cell = declared["cell"].to_numpy()
    records = pd.DataFrame(
        {
            "known": declared["week"] + np.timedelta64(11, "D"),
            "direction": np.array([c.direction for c in cells])[cell],
            "hs_code": np.array([c.product.hs10 for c in cells])[cell],
            "origin_country": np.array([c.origin for c in cells])[cell],
            "customs_district": np.array([d.code for d in DISTRICTS])[declared["district"]],
            "week": declared["week"],
            "lots": declared["lots"],
            "quantity": declared["quantity"],
        }
    )
    records["key"] = records["hs_code"] + records["origin_country"] + records["customs_district"] + records["week"].dt.strftime("%F")
    out: pd.DataFrame = records.loc[records["known"] <= facts.world.days[-1]]
    return out.reset_index(drop=True)


def complaint_records(facts: Facts) -> pd.DataFrame:
    """Complaints as registered; for some without a commodity code it is looked up and recorded a week later (a new version)."""
    records = facts.complaints.copy()
    records["key"], records["known"] = records["complaint_id"], pd.to_datetime(records["received_on"])
    records["occurred_on"], records["received_on"] = pd.to_datetime(records["occurred_on"]), records["known"]
    looked_up = records[(records["hs_code"] == "") & (records["complaint_id"].str[-1] == "7")].copy()
    looked_up["hs_code"] = [facts.world.cells[number].product.hs10 for number in looked_up["cell"]]
    looked_up["known"] += np.timedelta64(7, "D")
    in_time: pd.DataFrame = looked_up.loc[looked_up["known"] <= facts.world.days[-1]]
    return pd.concat([records, in_time], ignore_index=True)


def report_records(facts: Facts) -> pd.DataFrame:
    """Enterprise reports as received."""
    records = facts.enterprise_reports.copy()
    records["key"] = records["report_id"]
    records["known"] = records["received_on"] = pd.to_datetime(records["received_on"])
    records["occurred_on"] = pd.to_datetime(records["occurred_on"])
    return records


def alert_records(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Foreign alerts, already in the columns of their system; known the day they are dated."""
    records = frame.copy()
    records["key"], records["known"] = frame[key], pd.to_datetime(frame["on"])
    return records
