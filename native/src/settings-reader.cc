#include "settings-reader.h"

namespace milter {
namespace {

int64_t Number(const Napi::Object& source, const char* name) {
  return source.Get(name).As<Napi::Number>().Int64Value();
}

bool Flag(const Napi::Object& source, const char* name) {
  return source.Get(name).As<Napi::Boolean>().Value();
}

std::string Text(const Napi::Object& source, const char* name) {
  return source.Get(name).As<Napi::String>().Utf8Value();
}

BodyMode Body(const std::string& mode) {
  if (mode == "buffer") return BodyMode::kBuffer;
  return mode == "stream" ? BodyMode::kStream : BodyMode::kNone;
}

std::vector<std::string> Texts(const Napi::Array& source) {
  std::vector<std::string> texts;
  for (uint32_t index = 0; index < source.Length(); index += 1) {
    texts.push_back(source.Get(index).As<Napi::String>().Utf8Value());
  }
  return texts;
}

}  // namespace

Settings ReadSettings(const Napi::Object& source) {
  Settings settings;
  settings.name = Text(source, "name");
  settings.connection = Text(source, "connection");
  settings.address = Text(source, "address");
  settings.port = static_cast<int>(Number(source, "port"));
  settings.actions = static_cast<unsigned long>(Number(source, "actions"));
  settings.body = Body(Text(source, "body"));
  settings.maxBytes = static_cast<size_t>(Number(source, "maxBytes"));
  settings.batchBytes = static_cast<size_t>(Number(source, "batchBytes"));
  settings.overflowRejects = Flag(source, "overflowRejects");
  settings.failureRejects = Flag(source, "failureRejects");
  settings.asksRecipients = Flag(source, "asksRecipients");
  settings.recipients = static_cast<size_t>(Number(source, "recipients"));
  settings.headerBytes = static_cast<size_t>(Number(source, "headerBytes"));
  settings.sessions = static_cast<size_t>(Number(source, "sessions"));
  settings.handlerTimeout = std::chrono::milliseconds(Number(source, "handlerTimeoutMs"));
  settings.progress = std::chrono::milliseconds(Number(source, "progressMs"));
  Napi::Array macros = source.Get("macros").As<Napi::Array>();
  Napi::Array requested = source.Get("requested").As<Napi::Array>();
  for (uint32_t stage = 0; stage < kStages; stage += 1) {
    settings.macros[stage] = Texts(macros.Get(stage).As<Napi::Array>());
    settings.requested[stage] = requested.Get(stage).As<Napi::String>().Utf8Value();
  }
  return settings;
}

}  // namespace milter
