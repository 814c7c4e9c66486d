// The functions JavaScript calls, described in native-addon.ts. They run on the JavaScript thread and
// never wait. Tickets are numbers: nothing here is tied to the garbage collector.
#include <grp.h>
#include <napi.h>

#include <vector>

#include "engine.h"
#include "settings-reader.h"

namespace milter {
namespace {

std::string Latin1(const Napi::Value& value) {
  size_t length = 0;
  napi_get_value_string_latin1(value.Env(), value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_latin1(value.Env(), value, &text[0], length + 1, &length);
  return text;
}

std::shared_ptr<Exchange> ExchangeOf(const Napi::CallbackInfo& info) {
  auto ticket = static_cast<Ticket>(info[0].As<Napi::Number>().Int64Value());
  return Engine::Instance().registry.Find(ticket);
}

bool Push(const Napi::CallbackInfo& info, Command command) {
  auto exchange = ExchangeOf(info);
  return exchange != nullptr && exchange->Push(std::move(command));
}

Napi::Value Claim(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Engine::Instance().Claim());
}

void Release(const Napi::CallbackInfo&) { Engine::Instance().Release(); }

// (settings) -> what went wrong, or an empty string
Napi::Value Listen(const Napi::CallbackInfo& info) {
  Settings settings = ReadSettings(info[0].As<Napi::Object>());
  return Napi::String::New(info.Env(), Engine::Instance().Listen(std::move(settings)));
}

// (onEvent)
void Run(const Napi::CallbackInfo& info) {
  Engine& engine = Engine::Instance();
  auto giveUp = [] { Engine::Instance().registry.CloseAll(); };
  if (!engine.gate.Open(info.Env(), info[0], giveUp)) {
    throw Napi::Error::New(info.Env(), "cannot make a thread-safe function");
  }
  engine.Run();
}

void Acknowledge(const Napi::CallbackInfo& info) {
  if (auto exchange = ExchangeOf(info)) exchange->Acknowledge();
}

Modification ReadModification(const Napi::Object& source) {
  Modification change;
  change.kind = Latin1(source.Get("kind"));
  change.index = source.Get("index").As<Napi::Number>().Int32Value();
  change.first = Latin1(source.Get("first"));
  Napi::Value second = source.Get("second");
  if (second.IsString()) change.second = Latin1(second);
  return change;
}

// (ticket, modifications) -> whether they were taken
Napi::Value Modify(const Napi::CallbackInfo& info) {
  Napi::Array list = info[1].As<Napi::Array>();
  Modifications changes;
  for (uint32_t index = 0; index < list.Length(); index += 1) {
    changes.push_back(ReadModification(list.Get(index).As<Napi::Object>()));
  }
  return Napi::Boolean::New(info.Env(), Push(info, std::move(changes)));
}

// (ticket, piece of the new body) -> bytes that wait now, or -1 when the message is over
Napi::Value PushBody(const Napi::CallbackInfo& info) {
  auto piece = info[1].As<Napi::Uint8Array>();
  Bytes bytes(piece.Data(), piece.Data() + piece.ByteLength());
  auto exchange = ExchangeOf(info);
  bool taken = exchange != nullptr && exchange->Push(std::move(bytes));
  double waiting = taken ? static_cast<double>(exchange->QueuedBytes()) : -1.0;
  return Napi::Number::New(info.Env(), waiting);
}

// (ticket, "accept" | "discard")
Napi::Value Finish(const Napi::CallbackInfo& info) {
  Verdict verdict;
  verdict.kind =
      Latin1(info[1]) == "accept" ? Verdict::Kind::kAccept : Verdict::Kind::kDiscard;
  return Napi::Boolean::New(info.Env(), Push(info, verdict));
}

// (ticket, code, enhanced, lines)
Napi::Value Reply(const Napi::CallbackInfo& info) {
  Verdict verdict;
  verdict.kind = Verdict::Kind::kReply;
  verdict.code = Latin1(info[1]);
  verdict.enhanced = Latin1(info[2]);
  Napi::Array lines = info[3].As<Napi::Array>();
  for (uint32_t index = 0; index < lines.Length(); index += 1) {
    verdict.lines.push_back(Latin1(lines.Get(index)));
  }
  return Napi::Boolean::New(info.Env(), Push(info, verdict));
}

// (ticket)
Napi::Value Fail(const Napi::CallbackInfo& info) {
  Engine& engine = Engine::Instance();
  bool taken = Push(info, Failure(engine.Chosen()));
  if (taken) engine.statistics.failures += 1;
  return Napi::Boolean::New(info.Env(), taken);
}

void Drain(const Napi::CallbackInfo&) { Engine::Instance().Drain(); }

Napi::Value Detach(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(Engine::Instance().Detach()));
}

void KeepAlive(const Napi::CallbackInfo& info) {
  Engine::Instance().gate.KeepAlive(info.Env(), info[0].As<Napi::Boolean>().Value());
}

Napi::Value Stats(const Napi::CallbackInfo& info) {
  const Statistics& counted = Engine::Instance().statistics;
  Napi::Object result = Napi::Object::New(info.Env());
  auto set = [&](const char* name, const std::atomic<int64_t>& count) {
    result.Set(name, Napi::Number::New(info.Env(), static_cast<double>(count.load())));
  };
  set("sessions", counted.sessions);
  set("waiting", counted.waiting);
  set("messages", counted.messages);
  set("accepted", counted.accepted);
  set("discarded", counted.discarded);
  set("rejected", counted.rejected);
  set("tempfailed", counted.tempfailed);
  set("failures", counted.failures);
  set("timeouts", counted.timeouts);
  set("limited", counted.limited);
  set("aborted", counted.aborted);
  set("bodyBytes", counted.bodyBytes);
  return result;
}

// (name) -> number of the group, or -1
Napi::Value GroupId(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>().Utf8Value();
  std::vector<char> buffer(64 * 1024);
  group entry;
  group* found = nullptr;
  getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return Napi::Number::New(info.Env(), found == nullptr ? -1.0 : double(found->gr_gid));
}

Napi::Object Initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("claim", Napi::Function::New(env, Claim));
  exports.Set("release", Napi::Function::New(env, Release));
  exports.Set("listen", Napi::Function::New(env, Listen));
  exports.Set("run", Napi::Function::New(env, Run));
  exports.Set("acknowledge", Napi::Function::New(env, Acknowledge));
  exports.Set("modify", Napi::Function::New(env, Modify));
  exports.Set("pushBody", Napi::Function::New(env, PushBody));
  exports.Set("finish", Napi::Function::New(env, Finish));
  exports.Set("reply", Napi::Function::New(env, Reply));
  exports.Set("fail", Napi::Function::New(env, Fail));
  exports.Set("drain", Napi::Function::New(env, Drain));
  exports.Set("detach", Napi::Function::New(env, Detach));
  exports.Set("keepAlive", Napi::Function::New(env, KeepAlive));
  exports.Set("stats", Napi::Function::New(env, Stats));
  exports.Set("groupId", Napi::Function::New(env, GroupId));
  return exports;
}

}  // namespace

NODE_API_MODULE(milter, Initialise)

}  // namespace milter
