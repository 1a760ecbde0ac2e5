"""The door of the phone app. It admits strangers: nothing behind it carries personal data, and a phone must be able
to keep its pages before anybody has signed in."""

from fieldapp import access

field = access.door("field", __name__, admits=access.EVERYONE, url_prefix="/field")
