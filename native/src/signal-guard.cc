#include "signal-guard.h"

#include <csignal>
#include <dirent.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace milter {
namespace {

std::atomic<pid_t> target{0};
std::atomic<bool> parked{false};

pid_t ThreadId() { return static_cast<pid_t>(syscall(SYS_gettid)); }

void SleepForGood(int) {
  if (ThreadId() != target.load()) return;
  parked.store(true);
  sigset_t all;
  sigfillset(&all);
  for (;;) sigsuspend(&all);
}

// Faults must stay deliverable: a blocked one kills the process without its usual trace.
sigset_t AllButFaults() {
  sigset_t set;
  sigfillset(&set);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS}) {
    sigdelset(&set, fault);
  }
  return set;
}

bool Has(uint64_t mask, int signal) { return ((mask >> (signal - 1)) & 1) != 0; }

// While a thread waits for signals the kernel shows them as not blocked. A thread of ours blocks
// everything else; Node's threads block either nothing or all.
bool WaitsForStopSignals(uint64_t blocked) {
  return !Has(blocked, SIGHUP) && !Has(blocked, SIGTERM) && !Has(blocked, SIGINT) &&
         Has(blocked, SIGUSR1) && Has(blocked, SIGUSR2) && Has(blocked, SIGWINCH) &&
         Has(blocked, SIGQUIT) && Has(blocked, SIGALRM);
}

uint64_t BlockedBy(const std::string& thread) {
  std::ifstream status("/proc/self/task/" + thread + "/status");
  const std::string field = "SigBlk:";
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, field.size(), field) == 0) {
      return std::strtoull(line.c_str() + field.size(), nullptr, 16);
    }
  }
  return 0;
}

pid_t FindSignalThread() {
  DIR* tasks = opendir("/proc/self/task");
  if (tasks == nullptr) return 0;
  pid_t found = 0;
  while (dirent* task = readdir(tasks)) {
    const std::string name = task->d_name;
    if (name[0] != '.' && WaitsForStopSignals(BlockedBy(name))) found = std::stoi(name);
  }
  closedir(tasks);
  return found;
}

int FreeSignal() {
  for (int signal = SIGRTMAX - 1; signal > SIGRTMIN; signal -= 1) {
    struct sigaction current;
    if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) return signal;
  }
  return 0;
}

template <typename Condition>
bool Within(std::chrono::milliseconds time, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace

SignalGuard::SignalGuard() : signal_(FreeSignal()) {}

void SignalGuard::StartBehind(std::function<void()> work) {
  sigset_t blocked = AllButFaults();
  if (signal_ != 0) sigdelset(&blocked, signal_);
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  std::thread(std::move(work)).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

bool SignalGuard::Park() {
  using std::chrono::milliseconds;
  if (signal_ == 0) return false;
  struct sigaction sleep = {};
  sleep.sa_handler = SleepForGood;
  sigfillset(&sleep.sa_mask);
  struct sigaction before;
  if (sigaction(signal_, &sleep, &before) != 0) return false;
  pid_t thread = 0;
  Within(milliseconds(2000), [&thread] { return (thread = FindSignalThread()) != 0; });
  target.store(thread);
  if (thread != 0) syscall(SYS_tgkill, getpid(), thread, signal_);
  bool asleep = thread != 0 && Within(milliseconds(2000), [] { return parked.load(); });
  // Were it still on its way, the default action would end the process.
  if (thread == 0 || asleep) sigaction(signal_, &before, nullptr);
  return asleep;
}

}  // namespace milter
