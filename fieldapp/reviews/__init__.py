"""审核: a lead reads a submitted record, approves it or returns it with a comment per item.

Promises: nobody reviews their own record; a decision is a row with who, when and why, and is never changed or deleted;
a record can be decided only at the revision that the reviewer read.
"""
