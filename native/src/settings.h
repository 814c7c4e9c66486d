// What the JavaScript side decided once, before the start; read-only for all threads afterwards.
#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace milter {

// libmilter's numbers of the stages at which macros arrive (SMFIM_*).
constexpr size_t kStages = 7;

enum class BodyMode { kNone, kBuffer, kStream };

struct Settings {
  std::string name;
  std::string connection;  // as smfi_setconn takes it
  std::string address;     // host or path, where the socket can be reached in the end
  int port = 0;            // 0: a unix socket
  unsigned long actions = 0;
  BodyMode body = BodyMode::kNone;
  size_t maxBytes = 0;
  size_t batchBytes = 0;
  bool overflowRejects = false;
  bool failureRejects = false;
  bool asksRecipients = false;
  size_t recipients = 0;
  size_t headerBytes = 0;
  size_t sessions = 0;
  std::chrono::milliseconds handlerTimeout{0};
  std::chrono::milliseconds progress{0};
  std::array<std::vector<std::string>, kStages> macros;  // names to read at each stage
  std::array<std::string, kStages> requested;            // lists to ask the MTA for; empty: none
};

}  // namespace milter
