# Replies of port 10043 as mxseal-hold understands them (smtp_reply_filter).
# Only the refusals that mxseal itself gives stay permanent: 5.7.10 (no protected way), 5.1.2 (no
# such domain), 5.1.10 (takes no mail). Every other 5xx becomes 4xx: the mail waits and somebody
# looks, instead of good mail that bounces because of a setting in main.cf.
/^(5[0-9][0-9][ -]5\.7\.10 .*)$/      $1
/^(5[0-9][0-9][ -]5\.1\.(2|10) .*)$/  $1
/^5([0-9][0-9])([ -])5\.(.*)$/        4$1${2}4.$3
/^5(.*)$/                             4$1
