"""fieldapp: 伴随式监督现场应用. This file is the table of contents of the application."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from fieldapp import access, commands, extensions, web
from fieldapp.config import Settings, read_settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. `settings`: read from the environment when not given."""
    settings = settings or read_settings()
    app = Flask(__name__, instance_path=str(settings.instance))
    app.config.update(_flask_config(settings))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    extensions.bind(app)
    _load_kinds()
    web.open_doors(app)
    commands.register(app)
    access.refuse_unguarded(app)
    return app


def _load_kinds() -> None:
    from fieldapp.filing import kinds  # late: rooms need the extensions bound first

    kinds.load()


def _flask_config(settings: Settings) -> dict[str, object]:
    engine_options: dict[str, object] = {
        "pool_size": settings.pool_size,
        "max_overflow": 10,
        "pool_timeout": 15,
        "pool_use_lifo": True,  # the one just given back: its statements are prepared, what it read last is at hand
        "hide_parameters": True,  # values are persons' words: in no log, no error
    }
    if settings.database_url.startswith("sqlite"):
        # Each thread has a connection, and a statement that it keeps ready costs more memory than to prepare it anew.
        engine_options["connect_args"] = {"cached_statements": 24}
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options,
        "SESSION_COOKIE_NAME": "__Host-fieldapp" if settings.production else "fieldapp",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,  # web/sessions.py says when
        "PERMANENT_SESSION_LIFETIME": settings.session_hours * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # a phone may hold its token for days; it is bound to the session anyway
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "TEMPLATES_AUTO_RELOAD": False,
    }
