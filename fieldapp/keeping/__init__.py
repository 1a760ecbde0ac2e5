"""保管: that what is kept stays whole, can be checked, and can be brought back.

Words: backup 备份, verification 核对, rescue package 救援包. Promises: a backup that cannot be restored is refused when
it is made or checked, not when it is needed; every row and original is held against the chain.
"""
