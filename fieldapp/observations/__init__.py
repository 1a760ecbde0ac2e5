"""监督记录: what one supervisor recorded of one visit, in revisions.

Words: observation 监督记录, revision 版次, answer 逐项结果, timeline 时间线, circumstance 适用情形.
Promises: no revision is ever overwritten or deleted; only the author writes, and only while it is a draft or returned;
what may follow on what is one table (`rules.TRANSITIONS`); it is complete when every file it names has arrived with
the right hash.
"""
