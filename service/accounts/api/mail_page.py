"""/dev/mail with MAIL_PAGE=1: shows this machine the mails that would be sent."""

from html import escape

from flask import Blueprint, Response, request

from service.accounts.api.ports import ready_ports
from service.accounts.model import Mail
from service.accounts.ports import Ports
from service.accounts.usecases.mails import MAIL_PAGE, list_shown_mails
from service.accounts.usecases.send_mails import text_of
from service.shared.api.context import answer
from service.shared.api.guards import require_this_machine

blueprint = Blueprint("mail_page", __name__)
blueprint.before_request(require_this_machine)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Moodrop mails</title>
</head>
<body>
<main>
<h1>Mails</h1>
<p>MAIL_PAGE=1: mails are shown here for a day, and none is sent. Reload the page to see new ones.</p>
{mails}
</main>
</body>
</html>
"""
_NO_MAIL = "<p>There is no mail yet.</p>"
_MAIL = """<article lang="{language}" dir="{direction}">
<hr>
<h2>{subject}</h2>
<p lang="en" dir="ltr">To {to}, <time datetime="{at}">{time}</time></p>
{body}
</article>
"""


@blueprint.get(MAIL_PAGE)
def show_mails() -> Response:
    """Show the mails, newest first: a page, or JSON if the request accepts that rather."""
    ports = ready_ports()
    mails = list_shown_mails(ports)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        response = answer({"mails": [_as_json(ports, mail) for mail in mails]})
    else:
        shown = "".join(_as_html(ports, mail) for mail in mails) or _NO_MAIL
        response = Response(_PAGE.format(mails=shown), mimetype="text/html", headers={"Cache-Control": "no-store"})
    response.vary.add("Accept")
    return response


def _as_json(ports: Ports, mail: Mail) -> dict[str, object]:
    text = text_of(ports, mail)
    return {
        "mail_id": mail.mail_id,
        "to": mail.to,
        "template": mail.template,
        "language": mail.language,
        "created_at": mail.created_at,
        "subject": text.subject,
        "text": text.text,
        "html": text.html,
        "code": text.code or None,
        "links": [address for _, address in text.links],
    }


def _as_html(ports: Ports, mail: Mail) -> str:
    text = text_of(ports, mail)
    return _MAIL.format(
        language=escape(mail.language),
        subject=escape(text.subject),
        to=escape(mail.to),
        at=mail.created_at.isoformat(),
        time=f"{mail.created_at:%H:%M:%S} UTC",
        direction=text.direction,
        body=text.body(),
    )
