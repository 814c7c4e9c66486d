#include "exchange.h"

namespace milter {
namespace {

constexpr int kMostInFlight = 2;

size_t BytesOf(const Command& command) {
  const Bytes* bytes = std::get_if<Bytes>(&command);
  return bytes == nullptr ? 0 : bytes->size();
}

}  // namespace

bool Exchange::Push(Command command) {
  std::lock_guard lock(mutex_);
  if (closed_ || over_) return false;
  over_ = std::holds_alternative<Verdict>(command);
  queuedBytes_ += BytesOf(command);
  commands_.push_back(std::move(command));
  changed_.notify_all();
  return true;
}

size_t Exchange::QueuedBytes() {
  std::lock_guard lock(mutex_);
  return queuedBytes_;
}

void Exchange::Acknowledge() {
  std::lock_guard lock(mutex_);
  if (inFlight_ > 0) inFlight_ -= 1;
  changed_.notify_all();
}

void Exchange::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  commands_.clear();
  changed_.notify_all();
}

Exchange::Room Exchange::WaitForRoom(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  auto ready = [this] { return closed_ || over_ || inFlight_ < kMostInFlight; };
  if (!changed_.wait_until(lock, deadline, ready)) return Room::kLate;
  if (closed_ || over_) return Room::kOver;
  inFlight_ += 1;
  return Room::kFree;
}

Exchange::Step Exchange::Next(Clock::time_point until, Command* command) {
  std::unique_lock lock(mutex_);
  auto ready = [this] { return closed_ || !commands_.empty(); };
  if (!changed_.wait_until(lock, until, ready)) return Step::kDue;
  if (closed_) return Step::kClosed;
  *command = std::move(commands_.front());
  commands_.pop_front();
  queuedBytes_ -= BytesOf(*command);
  return Step::kCommand;
}

bool Exchange::CloseIfIdle() {
  std::lock_guard lock(mutex_);
  if (commands_.empty()) closed_ = true;
  return closed_;
}

}  // namespace milter
