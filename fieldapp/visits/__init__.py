"""监督活动: a visit is one going-along: when, where, which agency, in which mode and domain, by which working group.

Promises: a phone can open a visit of its own offline (临时监督) under an id it minted, and take it back as long as
nothing happened at it; a planned visit is changed by the desk only.
"""
