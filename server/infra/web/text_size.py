"""字号: any page taken with ?text_size=large is drawn large, and a cookie keeps it so. No script, no session,
no route of its own: the link is the page itself, so nobody loses the place they were reading."""

from urllib.parse import urlencode

from flask import Flask, Response, request

SIZES = ("normal", "large")
COOKIE = "text_size"
ONE_YEAR = 365 * 24 * 3600


def offer_text_sizes(app: Flask) -> None:
    @app.context_processor
    def sizes() -> dict[str, object]:
        return {"text_size": text_size()}

    app.jinja_env.globals["text_size_url"] = text_size_url
    app.jinja_env.globals["page_url"] = page_url
    app.after_request(_remember)


def text_size() -> str:
    asked = request.args.get(COOKIE) or request.cookies.get(COOKIE)
    return asked if asked in SIZES else SIZES[0]


def text_size_url(size: str) -> str:
    """This page in another size."""
    return _here(**{COOKIE: size})


def page_url(number: int) -> str:
    """This list at another page, every filter kept."""
    return _here(page=str(number))


def _here(**changes: str) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    return f"{request.path}?{urlencode([*kept, *changes.items()])}"


def _remember(response: Response) -> Response:
    asked = request.args.get(COOKIE)
    if asked in SIZES:
        response.set_cookie(
            COOKIE, asked, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response
