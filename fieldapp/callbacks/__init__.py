"""回访: a party who was interviewed wants to be called back; somebody owes the call until it is closed.

回访 callback · 打通 reached · 没打通 unreached.
Promises: every submitted interview that asks for a call has a matter with an owner and terms within seconds, also one
that was filed before there were any; who looked at the telephone, who called and what was said stand in its log;
90 days after the closing the telephone is gone.
"""
