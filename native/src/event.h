// One thing that JavaScript is told: a kind (a word the TypeScript side knows), the ticket of the
// message or recipient it is about, what is known, and bytes of the body.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "facts.h"

namespace milter {

using Ticket = uint64_t;
using Bytes = std::vector<unsigned char>;

struct Event {
  const char* kind;
  Ticket ticket = 0;
  Facts facts;
  Bytes bytes;
  std::string detail;
};

}  // namespace milter
