"""监督员手机端: shells without personal data, and the service worker. It admits strangers: a phone must be able to keep
its pages before anybody has signed in.
"""

from fieldapp import access

field = access.door("field", __name__, admits=access.EVERYONE, url_prefix="/field")
