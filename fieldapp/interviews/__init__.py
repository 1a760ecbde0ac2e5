"""访谈: what a party said, with consent, anonymous unless the party wants otherwise.

Promises: no interview is filed as submitted without a recorded consent (which text, how, when); the respondent's name
and contact are sealed apart from the words; revisions as for observations.
"""
