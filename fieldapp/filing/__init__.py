"""提交: the one way of filing, whatever is filed.

Words: kind 种类, revision 版次, receipt 回执, device 设备. Promises: the same filing sent again gives the same receipt;
another content under the same number is a conflict that keeps both; an id belongs to one thing; nobody is answered
before the commit; a receipt is signed and can be checked by anyone without this server.
"""
