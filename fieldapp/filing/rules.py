"""What may follow on what, for the kinds of filing that share it. Pure."""

# (state, act) → state. What was submitted is final; before, a draft can be kept, handed in, or discarded.
FINAL_ONCE_SUBMITTED: dict[tuple[str | None, str], str] = {
    (None, "save"): "draft",
    (None, "submit"): "submitted",
    (None, "discard"): "discarded",
    ("draft", "save"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "discard"): "discarded",
}
# The same of a kind whose words can be erased by law. Source: 个人信息保护法 art. 47.
ERASABLE = FINAL_ONCE_SUBMITTED | {(state, "erase"): "erased" for state in ("draft", "submitted", "discarded")}
