// The exchanges JavaScript may still answer, by ticket. A ticket is never used twice, so a late
// answer finds nothing.
#pragma once
#include <memory>
#include <mutex>
#include <unordered_map>

#include "exchange.h"

namespace milter {

class Registry {
 public:
  std::shared_ptr<Exchange> Create() {
    std::lock_guard lock(mutex_);
    auto exchange = std::make_shared<Exchange>(++last_);
    live_.emplace(exchange->Id(), exchange);
    return exchange;
  }

  std::shared_ptr<Exchange> Find(Ticket ticket) {
    std::lock_guard lock(mutex_);
    auto found = live_.find(ticket);
    return found == live_.end() ? nullptr : found->second;
  }

  // False when it was gone before.
  bool Remove(Ticket ticket) {
    std::lock_guard lock(mutex_);
    return live_.erase(ticket) > 0;
  }

  size_t CloseAll() {
    std::lock_guard lock(mutex_);
    for (auto& entry : live_) entry.second->Close();
    return live_.size();
  }

 private:
  std::mutex mutex_;
  std::unordered_map<Ticket, std::shared_ptr<Exchange>> live_;
  Ticket last_ = 0;
};

}  // namespace milter
