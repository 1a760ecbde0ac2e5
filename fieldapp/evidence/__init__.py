"""证据: photos, audio, signatures and files, kept as they came.

Promises: an original is never re-encoded and is known by the SHA-256 of its bytes; it is on disk (fsync) before anyone
is told that it arrived; smaller views are made beside it, without EXIF, in a child process with limits; what is no
picture, or would burst the memory, is refused in words and harms nothing else.
"""
