// Where a thread of libmilter and JavaScript meet over one message or recipient: JavaScript queues
// what is to be done, the waiting thread, which alone may talk to the MTA, does it. Once closed,
// nothing more is taken: an answer that comes late changes nothing.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <variant>
#include <vector>

#include "event.h"
#include "modification.h"
#include "verdict.h"

namespace milter {

using Clock = std::chrono::steady_clock;
using Modifications = std::vector<Modification>;
// A verdict, changes, or a piece of the new body.
using Command = std::variant<Verdict, Modifications, Bytes>;

class Exchange {
 public:
  explicit Exchange(Ticket ticket) : ticket_(ticket) {}

  Ticket Id() const { return ticket_; }

  // JavaScript's side. Push is false when the exchange is closed; otherwise it has been taken.
  bool Push(Command command);
  size_t QueuedBytes();
  void Acknowledge();
  // Ends the waiting from outside; what is queued is dropped.
  void Close();

  // The MTA's side.
  enum class Room { kFree, kLate, kOver };
  // Waits until less than two batches of the body are with JavaScript, and counts one more.
  Room WaitForRoom(Clock::time_point deadline);

  enum class Step { kCommand, kDue, kClosed };
  // The next command, or kDue when `until` has passed without one.
  Step Next(Clock::time_point until, Command* command);
  // Closes it unless a command is queued; true when it is closed now. So no answer gets lost
  // between the last look and the end.
  bool CloseIfIdle();

 private:
  const Ticket ticket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Command> commands_;
  size_t queuedBytes_ = 0;
  int inFlight_ = 0;
  bool over_ = false;  // a verdict is queued: no more body is wanted
  bool closed_ = false;
};

}  // namespace milter
