"""群众码: the codes that citizens scan, issued and printed, shown at a visit, bound to it, and ended.

评价码 rating code (一次码 slip: one code, one rating; 长期码 poster: many, less certain) · 发码 issuing ·
绑定 binding · 作废 revoking.
Promises: a code is 80 random bits and never told twice; a slip belongs to one person's stock and to one visit at most;
what was rated with a code stays when the code ends. What a rating is, nobody here knows: who wants to know of a binding
says so (`operations.on_bound`), and is called in its transaction.
"""
