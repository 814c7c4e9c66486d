// The process's one milter. libmilter keeps its state in globals and its threads live until the
// process ends, so this object is made once and never destroyed.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "gate.h"
#include "pool-prompter.h"
#include "registry.h"
#include "session.h"
#include "settings.h"
#include "statistics.h"

namespace milter {

class Engine {
 public:
  static Engine& Instance();

  // True for the first caller only, from whichever thread; Release takes it back as long as
  // libmilter has not begun to run.
  bool Claim() { return !claimed_.exchange(true); }
  void Release() { claimed_ = false; }

  // Makes the listening socket. An empty string, or what went wrong.
  std::string Listen(Settings settings);
  // Starts libmilter's threads; "listening" is posted when they serve.
  void Run();
  // From now on new sessions are turned away and messages get a temporary failure. smfi_stop is not
  // called, ever: from that moment libmilter answers nothing on the sessions that are open, and their
  // MTAs would wait until the process ends or their own timeout.
  void Drain() { draining_ = true; }
  // Gives up on all that waits, with the failure answer.
  size_t Detach();

  bool Draining() const { return draining_; }
  const Settings& Chosen() const { return settings_; }

  // A new exchange that JavaScript does not know yet.
  std::shared_ptr<Exchange> Begin();
  // Forgets an exchange whose answer has come, and tells JavaScript that it is on its way.
  void End(const Exchange& exchange);
  // Forgets it and tells JavaScript why no answer is wanted.
  void Abandon(Exchange& exchange, const char* reason);

  Gate gate;
  Registry registry;
  Statistics statistics;

 private:
  void Serve();

  Settings settings_;
  PoolPrompter prompter_;
  std::atomic<bool> claimed_{false};
  std::atomic<bool> draining_{false};
};

}  // namespace milter
