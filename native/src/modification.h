// One change to the message, as the editor ordered it; sent to the MTA at the end of the message.
#pragma once
#include <libmilter/mfapi.h>

#include <optional>
#include <string>

namespace milter {

struct Modification {
  std::string kind;
  int index = 0;
  std::string first;
  std::optional<std::string> second;
};

// False when the MTA cannot be reached or did not offer this kind of change.
bool Apply(SMFICTX* context, const Modification& modification);

}  // namespace milter
