"""The WTO's two transparency agreements in both directions: our measures out, comments on those of others.

A warning is not a notification: Members notify measures, never bad lots. Nothing here notifies by itself; an officer chooses and signs.
"""
