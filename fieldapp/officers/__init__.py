"""执法人员名册: who of which 行政执法机关 holds which 执法证, and until when.

Words: officer 执法人员, certificate number 执法证号, register 名册, finding 核对结果 (rules.RESULTS).
Promises: whoever was entered stays, also when ended or expired, and says so; a file is taken whole or not at all, with
every mistake in it named; what is exported imports again without a difference; what is found of an officer is said
beside a record and never refuses it.
"""
