"""Builds the application, in short steps."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from flask import Flask, g, request, session, url_for
from flask_babel import Babel
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import menu
from app.core import format as formats
from app.core import web
from app.core.access import Actor
from app.core.database import db
from app.core.pdf import fonts

DOMAINS = ("accounts", "stations", "products", "trade", "logistics", "traceability", "training", "datacenter")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
ROOT = Path(__file__).resolve().parent.parent

babel = Babel()
login_manager = LoginManager()
migrate = Migrate()


def create_app(**settings: Any) -> Flask:
    """Build the application from the environment; ``settings`` override it (for tests and the command line)."""
    app = Flask("app", root_path=str(ROOT / "app"), static_folder=str(ROOT / "static"), template_folder="templates")
    app.config.from_mapping(config.from_environment() | settings)
    Path(app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    import_models()
    _proxies(app)
    _database(app)
    _languages(app)
    _templates(app)
    _login(app)
    _views(app)
    fonts.use(app.config["FONT"])
    return app


def _proxies(app: Flask) -> None:
    """Behind a proxy, the asker's address and https come from its headers; without one, nobody's headers count."""
    count = app.config["TRUSTED_PROXIES"]
    if count > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=1)  # type: ignore[method-assign]


def import_models() -> None:
    """Every table must be known before the first query or migration."""
    for name in ("app.core.audit", "app.core.documents", "app.core.idempotency", "app.core.jobs", "app.core.seals"):
        importlib.import_module(name)
    for domain in DOMAINS:
        importlib.import_module(f"{domain}.models")


def _database(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True})
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))


def _languages(app: Flask) -> None:
    babel.init_app(app, locale_selector=_locale, timezone_selector=lambda: "Asia/Shanghai")


def _locale() -> str:
    """Chinese, unless the person chose English; on public pages also when the browser asks for English first."""
    if not request:
        return LOCALES["zh"]
    chosen = request.args.get("lang") or session.get("lang")
    if chosen in LOCALES:
        return LOCALES[chosen]
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans-CN", "zh-TW", "en", "en-US", "en-GB"])
    return LOCALES["en"] if best is not None and best.startswith("en") else LOCALES["zh"]


def _templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    formats.register(app)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        actor = g.get("actor")
        return {
            "actor": actor,
            "menu": menu.for_actor(actor, request.endpoint) if request else [],
            "lang_url": _other_language_url(),
            "locale": _locale(),
            **(_places(actor) if request else {}),
        }


def _places(actor: Actor | None) -> dict[str, Any]:
    """The links and the name in the bar."""
    place, note = _place(actor)
    return {
        "place": place,
        "place_note": note,
        "home_url": url_for("home.start" if actor else "home.index"),
        "login_url": url_for("accounts.login_form"),
        "logout_url": url_for("accounts.logout"),
        "password_url": url_for("accounts.own_account"),
        "jobs_url": url_for("jobs.list_jobs"),
    }


def _place(actor: Actor | None) -> tuple[str | None, str | None]:
    """Where one is. The page that says that the database does not answer comes without it."""
    from stations import service as stations_service

    try:
        return stations_service.place_of(actor)
    except OperationalError:
        db.session.rollback()
        return None, None


def _other_language_url() -> str:
    if not request:
        return "/"
    wanted = "zh" if _locale() == LOCALES["en"] else "en"
    return url_for("home.set_language", lang=wanted, next=request.full_path.rstrip("?"))


def _login(app: Flask) -> None:
    login_manager.init_app(app, add_context_processor=False)  # templates know the actor, not the account

    @login_manager.user_loader
    def load(session_id: str) -> Any:
        from accounts import service

        return service.find_by_session(session_id)


def _load_actor() -> Actor | None:
    return current_user.actor if current_user.is_authenticated else None


def _views(app: Flask) -> None:
    web.prepare(app)
    web.csrf.init_app(app)
    web.limiter.init_app(app)
    web.install(app, _load_actor)
    for package in ("app", *DOMAINS):
        views = importlib.import_module(f"{package}.views")
        for blueprint in getattr(views, "blueprints", None) or [views.bp]:
            app.register_blueprint(blueprint)
