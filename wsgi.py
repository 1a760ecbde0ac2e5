"""What gunicorn and the flask command load."""

from fieldapp import create_app

app = create_app()
