"""提交: what makes any filing from a phone safe.

Words: revision 版次, receipt 回执, device 设备. Promises: the same filing sent again gives the same receipt; another
content under the same number is a conflict that keeps both; a receipt is signed and can be checked by anyone without
this server.
"""
