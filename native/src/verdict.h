// The answer to a recipient or a message. Only the JavaScript handler's own answer can be `kAccept`;
// whatever goes wrong ends in Failure().
#pragma once
#include <libmilter/mfapi.h>

#include <string>
#include <vector>

#include "settings.h"
#include "statistics.h"

namespace milter {

struct Verdict {
  enum class Kind { kAccept, kDiscard, kReply, kReject, kTempfail };
  Kind kind = Kind::kTempfail;
  std::string code;
  std::string enhanced;
  std::vector<std::string> lines;
};

Verdict Failure(const Settings& settings);

// Sets the reply, if there is one, and returns what the callback has to return.
sfsistat Emit(SMFICTX* context, const Verdict& verdict);

void Count(Statistics& statistics, const Verdict& verdict);

}  // namespace milter
