"""What gunicorn and the flask command load."""

from fieldapp import create_app
from fieldapp.config import WeakSettings

try:
    app = create_app()
except WeakSettings as weak:
    raise SystemExit(f"fieldapp：{weak}") from None
