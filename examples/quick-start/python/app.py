"""Sign-in with OneCert: authorization code with PKCE, checked by Authlib."""

import json
import os
import secrets

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, render_template_string, request, session
from joserfc.errors import JoseError

ISSUER, PORT = os.environ["ISSUER"], os.environ["PORT"]
HOME = f"http://localhost:{PORT}/"
with open("client.json", encoding="utf-8") as file:
    client = json.load(file)

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)  # a real app keeps it, so that a restart signs nobody out
app.config.update(SESSION_COOKIE_NAME="app_session", SESSION_COOKIE_SAMESITE="Lax")
onecert = OAuth(app).register(
    "onecert",
    client_id=client["client_id"],
    client_secret=client["client_secret"],
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
)

PAGE = """{% if name %}<p>Signed in as <b>{{ name }}</b></p>
<form method="post" action="/logout"><button>Sign out</button></form>
{% else %}<p><a href="/login">Sign in with OneCert</a></p>{% endif %}"""


@app.get("/")
def home():
    return render_template_string(PAGE, name=session.get("name"))


@app.get("/login")
def login():
    return onecert.authorize_redirect(HOME + "callback")  # makes state, nonce and PKCE, kept in the session


@app.get("/callback")
def callback():
    if request.args.get("iss") != ISSUER:  # RFC 9207: the answer comes from whom we asked
        abort(400)
    # Checks state and PKCE, then of the ID token: signature, nonce, times, and what is named here.
    named = {"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": client["client_id"]}}
    token = onecert.authorize_access_token(claims_options=named)
    person = onecert.userinfo(token=token)
    if person["sub"] != token["userinfo"]["sub"]:  # OpenID Connect Core 1.0 §5.3.2
        abort(400)
    session.clear()
    session.update(sub=person["sub"], name=person["name"], id_token=token["id_token"])
    return redirect("/")


@app.post("/logout")
def logout():
    id_token = session.get("id_token")
    session.clear()
    if id_token is None:
        return redirect("/", 303)
    return onecert.logout_redirect(HOME, id_token)


@app.errorhandler(OAuthError)
@app.errorhandler(JoseError)
def failed(error):
    app.logger.error("%s %s", error.error, error.description)
    return '<p>The sign-in did not work. <a href="/login">Try again</a></p>', 400


if __name__ == "__main__":
    app.run("localhost", int(PORT))
