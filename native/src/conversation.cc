#include "conversation.h"

#include <algorithm>
#include <optional>

#include "engine.h"

namespace milter {
namespace {

constexpr size_t kBodyQueueDrained = 256 * 1024;

class Conversation {
 public:
  Conversation(SMFICTX* context, Exchange& exchange)
      : engine_(Engine::Instance()), context_(context), exchange_(exchange) {
    Renew();
  }

  Verdict Run() {
    for (;;) {
      Command command;
      switch (exchange_.Next(std::min(deadline_, progressAt_), &command)) {
        case Exchange::Step::kClosed:
          return GiveUp("stopped");
        case Exchange::Step::kCommand:
          if (Verdict* verdict = std::get_if<Verdict>(&command)) return Answer(*verdict);
          if (!Execute(command)) return GiveUp("disconnected");
          Renew();
          break;
        case Exchange::Step::kDue:
          if (std::optional<Verdict> end = Pause()) return *end;
      }
    }
  }

 private:
  void Renew() {
    const auto now = Clock::now();
    deadline_ = now + engine_.Chosen().handlerTimeout;
    progressAt_ = now + engine_.Chosen().progress;
  }

  Verdict Answer(const Verdict& verdict) {
    engine_.End(exchange_);
    return verdict;
  }

  Verdict GiveUp(const char* reason) {
    engine_.Abandon(exchange_, reason);
    return Failure(engine_.Chosen());
  }

  bool Execute(const Command& command) {
    if (const auto* changes = std::get_if<Modifications>(&command)) {
      return std::all_of(changes->begin(), changes->end(),
                         [this](const Modification& change) { return Apply(context_, change); });
    }
    return SendBody(std::get<Bytes>(command));
  }

  bool SendBody(const Bytes& bytes) {
    bodyBegun_ = true;
    auto* data = const_cast<unsigned char*>(bytes.data());
    if (smfi_replacebody(context_, data, static_cast<int>(bytes.size())) != MI_SUCCESS) return false;
    if (exchange_.QueuedBytes() <= kBodyQueueDrained) {
      auto event = std::make_unique<Event>();
      event->kind = "drained";
      event->ticket = exchange_.Id();
      engine_.gate.Post(std::move(event));
    }
    return true;
  }

  // An MTA that gets anything else between two pieces of a body takes the body for complete.
  std::optional<Verdict> Pause() {
    const auto now = Clock::now();
    if (now >= deadline_) {
      if (!exchange_.CloseIfIdle()) return std::nullopt;
      engine_.statistics.timeouts += 1;
      return GiveUp("timeout");
    }
    progressAt_ = now + engine_.Chosen().progress;
    if (bodyBegun_ || smfi_progress(context_) == MI_SUCCESS) return std::nullopt;
    return GiveUp("disconnected");
  }

  Engine& engine_;
  SMFICTX* context_;
  Exchange& exchange_;
  bool bodyBegun_ = false;
  Clock::time_point deadline_;
  Clock::time_point progressAt_;
};

}  // namespace

Verdict Converse(SMFICTX* context, Exchange& exchange) {
  return Conversation(context, exchange).Run();
}

}  // namespace milter
