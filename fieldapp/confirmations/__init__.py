"""确认: another supervisor who went along says that a record is right, or at which items it is not.

Words: confirmation 确认, deviation 不同意见, counts 有效. Promises: it names record, revision and digest, so a record
that is submitted anew waits to be confirmed again; what is said is filed whoever says it, and counts only from another
supervisor of the same visit; what is submitted is final.
"""
