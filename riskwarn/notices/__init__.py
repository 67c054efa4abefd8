"""Notices of cases: their facts gathered from the published night and the case store, drafted, signed, kept and handed on."""

from riskwarn.notices.desk import Notice, draft, every, files, get, give_number, hand_on, lift, receive_receipt, sign, void

__all__ = ["Notice", "draft", "every", "files", "get", "give_number", "hand_on", "lift", "receive_receipt", "sign", "void"]
