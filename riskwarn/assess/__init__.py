"""From signals to warnings: episodes over nights, the colour and its rule, the reason in plain words."""
