"""riskwarn: early warning of quality and safety risks in imported and exported goods."""

__version__ = "0.1.0"
