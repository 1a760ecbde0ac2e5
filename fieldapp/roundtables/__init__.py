"""座谈: what people of several bodies said around one table, what they agreed on, and who does what by when.

Words: roundtable 座谈, origin 界别, point 发言要点, consensus 共识, action 待办. Promises: it may be of a visit, of an
agency or of neither; names of those present are optional and sealed apart from the words; what is submitted is final;
what is lacking beside the words is marked, never a reason to refuse them.
"""
