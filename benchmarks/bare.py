"""A Flask that answers everything with a short JSON: what HTTP, gunicorn and Flask cost before any work is done."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.route("/", defaults={"path": ""})
@app.route("/<path:path>", methods=["GET", "PUT", "POST"])
def answer(path: str) -> Response:
    """Reads what was sent, and says that it came."""
    return jsonify(bytes=len(request.get_data()))
