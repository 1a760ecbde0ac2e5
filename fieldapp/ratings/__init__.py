"""好差评: citizens rate what just happened, at the kerb, and a bad rating is followed up to the end.

评价码 rating code (一次码 slip: one code, one rating; 长期码 poster: many, less certain) · 评价 rating ·
查询码 receipt code · 追评 addendum · 差评办理 follow-up · 回访 call · 意见建议 opinion.
Promises: one tap is one rating and two strangers are never one; nobody is refused for looking suspicious, but
counted apart; addresses are kept only as keyed hashes, and not for long; who is rated cannot learn who rated.
"""
