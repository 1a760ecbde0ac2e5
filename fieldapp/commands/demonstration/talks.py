"""What parties say in 云川市: an interview for most visits, and four that show what a reviewer has to look at."""

import io
import math
import secrets
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fieldapp import ids
from fieldapp.commands.demonstration import photos, records, sayings
from fieldapp.commands.demonstration.phone_filings import Picture, file_interview, send_of_interview
from fieldapp.people.models import User
from fieldapp.visits.models import Visit

_RATE_HZ = 8000


@dataclass
class Talk:
    """One interview of one visit. `course`: usual, alone (filled in by the party, one answer stands otherwise since),
    callback (with a telephone and a recording), refused."""

    random: Random
    author: User
    started_at: datetime
    course: str = "usual"

    def hold(self, visit: Visit) -> None:
        """Files it, all its revisions and files."""
        body = records.interview_body(self.random, visit, started_at=self.started_at)
        {"alone": self._alone, "callback": self._callback, "refused": self._refused}.get(self.course, self._usual)(body)

    def _usual(self, body: dict[str, Any]) -> None:
        file_interview(self.author, ids.mint(), body)

    def _alone(self, body: dict[str, Any]) -> None:
        interview_id = ids.mint()
        signed = Picture(photos.signature(self.random.randrange(10**6)), None, self.started_at, source="signature")
        body |= {
            "conducted": "handed_over", "level": 2, "answers": dict(sayings.ALONE),
            "signature": {"evidence": signed.id}, "suggestion": "", "state": "draft",
            "opinion": "希望进门先说清楚来干什么。", "facts": dict(sayings.ALONE_FACTS),
        }  # fmt: skip
        file_interview(self.author, interview_id, body)
        answers = body["answers"] | {"q1": "亮了，晚了一点。"}
        body |= {"revision": 2, "base_revision": 1, "state": "submitted", "answers": answers}
        file_interview(self.author, interview_id, body)
        send_of_interview(self.author, signed, interview_id=interview_id)

    def _callback(self, body: dict[str, Any]) -> None:
        interview_id = ids.mint()
        spoken_at = self.started_at + timedelta(minutes=4)
        spoken = Picture(tone(seconds=2), None, spoken_at, source="audio")
        respondent = {
            "kind": "employee",
            "name": "某丙（示例）",
            "contact": "000-0000-0021",
            "salt": secrets.token_hex(16),
        }
        body |= {
            "anonymous": False, "respondent": respondent, "callback": True, "recordings": [spoken.id], "level": 2,
            "answers": dict(sayings.WANTS_A_CALL), "opinion": "具体的在电话里说。",
            "facts": body["facts"] | {"show_credentials": "yes", "inform_rights": "no"},
        }  # fmt: skip
        file_interview(self.author, interview_id, body)
        send_of_interview(self.author, spoken, interview_id=interview_id)

    def _refused(self, body: dict[str, Any]) -> None:
        body |= {
            "consent": None, "level": None, "facts": {}, "answers": {}, "opinion": "", "suggestion": "",
            "signature": None, "refused": {"reason": "没有时间"},
        }  # fmt: skip
        file_interview(self.author, ids.mint(), body)


def tone(*, seconds: int) -> bytes:
    """A quiet tone as a WAV file: something to press the button on."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE_HZ)
        sound.writeframes(bytes(128 + round(30 * math.sin(at / 4)) for at in range(_RATE_HZ * seconds)))
    return file.getvalue()
