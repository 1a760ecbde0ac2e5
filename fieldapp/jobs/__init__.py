"""后台任务: what is to be done later or again and again, in our own tables and in the transaction that asks for it.

Promises: what was asked for in a transaction that was committed is done, also after kill -9, a power cut or a restart,
and nothing of one that was undone; a job that carries a key is done once; a transactional one is never done twice; one
that fails is tried again, later and later, and when it is given up an administrator sees it.
"""
