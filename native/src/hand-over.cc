#include "hand-over.h"

#include "conversation.h"
#include "engine.h"

namespace milter {
namespace {

bool Post(const char* kind, const Exchange& exchange, Facts facts, Bytes bytes) {
  auto event = std::make_unique<Event>();
  event->kind = kind;
  event->ticket = exchange.Id();
  event->facts = std::move(facts);
  event->bytes = std::move(bytes);
  return Engine::Instance().gate.Post(std::move(event));
}

// All that is known goes with the first event of a message, and only with that.
Facts Announce(Session& session) {
  Message& message = *session.message;
  if (message.exchange) return Facts();
  message.exchange = Engine::Instance().Begin();
  Facts facts = session.connection;
  facts.Append(message.sender);
  facts.Append(message.recipients);
  facts.Append(message.headers);
  return facts;
}

// JavaScript's verdict may be in before the body is: then the rest of the body is not wanted.
void PostBatch(Session& session) {
  Message& message = *session.message;
  Facts facts = Announce(session);
  const auto deadline = Clock::now() + Engine::Instance().Chosen().handlerTimeout;
  switch (message.exchange->WaitForRoom(deadline)) {
    case Exchange::Room::kFree:
      if (!Post("chunk", *message.exchange, std::move(facts), std::move(message.body))) {
        message.exchange->Close();
      }
      break;
    case Exchange::Room::kLate:
      message.late = true;
      Engine::Instance().statistics.timeouts += 1;
      Engine::Instance().Abandon(*message.exchange, "timeout");
      break;
    case Exchange::Room::kOver:
      break;
  }
  message.body = Bytes();
}

bool Unwanted(const Message& message) {
  return message.limited || message.overflown || message.late;
}

Verdict Refuse(Session& session) {
  Engine& engine = Engine::Instance();
  Verdict verdict = Failure(engine.Chosen());
  if (session.message->late) return verdict;
  if (session.message->overflown && engine.Chosen().overflowRejects) {
    verdict.kind = Verdict::Kind::kReject;
  }
  engine.statistics.limited += 1;
  return verdict;
}

Verdict Decide(SMFICTX* context, Session& session, const Facts& last) {
  Engine& engine = Engine::Instance();
  Message& message = *session.message;
  if (Unwanted(message)) return Refuse(session);
  const bool begun = message.exchange != nullptr;
  Verdict refusal;  // a temporary one: nobody decided anything
  if (engine.Draining() && !begun) return refusal;
  const bool stream = engine.Chosen().body == BodyMode::kStream;
  if (stream && !message.body.empty()) PostBatch(session);
  if (message.late) return Refuse(session);
  Facts facts = Announce(session);
  facts.Append(last);
  facts.Add("body-bytes", std::to_string(message.bodyBytes));
  if (!Post("end", *message.exchange, std::move(facts), std::move(message.body))) {
    message.exchange->Close();
  }
  return Converse(context, *message.exchange);
}

}  // namespace

sfsistat AskRecipient(SMFICTX* context, Session& session, const Facts& recipient) {
  Engine& engine = Engine::Instance();
  if (engine.Draining()) return SMFIS_TEMPFAIL;
  auto exchange = engine.Begin();
  Facts facts = session.connection;
  facts.Append(session.message->sender);
  facts.Append(recipient);
  if (!Post("recipient", *exchange, std::move(facts), Bytes())) exchange->Close();
  return Emit(context, Converse(context, *exchange));
}

void AddRecipient(Message& message, const Facts& recipient) {
  message.recipientCount += 1;
  if (message.recipientCount > Engine::Instance().Chosen().recipients) message.limited = true;
  if (!message.limited) message.recipients.Append(recipient);
}

void AddHeader(Message& message, const char* name, const char* value) {
  const std::string nameText = name == nullptr ? "" : name;
  const std::string valueText = value == nullptr ? "" : value;
  message.headerBytes += nameText.size() + valueText.size();
  if (message.headerBytes > Engine::Instance().Chosen().headerBytes) message.limited = true;
  if (!message.limited) message.headers.AddPair("header", nameText, valueText);
}

void AddBody(Session& session, const unsigned char* data, size_t size) {
  Engine& engine = Engine::Instance();
  const Settings& settings = engine.Chosen();
  Message& message = *session.message;
  message.bodyBytes += size;
  engine.statistics.bodyBytes += static_cast<int64_t>(size);
  if (settings.body == BodyMode::kBuffer && message.bodyBytes > settings.maxBytes) {
    message.overflown = true;
    message.body = Bytes();
  }
  if (Unwanted(message)) return;
  if (engine.Draining() && message.exchange == nullptr) return;
  if (settings.body == BodyMode::kStream && message.body.empty()) {
    message.body.reserve(settings.batchBytes + size);
  }
  message.body.insert(message.body.end(), data, data + size);
  if (settings.body == BodyMode::kStream && message.body.size() >= settings.batchBytes) {
    PostBatch(session);
  }
}

sfsistat FinishMessage(SMFICTX* context, Session& session, const Facts& last) {
  Engine& engine = Engine::Instance();
  engine.statistics.messages += 1;
  Verdict verdict = Decide(context, session, last);
  Count(engine.statistics, verdict);
  sfsistat status = Emit(context, verdict);
  DropMessage(session, "abandoned");
  return status;
}

void DropMessage(Session& session, const char* reason) {
  if (!session.message) return;
  if (session.message->exchange) Engine::Instance().Abandon(*session.message->exchange, reason);
  session.message.reset();
}

}  // namespace milter
