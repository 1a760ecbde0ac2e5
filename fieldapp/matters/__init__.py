"""事项: what somebody owes an answer to until it is closed: a bad rating today, and every later kind by one value.

事项 matter · 承办人 owner · 受理期限, 办结期限 terms · 延期 extension · 办理经过 log · 办结 closing.
Promises: one table says who may do what in which state, for the pages and for the machine alike; every step is a line
of a log that the database itself keeps from being rewritten, and an entry of the audit chain; a term that was
announced never moves earlier. What a kind of matter is about, nobody here knows: see `kinds.MatterKind`.
"""
