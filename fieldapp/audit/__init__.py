"""审计: an append-only chain of what was done, by whom, to what.

Promises: every change of a record has its entry in the same transaction; entries carry ids and digests, never names,
telephone numbers or coordinates; an altered, removed or inserted entry is found, and the first bad one is named.
A chain alone does not stop somebody who recomputes it: its heads leave the server inside every receipt.
"""
