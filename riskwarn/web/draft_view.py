"""What the page of a draft shows: its boxes with what the rules say of them, the steps that may be taken, why it goes this way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskwarn.documents import Both
from riskwarn.tbtsps import life
from riskwarn.tbtsps.drafts import Draft
from riskwarn.tbtsps.notifications import Notification
from riskwarn.tbtsps.refusals import state_name, step_name
from riskwarn.tbtsps.routing import objectives, recommend
from riskwarn.tbtsps.templates import NOT_APPLICABLE, NOT_KNOWN, SIXTY_DAYS, Box
from riskwarn.tbtsps.validation import Breach, validate
from riskwarn.tbtsps.validation_parts import chosen
from riskwarn.text import Lang, translator

LONGEST = 20_000  # characters of one box that are taken; the printed form shows far fewer
_LINE, _MOST_ROWS = 70, 14


@dataclass(frozen=True)
class BoxView:
    """One box. ``unknown``: codes in it that the form does not have; ``theirs``: what another person wrote meanwhile."""

    box: Box
    text: str
    codes: tuple[str, ...]
    unknown: tuple[str, ...]
    breaches: tuple[Breach, ...]
    theirs: str | None

    @property
    def rows(self) -> int:
        """Lines that the text needs, within bounds."""
        needed = sum(1 + len(line) // _LINE for line in self.text.split("\n"))
        return max(1, min(_MOST_ROWS, needed))

    @property
    def is_wrong(self) -> bool:
        return any(breach.severity == "error" for breach in self.breaches)


@dataclass(frozen=True)
class Offer:
    """A step that the person's role allows in this state; ``hindered`` names what has to happen first ('' : nothing)."""

    action: str
    fields: tuple[str, ...]
    needs_reason: bool
    hindered: str


def checked(draft: Draft, said: Mapping[str, str], circulated_on: date) -> tuple[Draft, tuple[Breach, ...]]:
    """The draft as it would be kept with these boxes written anew, and the rules that it would break."""
    for key, text in said.items():
        if key in draft.template.keys and text != draft.boxes.get(key, ""):
            draft = draft.with_box(key, text)
    return draft, validate(draft, circulated_on)


def box_views(
    draft: Draft, breaches: Sequence[Breach], written: Mapping[str, str], theirs: Mapping[str, str]
) -> list[tuple[str, list[BoxView]]]:
    """The boxes in the order of the form, by number; ``written`` is what the person wrote and could not be kept."""
    found: dict[str, list[BoxView]] = {}
    for box in draft.template.boxes:
        text = written.get(box.key, draft.boxes.get(box.key, ""))
        codes = tuple(chosen(text)) if box.kind in ("choice", "multi") else ()
        unknown = tuple(code for code in codes if code not in {option.code for option in box.options})
        own = tuple(breach for breach in breaches if breach.key == box.key)
        found.setdefault(box.number, []).append(BoxView(box, text, codes, unknown, own, theirs.get(box.key)))
    return list(found.items())


def whole_draft(draft: Draft, breaches: Sequence[Breach]) -> list[Breach]:
    """What is said of the draft as a whole, or of a box that its form does not have."""
    return [breach for breach in breaches if breach.key not in draft.template.keys]


def offers(
    now: Notification, roles: Collection[str], login: str, history: Sequence[Mapping[str, Any]], breaches: Sequence[Breach], unanswered: int
) -> list[Offer]:
    """Every step that the roles allow, but writing: that is what the boxes are for. ``unanswered``: comments without an answer."""
    found = []
    for action in life.possible(now.state):
        step = life.steps()[action]
        if action == "edit" or step.role not in roles:
            continue
        hindered = ""
        if step.needs_second_person and login in _authors(history):
            hindered = "second person"
        elif step.needs_valid and any(breach.severity == "error" for breach in breaches):
            hindered = "errors"
        elif step.needs_answers and unanswered:
            hindered = "answers"
        found.append(Offer(action, step.fields, step.needs_reason, hindered))
    return found


def _authors(history: Sequence[Mapping[str, Any]]) -> set[str]:
    """Who began the text and who wrote it last: neither approves it."""
    wrote = [step["actor"] for step in history if step["action"] in ("create", "edit")]
    return {wrote[0], wrote[-1]} if wrote else set()


def way(draft: Draft) -> tuple[Both, ...]:
    """Why this form and article; empty for what follows a notification, which goes the way of the first."""
    return recommend(draft.question).reasons if draft.question is not None else ()


def objective_of(draft: Draft) -> Both | None:
    if draft.question is None:
        return None
    told = objectives()[draft.question.objective]
    return Both(told["zh"], told["en"])


def suggestions(draft: Draft) -> list[str]:
    """What a date box may say besides a day, in the language of the form."""
    return [texts[draft.language] for texts in (SIXTY_DAYS, NOT_KNOWN, NOT_APPLICABLE)]


def as_told(breach: Breach, lang: Lang) -> dict[str, str]:
    """A breach for the page's script, in the reader's language."""
    _ = translator(lang)
    word, text = _("breach " + breach.severity), breach.text.in_(lang)
    return {
        "key": breach.key, "box": breach.box, "rule": breach.rule, "severity": breach.severity, "word": word, "text": text,
        "said": word + _("colon") + text, "where": _("box {number}").format(number=breach.box) if breach.box else "",
        "source": breach.source, "named": _("rule {rule}").format(rule=breach.rule),
    }  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Words of life.toml and other reviewed files in the reader's language."""

    lang: Lang

    def state(self, state: str) -> str:
        return state_name(state).in_(self.lang)

    def step(self, name: str) -> str:
        """A step, or what it must say."""
        return step_name(name).in_(self.lang)

    def both(self, text: Both) -> str:
        return text.in_(self.lang)
