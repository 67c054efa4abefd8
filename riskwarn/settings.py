"""Settings: one frozen object, built once at the edge, the only reader of the environment."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# Every date in riskwarn is a date in China: as_of, delivery dates, weeks.
TIMEZONE = ZoneInfo("Asia/Shanghai")
# Of a host elsewhere by TLS only; without it of this machine alone.
WEB = r"^(https://[^\s/?#@]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?$"


class Settings(BaseSettings):
    """Where riskwarn keeps its state and how much of the machine it may use.

    Each field is read from ``RISKWARN_<FIELD>``; nothing else reads the environment.
    """

    model_config = SettingsConfigDict(env_prefix="RISKWARN_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="folder that holds landing/, lake/, published/ and the rest")
    cases_url: SecretStr | None = Field(default=None, description="SQLAlchemy URL of the case store; unset: SQLite in home")
    lang: str = Field(default="zh_CN", pattern="^(zh_CN|en)$", description="language of what the command line prints")
    memory_limit: str = Field(default="1500MB", description="DuckDB memory limit of one stage")
    threads: int = Field(default=2, ge=1, description="DuckDB threads of one stage")
    levels: str = Field(default="judged", pattern="^(judged|all)$", description="series built: levels that an indicator judges, or all")
    keep_nights: int = Field(default=14, ge=1, description="published nights that stay on disk")
    keep_raw_days: int = Field(default=400, ge=1, description="raw files older than this may be removed by `riskwarn doctor --expire`")
    list_budget: int = Field(default=20, ge=1, description="statistical warnings opened in one night, at most; the rest is logged as cut")
    retry_delay_seconds: float = Field(default=300, ge=0, description="Airflow: first retry delay, doubled each time")
    alert_mail_to: str = Field(default="", description="Airflow: addresses told of a failed night (uses its smtp_default connection)")
    smtp_host: str = Field(default="", description="mail server for subscriptions; empty: no mail is sent")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_security: str = Field(default="starttls", pattern="^(starttls|ssl|none)$", description="starttls, ssl or none")
    smtp_user: str = Field(default="", description="login at the mail server; empty: none")
    smtp_password: SecretStr | None = Field(default=None, description="password at the mail server")
    mail_from: str = Field(default="", description="sender's address of what riskwarn mails")
    webhook_secret: SecretStr | None = Field(default=None, description="key that signs webhooks (HMAC-SHA256 of the body)")
    console_url: str = Field(default="", pattern=WEB, description="address of the console as people open it; empty: as each request says")
    password_sign_in: bool = Field(default=True, description="people may sign in to the console with a password kept here")
    oidc_issuer: str = Field(default="", pattern=WEB, description="OpenID Connect: address of the identity provider; empty: none")
    oidc_client_id: str = Field(default="", description="name under which the provider knows the console")
    oidc_client_secret: SecretStr | None = Field(default=None, description="its secret there; unset: a public client")
    oidc_ca_file: Path | None = Field(default=None, description="certificates (PEM) that the provider's TLS is checked against")
    oidc_login_claim: str = Field(default="preferred_username", description="claim that holds the person's login")
    oidc_groups_claim: str = Field(default="groups", description="claim that holds the person's groups")
    oidc_groups: dict[str, str] = Field(default={}, description="JSON: group -> 'role unit'; empty: only people already known may enter")
    debug: bool = Field(default=False, description="show the traceback of an error on the command line")
    max_file_mb: int = Field(default=4096, ge=1, description="a landing file larger than this, unpacked, is quarantined")

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def work(self) -> Path:
        """Files of the night being made; never read by analysts."""
        return self.home / "work"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def warehouse(self) -> Path:
        """The symbolic link to the newest published night."""
        return self.home / "warehouse.duckdb"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def config(self) -> Path:
        """Files that the authority writes: subscriptions, units, agencies."""
        return self.home / "config"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def attachments(self) -> Path:
        """Files that people attached to cases, by their SHA-256."""
        return self.home / "attachments"

    @property
    def cases_database(self) -> str:
        """SQLAlchemy URL of the case store."""
        if self.cases_url is not None:
            return self.cases_url.get_secret_value()
        return f"sqlite:///{(self.home / 'cases.sqlite').resolve()}"


def day_of(instant: datetime) -> date:
    """The Chinese calendar date of an instant (which must carry a time zone)."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no date in China")
    return instant.astimezone(TIMEZONE).date()
