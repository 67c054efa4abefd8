"""Why the case store refuses something: the rule by its name, and a text for people in both languages."""

from __future__ import annotations

from typing import Any

from riskwarn.text import Lang, translator


class CaseError(Exception):
    """Something is refused; ``rule`` names the rule, ``values`` say what it met. Nothing was changed."""

    rule = "refused"

    def __init__(self, **values: Any) -> None:
        super().__init__(self.rule)
        self.values = values

    def text(self, lang: Lang) -> str:
        """The rule and what to do, for people. Values that are message ids of states and actions are put in their language."""
        _ = translator(lang)
        named = {
            key: _(f"{key} {value}") if key in ("state", "action", "role", "colour", "field", "scope") else value
            for key, value in self.values.items()
        }
        return _(f"rule {self.rule}").format(**named)

    def __str__(self) -> str:
        return self.text("en")


class IllegalTransition(CaseError):
    """The step does not lead on from the state that the case is in."""

    rule = "illegal_transition"


class MissingField(CaseError):
    """The step demands something that was not said."""

    rule = "missing_field"


class BadField(CaseError):
    """Something was said that is not one of what is allowed."""

    rule = "bad_field"


class Unkeepable(CaseError):
    """A text holds a null character or half of a character, or a number is beyond all counting: no database keeps that."""

    rule = "unkeepable"


class RoleNeeded(CaseError):
    """The person's role does not allow it."""

    rule = "role_needed"


class OutsideUnit(CaseError):
    """The case belongs to a unit that is neither the person's own nor below it."""

    rule = "outside_unit"


class SecondPersonNeeded(CaseError):
    """Somebody else must do it: the person took part before."""

    rule = "second_person"


class BeyondReach(CaseError):
    """A notice reaches further than the person's unit may issue."""

    rule = "beyond_reach"


class EvidenceChanged(CaseError):
    """The machine's evidence changed since a person last took note of it."""

    rule = "evidence_changed"


class NotReady(CaseError):
    """Something must be finished first: ``what`` says what."""

    rule = "not_ready"

    def text(self, lang: Lang) -> str:
        return translator(lang)(f"rule {self.values['what']}").format(**self.values)


class UnknownCase(CaseError):
    """There is no such case."""

    rule = "unknown_case"


class UnknownEntry(CaseError):
    """There is no such measure, step, hand-over or piece of information."""

    rule = "unknown_entry"


class UnknownPerson(CaseError):
    """Nobody active has this login."""

    rule = "unknown_person"


class AttachmentRefused(CaseError):
    """A file is not what it says, of a type not taken, or too large: ``what`` says which."""

    rule = "attachment"

    def text(self, lang: Lang) -> str:
        return translator(lang)(f"rule {self.values['what']}").format(**self.values)


class StoreNotEmpty(CaseError):
    """A backup is not put over cases that are there."""

    rule = "store_not_empty"


class BackupBroken(CaseError):
    """A backup is not what its own manifest says."""

    rule = "backup_broken"


class Conflict(CaseError):
    """Somebody changed the case since it was read; ``changes`` tell who, when and what, oldest first."""

    rule = "conflict"

    def __init__(self, case_id: str, seen: int, now: int, changes: list[dict[str, Any]]) -> None:
        super().__init__(id=case_id, seen=seen, now=now)
        self.changes = changes

    def text(self, lang: Lang) -> str:
        _ = translator(lang)
        lines = [_(f"rule {self.rule}").format(**self.values)]
        for step in self.changes:
            moved = f"{_('action ' + step['action'])} -> {_('state ' + step['to_state'])}"
            lines.append(f"  {step['done_at']:%Y-%m-%d %H:%M} UTC {step['actor']}: {moved} {step['reason']}".rstrip())
        return "\n".join(lines)
