"""人员与机构: who supervises, who is supervised, and who may see what.

Words: organisation 机构, locality 区镇, user 用户, working group 监督工作组, certificate 行政执法监督证, contact point
基层联系点.
Promises: nobody is ever deleted (disabled with a reason instead); who may see which rows is decided in `scope.py`
alone; a sign-in is a row that can be ended from elsewhere; guessing passwords is slowed down across all processes.
"""
