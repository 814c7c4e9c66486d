# Domains that mxseal leaves alone, as full-address patterns: "/@domain$/ way".
# ":" means Postfix's ordinary routing (delivered here, or by virtual_transport and the like).
# Keep `domains.local` and `domains.routed` in mxseal.toml in step with this file.
# Prevents: inbound and local mail that waits because mxseal is down, and mail to a partner with
# a route of its own that goes out to the public MX instead.
#
# Do not list a domain of yours that is hosted elsewhere (Microsoft 365 and the like): its mail
# would leave by ordinary routing, in plaintext if nothing better is offered. Name it under
# `domains.own_remote` in mxseal.toml.

/@(.+\.)?company\.example$/  :
/@localhost$/             :

# A partner over a fixed line:
# /@partner\.example$/    smtp:[192.0.2.25]
