# The one way out of port 10043 (milter_header_checks): only for headers that a milter added.
# The log line "milter-header-filter: header X-MXSeal-Way: notify" is the record of a release.
/^X-MXSeal-Way: notify$/  FILTER mxseal-notify:
