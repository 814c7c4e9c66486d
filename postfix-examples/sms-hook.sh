#!/bin/sh
# /usr/local/bin/mxseal-sms: an SMS hook for mxseal (`sms.hook`), for a modem that smstools 3 drives
# on this machine. Needs jq and iconv. Owned by root, mode 0755; mxseal runs nothing that others may
# change. Try it: mxseal sms test +491701234567
#
# mxseal gives one line on standard input, {"to":"+49…","text":"…","message":"K7QF3MRT"}, and takes
# the exit status for an answer: 0 taken, 75 not now, anything else refused for good. Number and code
# are in variables and pipes only, never on a command line, which everybody on a machine can read;
# write no log of them, and no `set -x`.
set -u
umask 007
# Where smsd looks, and a directory beside it for files that are not whole yet: smsd's user and group,
# mode 2770, and mxseal's user in that group. The unit must let mxseal write there:
#   ReadWritePaths=/var/spool/sms/outgoing /var/spool/sms/drafts
#   SupplementaryGroups=postdrop postfix smsd
outgoing=/var/spool/sms/outgoing
drafts=/var/spool/sms/drafts

later=75
refused=1

json=$(cat)
to=$(printf '%s' "$json" | jq -er '.to | ltrimstr("+")') || exit $refused
message=$(printf '%s' "$json" | jq -er .message) || exit $refused
draft=$(mktemp "$drafts/mxseal-$message-XXXXXX") || exit $later
trap 'rm -f "$draft"' EXIT
# smsd reads ISO 8859-15 unless told otherwise; the text holds nothing that GSM cannot say.
{
  printf 'To: %s\n\n' "$to"
  printf '%s' "$json" | jq -ej .text | iconv -f UTF-8 -t ISO-8859-15//TRANSLIT
} > "$draft" || exit $later
chmod 660 "$draft" && mv "$draft" "$outgoing/" || exit $later
