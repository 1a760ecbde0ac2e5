"""节假日: which days people work on, and when a term ends.

Words: 休 day off, 班 working weekend (调休上班), 工作日 working day, 期限 term, 暂算 provisional.
Promises: what an administrator has entered wins over the table that comes with the program; a year that nobody has
announced is said to be unknown, on the dashboard and at every term that reaches into it, and never guessed in silence.
"""
