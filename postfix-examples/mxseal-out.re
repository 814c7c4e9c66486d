# Drops the way header from notifications that leave (smtp_header_checks of mxseal-notify).
/^X-MXSeal-Way:/  IGNORE
