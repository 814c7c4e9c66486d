// Keeps SIGHUP, SIGTERM and SIGINT with Node.
//
// smfi_main starts a thread that waits for these three and stops the milter when it gets one. The
// kernel prefers the main thread, but under a burst of signals, or while the main thread is busy, one
// can go to that thread, and Node's own handlers never see it. There is no way to tell libmilter not
// to. So the thread is found, by the signal mask that only it has, and sent a real-time signal whose
// handler never returns: it sleeps with every signal blocked until the process ends. Nothing else
// in libmilter waits for it. Where /proc cannot be read the guard fails, and the milter's
// "stopped" event says `signal` if it ever happens.
#pragma once
#include <functional>

namespace milter {

class SignalGuard {
 public:
  SignalGuard();
  // Starts `work` in a thread that gets no signal but the one the guard chose.
  void StartBehind(std::function<void()> work);
  // Waits up to two seconds for libmilter's signal thread and puts it to sleep; false if it failed.
  bool Park();

 private:
  // A real-time signal nobody uses; 0 when there is none.
  const int signal_;
};

}  // namespace milter
