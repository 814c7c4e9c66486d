// Raw Node-API instead of the C++ wrapper: a wrapper that turns a failed call into a C++ or
// JavaScript exception aborts the process when the environment can no longer run JavaScript.
#include "gate.h"

#include <mutex>

namespace milter {
namespace {

// Items of the queue still come with a live-looking environment while it is being torn down. A call
// that would run JavaScript tells; so does any other failure.
bool CanRun(napi_env env) {
  napi_value object = nullptr;
  napi_value value = nullptr;
  return napi_create_object(env, &object) == napi_ok &&
         napi_get_boolean(env, true, &value) == napi_ok &&
         napi_set_named_property(env, object, "probe", value) == napi_ok;
}

bool Latin1(napi_env env, const std::string& text, napi_value* result) {
  return napi_create_string_latin1(env, text.data(), text.size(), result) == napi_ok;
}

bool List(napi_env env, const std::vector<std::string>& texts, napi_value* result) {
  if (napi_create_array_with_length(env, texts.size(), result) != napi_ok) return false;
  for (size_t index = 0; index < texts.size(); index += 1) {
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
    napi_value text = nullptr;
    bool done = Latin1(env, texts[index], &text) &&
                napi_set_element(env, *result, static_cast<uint32_t>(index), text) == napi_ok;
    napi_close_handle_scope(env, scope);
    if (!done) return false;
  }
  return true;
}

// The collector is told more than the bytes weigh: chunks of a streamed body are garbage as soon as
// they are used, and a fleeting 32 MiB of them is what it would allow to pile up else.
constexpr int64_t kWeight = 8;

void Adjust(napi_env env, int64_t bytes) {
  int64_t total = 0;
  napi_adjust_external_memory(env, bytes * kWeight, &total);
}

void Free(napi_env env, void*, void* hint) {
  auto* bytes = static_cast<Bytes*>(hint);
  Adjust(env, -static_cast<int64_t>(bytes->size()));
  delete bytes;
}

// Hands the bytes over without a copy; JavaScript's collector frees them.
bool OwnedBuffer(napi_env env, Bytes* source, napi_value* result) {
  if (source->empty()) return napi_create_buffer(env, 0, nullptr, result) == napi_ok;
  auto bytes = std::make_unique<Bytes>(std::move(*source));
  if (napi_create_external_buffer(env, bytes->size(), bytes->data(), Free, bytes.get(), result) !=
      napi_ok) {
    return false;
  }
  Adjust(env, static_cast<int64_t>(bytes.release()->size()));
  return true;
}

bool Call(napi_env env, napi_value callback, Event& event) {
  napi_value self = nullptr;
  napi_value arguments[5];
  return napi_get_undefined(env, &self) == napi_ok && Latin1(env, event.kind, &arguments[0]) &&
         napi_create_double(env, static_cast<double>(event.ticket), &arguments[1]) == napi_ok &&
         List(env, event.facts.List(), &arguments[2]) &&
         OwnedBuffer(env, &event.bytes, &arguments[3]) &&
         Latin1(env, event.detail, &arguments[4]) &&
         napi_call_function(env, self, callback, 5, arguments, nullptr) == napi_ok;
}

}  // namespace

bool Gate::Open(napi_env env, napi_value callback, std::function<void()> onShut) {
  napi_value name = nullptr;
  if (!Latin1(env, "milter", &name)) return false;
  if (napi_create_threadsafe_function(env, callback, nullptr, name, 0, 1, nullptr, nullptr, this,
                                      Deliver, &function_) != napi_ok) {
    return false;
  }
  onShut_ = std::move(onShut);
  if (napi_add_env_cleanup_hook(env, OnCleanup, this) != napi_ok) return false;
  std::unique_lock lock(mutex_);
  open_ = true;
  return true;
}

bool Gate::Post(std::unique_ptr<Event> event) {
  std::shared_lock lock(mutex_);
  if (!open_) return false;
  if (napi_call_threadsafe_function(function_, event.get(), napi_tsfn_nonblocking) != napi_ok) {
    return false;
  }
  event.release();
  return true;
}

void Gate::KeepAlive(napi_env env, bool alive) {
  std::shared_lock lock(mutex_);
  if (!open_) return;
  if (alive) {
    napi_ref_threadsafe_function(env, function_);
  } else {
    napi_unref_threadsafe_function(env, function_);
  }
}

void Gate::Deliver(napi_env env, napi_value callback, void* self, void* data) {
  std::unique_ptr<Event> event(static_cast<Event*>(data));
  auto* gate = static_cast<Gate*>(self);
  if (env == nullptr || callback == nullptr || !CanRun(env)) {
    gate->Shut();
    return;
  }
  bool pending = false;
  if (Call(env, callback, *event)) return;
  // A pending exception is the callback's and goes its way to uncaughtException.
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) gate->Shut();
}

void Gate::OnCleanup(void* self) { static_cast<Gate*>(self)->Shut(); }

void Gate::Shut() {
  {
    std::unique_lock lock(mutex_);
    if (!open_) return;
    open_ = false;
  }
  onShut_();
}

}  // namespace milter
