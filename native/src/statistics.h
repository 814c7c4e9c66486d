// Counters that any thread may raise and the JavaScript side may read at any time.
#pragma once
#include <atomic>
#include <cstdint>

namespace milter {

struct Statistics {
  std::atomic<int64_t> sessions{0};
  std::atomic<int64_t> waiting{0};
  std::atomic<int64_t> messages{0};
  std::atomic<int64_t> accepted{0};
  std::atomic<int64_t> discarded{0};
  std::atomic<int64_t> rejected{0};
  std::atomic<int64_t> tempfailed{0};
  std::atomic<int64_t> failures{0};
  std::atomic<int64_t> timeouts{0};
  std::atomic<int64_t> limited{0};
  std::atomic<int64_t> aborted{0};
  std::atomic<int64_t> bodyBytes{0};
};

}  // namespace milter
