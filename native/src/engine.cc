#include "engine.h"

#include <cerrno>
#include <cstring>
#include <thread>
#include <syslog.h>

#include "callbacks.h"
#include "listen-socket.h"
#include "signal-guard.h"

namespace milter {
namespace {

void Tell(const char* kind, const std::string& detail, Ticket ticket = 0) {
  auto event = std::make_unique<Event>();
  event->kind = kind;
  event->ticket = ticket;
  event->detail = detail;
  Engine::Instance().gate.Post(std::move(event));
}

}  // namespace

Engine& Engine::Instance() {
  static Engine* engine = new Engine();
  return *engine;
}

std::string Engine::Listen(Settings settings) {
  settings_ = std::move(settings);
  // syslog keeps the pointer; the name lives as long as this object.
  openlog(settings_.name.c_str(), LOG_PID, LOG_MAIL);
  if (smfi_register(Describe(settings_)) != MI_SUCCESS) return "libmilter refused the description";
  if (smfi_setconn(const_cast<char*>(settings_.connection.c_str())) != MI_SUCCESS) {
    return "libmilter refused the address";
  }
  errno = 0;
  if (smfi_opensocket(false) != MI_SUCCESS) {
    return errno == 0 ? std::string("libmilter cannot listen") : std::string(strerror(errno));
  }
  if (settings_.port != 0) DisableNagle();
  return "";
}

void Engine::Run() {
  std::thread([this] {
    SignalGuard guard;
    guard.StartBehind([this] { Serve(); });
    const bool parked = guard.Park();
    guard.StartBehind([this] { prompter_.Loop(settings_.address, settings_.port); });
    Tell("listening", parked ? "" : "signals");
  }).detach();
}

void Engine::Serve() {
  bool served = smfi_main() == MI_SUCCESS;
  // Nothing of ours stops libmilter: a signal did, or a listening socket that broke.
  const char* cause = served ? "signal" : "error";
  // Nobody listens any more: what comes on open sessions must not wait for nothing.
  draining_ = true;
  Tell("ended", cause);
}

size_t Engine::Detach() {
  draining_ = true;
  return registry.CloseAll();
}

std::shared_ptr<Exchange> Engine::Begin() {
  statistics.waiting += 1;
  prompter_.Enter();
  return registry.Create();
}

void Engine::End(const Exchange& exchange) {
  if (!registry.Remove(exchange.Id())) return;
  statistics.waiting -= 1;
  prompter_.Leave();
  Tell("answered", "", exchange.Id());
}

void Engine::Abandon(Exchange& exchange, const char* reason) {
  exchange.Close();
  if (!registry.Remove(exchange.Id())) return;
  statistics.waiting -= 1;
  prompter_.Leave();
  statistics.aborted += 1;
  Tell("aborted", reason, exchange.Id());
}

}  // namespace milter
