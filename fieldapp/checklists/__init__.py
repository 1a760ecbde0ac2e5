"""清单: the 行政执法监督明细表, in versions.

Words: checklist version 清单版本, category 大类, item 指标, stage 环节, mode 监督方式, domain 领域,
circumstance 适用情形 (applies_when).
Promises: a published version never changes and is accepted for ever; a legal basis marked 待核 is never shown as
settled law.
"""
