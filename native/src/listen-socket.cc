#include "listen-socket.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdlib>

namespace milter {
namespace {

int Option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool ListensOnTcp(int descriptor) {
  int domain = Option(descriptor, SO_DOMAIN);
  return (domain == AF_INET || domain == AF_INET6) && Option(descriptor, SO_ACCEPTCONN) == 1;
}

}  // namespace

// libmilter does not tell its descriptor. Other listening sockets of the process get the option too,
// which Node sets on most of its connections anyway.
void DisableNagle() {
  DIR* descriptors = opendir("/proc/self/fd");
  if (descriptors == nullptr) return;
  while (dirent* entry = readdir(descriptors)) {
    if (entry->d_name[0] == '.') continue;
    int descriptor = std::atoi(entry->d_name);
    int on = 1;
    if (ListensOnTcp(descriptor)) {
      setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  }
  closedir(descriptors);
}

}  // namespace milter
