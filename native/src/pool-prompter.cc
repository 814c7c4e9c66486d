#include "pool-prompter.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

namespace milter {
namespace {

// A prompt frees one session at most. As long as sessions keep coming in there may be another one
// behind; else one prompt now and then will do.
constexpr std::chrono::milliseconds kSoon{10};
constexpr std::chrono::milliseconds kLater{100};

socklen_t FillUnix(const std::string& path, sockaddr_storage* storage) {
  auto* address = reinterpret_cast<sockaddr_un*>(storage);
  address->sun_family = AF_UNIX;
  if (path.size() >= sizeof address->sun_path) return 0;
  std::memcpy(address->sun_path, path.c_str(), path.size() + 1);
  return sizeof *address;
}

socklen_t FillInternet(const std::string& host, int port, sockaddr_storage* storage) {
  auto* four = reinterpret_cast<sockaddr_in*>(storage);
  auto* six = reinterpret_cast<sockaddr_in6*>(storage);
  if (inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(static_cast<uint16_t>(port));
    return sizeof *four;
  }
  if (inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) != 1) return 0;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(static_cast<uint16_t>(port));
  return sizeof *six;
}

void ConnectAndClose(const std::string& address, int port) {
  sockaddr_storage storage = {};
  socklen_t size =
      port == 0 ? FillUnix(address, &storage) : FillInternet(address, port, &storage);
  if (size == 0) return;
  int descriptor = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  // A refusal needs no care: without a listener there is nothing to prompt.
  (void)connect(descriptor, reinterpret_cast<sockaddr*>(&storage), size);
  close(descriptor);
}

}  // namespace

void PoolPrompter::Enter() {
  std::lock_guard lock(mutex_);
  waiting_ += 1;
  entered_ = true;
  changed_.notify_all();
}

void PoolPrompter::Leave() {
  std::lock_guard lock(mutex_);
  waiting_ -= 1;
  if (waiting_ == 0) changed_.notify_all();
}

void PoolPrompter::Loop(const std::string& address, int port) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return waiting_ > 0; });
    changed_.wait_for(lock, kLater, [this] { return entered_ || waiting_ == 0; });
    // Handlers that answer at once need no prompt.
    if (changed_.wait_for(lock, kSoon, [this] { return waiting_ == 0; })) continue;
    entered_ = false;
    lock.unlock();
    ConnectAndClose(address, port);
    lock.lock();
  }
}

}  // namespace milter
