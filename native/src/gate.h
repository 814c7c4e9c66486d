// The one way from libmilter's threads into JavaScript.
//
// A thread-safe function must not be touched once its environment is torn down, while libmilter's
// threads live until the process ends. Every call therefore holds a shared lock, and a cleanup hook
// takes it exclusively and shuts the gate. The hook is added after the function is made, and hooks
// run last in, first out: it is shut before the function goes.
#pragma once
#include <node_api.h>

#include <functional>
#include <memory>
#include <shared_mutex>

#include "event.h"

namespace milter {

class Gate {
 public:
  // Called once, on the JavaScript thread. `onShut` runs there too, when the environment ends.
  bool Open(napi_env env, napi_value callback, std::function<void()> onShut);

  // Any thread; never blocks on JavaScript. False when the gate is shut: nobody will answer.
  bool Post(std::unique_ptr<Event> event);

  // On the JavaScript thread: whether the open gate keeps the event loop alive.
  void KeepAlive(napi_env env, bool alive);

 private:
  static void Deliver(napi_env env, napi_value callback, void* self, void* data);
  static void OnCleanup(void* self);
  void Shut();

  std::shared_mutex mutex_;
  bool open_ = false;
  napi_threadsafe_function function_ = nullptr;
  std::function<void()> onShut_;
};

}  // namespace milter
