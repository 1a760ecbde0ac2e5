"""执法人员说明: what an officer says of what was noted about them, by a one-time code, without an account.

Words: officer word 执法人员说明, code 一次性的码, token what the QR holds. Promises: the server keeps of a token its
SHA-256 alone; a code serves once, for a day, for one record; it shows what was answered 否 and nobody's name; what is
said has a receipt of its own, and stands beside the record without changing it.
"""
