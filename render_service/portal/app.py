# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: settings in, a site out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from render_service.portal import database, errors, headers, languages, origins
from render_service.portal.accounts.profile import profile
from render_service.portal.accounts.sessions import TableSessions, refuse_without_database
from render_service.portal.accounts.tokens import accept_tokens, tokens
from render_service.portal.accounts.views import accounts
from render_service.portal.api.views import api
from render_service.portal.checks import make_folder
from render_service.portal.compress import compress_files
from render_service.portal.config import Settings, load_settings, with_secret
from render_service.portal.extensions import csrf, login
from render_service.portal.limits import limit_requests
from render_service.portal.moments import word_moments
from render_service.portal.pages import pages
from render_service.portal.people.saved import looks
from render_service.portal.people.views import people
from render_service.portal.prints.views import prints
from render_service.portal.renders.shares import shares
from render_service.portal.renders.views import renders
from render_service.portal.watch.logs import log_requests
from render_service.portal.watch.metrics import measure
from render_service.portal.watch.views import watch

LARGEST_BODY = 256 * 1024
MOST_PARTS = 100


class Json(DefaultJSONProvider):
    """JSON as it is written and read here: measurements keep their order, and endless nesting is no JSON."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read; raises ``ValueError``."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def create_app(settings: Settings | None = None) -> Flask:
    """The site.

    Parameters
    ----------
    settings : as the environment says where None, which is how ``flask --app render_service.portal.app`` finds it

    Raises
    ------
    ConfigError
    """
    settings = settings or load_settings({})
    make_folder(settings)
    app = Flask("render_service.portal")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=with_secret(settings),
        SQLALCHEMY_DATABASE_URI=settings.database(),
        # A connection for each thread, and some to count requests with.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "pool_size": settings.threads, "max_overflow": 8},
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_PARTS,
        TRUSTED_HOSTS=settings.hosts(),
        PREFERRED_URL_SCHEME="https" if settings.production else "http",
        # Programs send no referrer, and some people's browsers neither; ``origins`` asks what browsers do send, and
        # cookies with ``__Host-`` cannot come from another host.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session lives
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        DEBUG=settings.debug,
    )
    app.json = Json(app)
    app.session_interface = TableSessions(settings.secure_cookies)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["outbox"] = ThreadPoolExecutor(1, thread_name_prefix="outbox")
    measure(app)
    log_requests(app)
    app.before_request(refuse_without_database)
    database.bind(app)
    login.init_app(app)
    login.session_protection = None  # our sessions have limits and an end of their own
    languages.speak(app, settings.data / "translations")
    origins.refuse_other_sites(app)
    accept_tokens(app)
    limit_requests(app)
    csrf.init_app(app)
    word_moments(app)
    compress_files(app)
    headers.protect(app, settings.secure_cookies)
    errors.explain(app)
    for blueprint in (pages, accounts, profile, tokens, people, looks, prints, renders, shares, api, watch):
        app.register_blueprint(blueprint)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[settings.proxies] * 3)  # type: ignore[method-assign]
    return app
