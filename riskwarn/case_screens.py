"""What `riskwarn case` and `riskwarn people` show on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from riskwarn import names
from riskwarn.cases.deadlines import Overdue, escalations_of, overdue, state_due_on
from riskwarn.cases.follow_ups import attachments_of, follow_ups_of
from riskwarn.cases.information import all_information
from riskwarn.cases.lifecycle import COLOURS, STATES
from riskwarn.cases.measures import Kind, measures_of
from riskwarn.cases.people import Person, all_people, deputies_on
from riskwarn.cases.plans import plan_steps_of
from riskwarn.cases.quality import predictive_value
from riskwarn.cases.reading import Case, evidence_changes, hand_overs_of, read_case, read_cases, steps_of
from riskwarn.cases.steps import Taken
from riskwarn.cases.store import CaseStore
from riskwarn.cases.units import Units
from riskwarn.indicators import load_indicators
from riskwarn.screens import STYLES
from riskwarn.text import Lang, translator

Say = Callable[[str], str]
DONE = ("dismissed", "closed")


def show_taken(out: Console, store: CaseStore, taken: Taken, lang: Lang) -> None:
    """Where the case stands after a step, and until when what comes next is due."""
    _ = translator(lang)
    case = store.case(taken.case_id)
    line = _("{id}: {state}, version {version}").format(id=case.case_id, state=_(f"state {case.state}"), version=case.version)
    due = state_due_on(case, store.books)
    out.print(escape(line + (_(", due {day}").format(day=due) if due else "")), highlight=False)
    if taken.actor.in_place_of:
        out.print(_("in place of {login}").format(login=taken.actor.in_place_of), highlight=False)
    numbers = {name: taken.made[name] for name in ("follow_up", "attachment", "measure", "hand_over") if name in taken.made}
    for name, number in numbers.items():
        out.print(_(f"made {name}").format(number=number), highlight=False)
    if case.countersign_due_on:
        out.print(_("to be countersigned by {day}").format(day=case.countersign_due_on), style="yellow", highlight=False)


def show_cases(
    out: Console,
    store: CaseStore,
    today: date,
    lang: Lang,
    *,
    unit: str | None = None,
    assignee: str | None = None,
    state: str | None = None,
    closed: bool = False,
) -> None:
    """The cases that are asked for, gravest first, then by state and age."""
    _, units = translator(lang), store.books.units
    with store.engine.connect() as con:
        cases = read_cases(con)
    late = {found.case_id for found in store.overdue(today)}
    wanted = [
        case
        for case in cases
        if (closed or state is not None or not (case.state in DONE or case.is_gone))
        and (unit is None or units.covers(unit, case.unit_id))
        and (assignee is None or case.assignee == assignee)
        and (state is None or case.state == state)
    ]
    if not wanted:
        out.print(_("No cases."))
        return
    table = Table(show_lines=True, expand=True)
    for heading, ratio in (("level", None), ("id", None), ("state", 1), ("unit", 1), ("assignee", None), ("due", None), ("reason", 4)):
        table.add_column(_(f"column {heading}"), ratio=ratio, no_wrap=ratio is None, overflow="fold")
    for case in sorted(wanted, key=lambda c: (COLOURS.index(c.colour), STATES.index(c.state), c.entered_on, c.case_id)):
        marks = [_("the machine lists it no more")] if case.is_gone else []
        marks += [_("evidence changed: look again")] if evidence_changes(case, store.books.life) else []
        marks += [_("overdue")] if case.case_id in late else []
        standing = _(f"state {case.state}") + f" ·{case.version}" + "".join(f"\n[bold red]{mark}[/]" for mark in marks)
        due = state_due_on(case, store.books)
        row = (case.case_id, standing, units.name(case.unit_id, lang), case.assignee or "-", str(due) if due else "-")
        table.add_row(_colour(case.colour, _), *row, escape(case.reason(lang)))
    out.print(table)


def show_case(out: Console, store: CaseStore, case_id: str, today: date, lang: Lang) -> None:
    """One case from top to bottom."""
    _, units, life = translator(lang), store.books.units, store.books.life
    with store.engine.connect() as con:
        case = read_case(con, case_id)
        steps, sent, told = steps_of(con, case_id), hand_overs_of(con, case_id), follow_ups_of(con, case_id)
        files, taken, plan = attachments_of(con, case_id), measures_of(con, case_id), plan_steps_of(con, case_id)
        late = [found for found in overdue(con, store.books, today) if found.case_id == case_id]
        higher = escalations_of(con, case_id)
    facts = {"id": case_id, "state": _(f"state {case.state}"), "version": case.version}
    out.print(f"{_colour(case.colour, _)} {escape(_('{id}: {state}, version {version}').format(**facts))}", highlight=False)
    out.print(escape(case.reason(lang)), highlight=False)
    due = state_due_on(case, store.books)
    lines = [("unit", units.name(case.unit_id, lang)), ("assignee", case.assignee), ("due", due), ("indicator", _indicator(case, lang))]
    if case.newest is not None:
        said = f"{_('colour ' + case.newest['level'])}, {_('status ' + case.newest['status'])}, {case.night}"
        lines.append(("machine", said))
    if case.information is not None:
        lines.append(("source", _(f"source class {case.information['source_class']}")))
    lines += [("countersign by", case.countersign_due_on)]
    for name, value in lines:
        if value:
            out.print(f"{_(f'column {name}')}: {escape(str(value))}", highlight=False)
    for name, (then, now) in evidence_changes(case, life).items():
        said = _("evidence changed: {what} {then} -> {now}; look again, then `riskwarn case acknowledge`")
        out.print(escape(said.format(what=_(f"column {name}"), then=then, now=now)), style="bold red", highlight=False)
    for found in late:
        out.print(_late_line(found, units, _, lang), style="bold red", highlight=False)
    for row in higher:
        note = _("escalated on {day} to {unit}").format(day=row["escalated_on"], unit=units.name(str(row["unit_id"]), lang))
        out.print(note, highlight=False)
    _table(out, _("steps"), ("day", "who", "step", "said"), (_step_row(step, _) for step in steps), _)
    _table(out, _("hand-overs"), ("number", "to", "sent", "received", "answered", "answer"), (_sent_row(r, units, lang) for r in sent), _)
    followed = ((r["follow_up_id"], r["happened_on"], _(f"follow-up {r['kind']}"), r["text"], r["recorded_by"]) for r in told)
    _table(out, _("follow-ups"), ("number", "day", "kind", "said", "who"), followed, _)
    kept = ((r["attachment_id"], r["name"], f"{r['size_bytes']:,}", r["sha256"][:12], r["attached_by"]) for r in files)
    _table(out, _("attachments"), ("number", "file", "bytes", "SHA-256", "who"), kept, _)
    measures = (_measure_row(row, store, lang) for row in taken)
    _table(out, _("measures taken"), ("number", "measure", "scope", "period", "unit", "inspection"), measures, _)
    text = "text_en" if lang == "en" else "text_zh"
    planned = ((r["plan_step_id"], r[text], r["due_on"], r["done_on"] or "-", r["done_by"] or "-", r["note"]) for r in plan)
    _table(out, _("plan"), ("number", "step", "due", "done", "who", "said"), planned, _)
    nexts = [_(f"action {action}") for action in life.moves_from(case.state)]
    out.print(_("possible now: {actions}").format(actions=_("list separator").join(nexts)), highlight=False)


def _step_row(step: Mapping[str, Any], _: Say) -> tuple[Any, ...]:
    """A step in one line: who (for whom), what, and what was said."""
    who = step["actor"] + (f" ({step['in_place_of']})" if step["in_place_of"] else "")
    moved = f" -> {_('state ' + step['to_state'])}" if step["from_state"] != step["to_state"] else ""
    said = [step["reason"]] if step["reason"] else []
    said += [f"{_(f'field {name}')}: {_value(name, value, _)}" for name, value in step["fields"].items() if name != "sha256"]
    return step["done_on"], who, _(f"action {step['action']}") + moved, "; ".join(said)


def _value(name: str, value: Any, _: Say) -> str:
    """What was said, in the reader's language where it is one of a fixed list."""
    if isinstance(value, list):
        return _("list separator").join(map(str, value))
    worded = {"reason_class": "reason class", "colour": "colour", "scope": "scope", "goods": "goods"}.get(name)
    return _(f"{worded} {value}") if worded else str(value)


def _measure_row(row: Mapping[str, Any], store: CaseStore, lang: Lang) -> tuple[Any, ...]:
    kind = store.books.kinds.get(row["kind"])
    period = f"{row['starts_on']} – {row['ends_on'] or ''}"
    owner = store.books.units.name(row["owner"], lang)
    effect = row["inspection_effect"] or (kind.effect(lang) if kind else "")
    return row["measure_id"], kind.name(lang) if kind else row["kind"], row["scope"], period, owner, effect


def _sent_row(row: Mapping[str, Any], units: Units, lang: Lang) -> tuple[Any, ...]:
    received = f"{row['received_on']} {row['received_by']}" if row["received_on"] else "-"
    answered = f"{row['answered_on']} {row['answered_by']}" if row["answered_on"] else f"<= {row['answer_due_on']}"
    return row["hand_over_id"], units.name(row["to_unit"], lang), row["sent_on"], received, answered, row["answer"] or ""


def show_overdue(out: Console, store: CaseStore, late: Iterable[Overdue], lang: Lang) -> None:
    _, units = translator(lang), store.books.units
    rows = [
        (
            row.case_id,
            _what(row.what, _),
            row.due_on,
            row.days_late,
            units.name(row.unit_id, lang),
            row.assignee or "-",
            units.name(row.escalates_to, lang),
        )
        for row in late
    ]
    headings = ("id", "overdue", "due", "working days late", "unit", "assignee", "goes up to")
    _table(out, "", headings, rows, _)
    if not rows:
        out.print(_("nothing is overdue"))


def _late_line(found: Overdue, units: Units, _: Say, lang: Lang) -> str:
    said = _("overdue: {what}, due {day}, {days} working days late; goes up to {unit}")
    unit = units.name(found.escalates_to, lang)
    return escape(said.format(what=_what(found.what, _), day=found.due_on, days=found.days_late, unit=unit))


def _what(what: str, _: Say) -> str:
    name, _space, number = what.partition(" ")
    return _(f"state {name}") if name in STATES else " ".join(filter(None, (_(f"due {name}"), number)))


def show_measure_kinds(out: Console, kinds: Mapping[str, Kind], lang: Lang) -> None:
    _ = translator(lang)
    rows = [
        (kind.kind, kind.name(lang), _("list separator").join(_(f"goods {g}") for g in kind.goods), kind.effect(lang), kind.source)
        for kind in kinds.values()
    ]
    _table(out, "", ("kind", "measure", "goods", "inspection", "source"), rows, _)


def show_information(out: Console, store: CaseStore, lang: Lang) -> None:
    _ = translator(lang)
    with store.engine.connect() as con:
        found = all_information(con)
    headings = ("number", "day", "grade", "source", "product", "origin", "hazard", "said", "who", "id")
    rows = [
        (
            row["information_id"],
            row["entered_on"],
            row["grade"],
            _(f"source class {row['source_class']}"),
            row["product"],
            names.country(row["origin_country"], lang),
            row["hazard"],
            row["text"],
            row["entered_by"],
            row["case_id"] or "-",
        )
        for row in found
    ]
    _table(out, "", headings, rows, _)
    if not rows:
        out.print(_("nothing was entered"))


def show_quality(out: Console, store: CaseStore, before: date, lang: Lang) -> None:
    """Predictive value by indicator: right among right and wrong, with its 95% Wilson interval."""
    _ = translator(lang)
    with store.engine.connect() as con:
        found = predictive_value(con, store.books.life, before)
    rows = []
    for row in found:
        low, high = row.interval
        value = "-" if row.value is None else f"{row.value:.0%} ({low:.0%} – {high:.0%})"
        why = _("list separator").join(f"{_(f'reason class {name}') if name else '?'} {count}" for name, count in row.reasons.items())
        rows.append((_indicator_name(row.indicator_id, lang), row.right, row.wrong, value, row.neither, row.waiting, why))
    _table(out, "", ("indicator", "right", "wrong", "predictive value", "neither", "waiting", "dismissed because"), rows, _)
    if not rows:
        out.print(_("No cases."))


def show_people(out: Console, store: CaseStore, today: date, lang: Lang) -> None:
    _, units = translator(lang), store.books.units
    with store.engine.connect() as con:
        everybody, deputies = all_people(con), deputies_on(con, today)
    rows = [(*_person_row(p, units, _, lang), ", ".join(deputies.get(p.login, ()))) for p in everybody]
    _table(out, "", ("login", "name", "unit", "role", "inactive", "deputy today"), rows, _)
    if not rows:
        out.print(_("nobody yet; make the first administrator: `riskwarn people add LOGIN --name N --unit U --role administrator`"))


def _person_row(found: Person, units: Units, _: Say, lang: Lang) -> tuple[str, ...]:
    return found.login, found.name, units.name(found.unit_id, lang), _(f"role {found.role}"), "" if found.is_active else "✗"


def show_units(out: Console, units: Units, lang: Lang) -> None:
    """The trees, each unit with its id and customs districts."""

    def branch(unit_id: str, depth: int) -> None:
        unit = units.units[unit_id]
        districts = f"  {' '.join(unit.districts)}" if unit.districts else ""
        out.print(f"{'  ' * depth}{escape(units.name(unit_id, lang))}  [cyan]{unit_id}[/]{districts}", highlight=False)
        for child in units.units.values():
            if child.parent == unit_id:
                branch(child.unit_id, depth + 1)

    for unit in units.units.values():
        if unit.parent is None:
            branch(unit.unit_id, 0)


def _colour(colour: str, _: Say) -> str:
    return f"[{STYLES[colour]}] {_('colour ' + colour)} [/]"


def _indicator(case: Case, lang: Lang) -> str:
    return _indicator_name(case.indicator_id, lang) if case.indicator_id else ""


def _indicator_name(indicator_id: str, lang: Lang) -> str:
    """Its name in the indicator's own document; the id of one that is gone."""
    names = {i.id: i.name_en if lang == "en" else i.name_zh for i in load_indicators()}
    return names.get(indicator_id, indicator_id)


def _table(out: Console, title: str, headings: Iterable[str], rows: Iterable[Iterable[Any]], _: Say) -> None:
    """A table, or nothing where there are no rows."""
    found = [tuple(rows_) for rows_ in rows]
    if not found:
        return
    table = Table(title=title or None, title_justify="left")
    for heading in headings:
        table.add_column(_(f"column {heading}"), overflow="fold")
    for row in found:
        table.add_row(*(escape(str(value)) for value in row))
    out.print(table)
