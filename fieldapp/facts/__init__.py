"""答题明细: what was answered, one row an answer, for counting; derived from what was filed and never the source of it.

Promises: only what is filed is in here, each record by its newest submitted revision; counted is what is approved,
what waits for review is there as 待审; thrown away and made again, the rows are the same; outside one's reach nothing
is counted.
"""
