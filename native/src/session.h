// What is collected of one SMTP session between callbacks; owned by libmilter's context, touched by
// one callback at a time.
#pragma once
#include <memory>

#include "exchange.h"
#include "facts.h"

namespace milter {

struct Message {
  Facts sender;
  Facts recipients;
  Facts headers;
  size_t recipientCount = 0;
  size_t headerBytes = 0;
  uint64_t bodyBytes = 0;
  Bytes body;                          // whole, or the batch that is being filled
  bool limited = false;                // a limit was passed: fails at its end
  bool overflown = false;              // longer than a buffered body may be
  bool late = false;                   // JavaScript did not take the body in time
  std::shared_ptr<Exchange> exchange;  // since JavaScript knows of the message
};

struct Session {
  Facts connection;
  std::unique_ptr<Message> message;
};

}  // namespace milter
