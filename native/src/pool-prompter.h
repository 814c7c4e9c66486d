// Keeps libmilter's pool of threads from forgetting a session.
//
// Where libmilter is built with its worker pool (Debian's is), it marks a session as ready and signals
// a sleeping worker; until that worker is awake a second session is given to it, too. If the worker
// then waits long for a handler, nobody looks at the second session: it stands still, without any
// progress for its MTA, until some worker ends a task. So while handlers are being waited for, a
// connection that is closed at once is made to our own socket now and then: the worker that
// serves it looks for ready sessions right afterwards.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>

namespace milter {

class PoolPrompter {
 public:
  // Never returns. The address of our own listening socket; `port` is 0 for a unix socket's path.
  void Loop(const std::string& address, int port);
  // A handler is being waited for, or no longer.
  void Enter();
  void Leave();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool entered_ = false;
};

}  // namespace milter
