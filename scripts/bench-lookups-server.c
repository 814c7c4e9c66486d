/*
 * The least server of Postfix's socketmap and policy protocols: one thread, epoll, answers from a
 * hash table. It stands for what the protocols cost when nothing is decided; mxseal's listeners are
 * measured against it.
 *
 * Usage: bench-lookups-server FILE. FILE has a recipient domain per line. Prints the two ports it
 * listens on, socketmap first, and serves until it is killed. For the bench only: it trusts its
 * client and bounds nothing but its buffers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TABLE_SIZE 65536
#define BUFFER_SIZE 16384
#define MAX_FDS 4096

static char *table[TABLE_SIZE];

struct connection {
    int is_policy;
    size_t used;
    char buffer[BUFFER_SIZE];
};

static struct connection *connections[MAX_FDS];

static unsigned hash(const char *text, size_t length)
{
    unsigned value = 2166136261u;

    for (size_t at = 0; at < length; at++)
        value = (value ^ (unsigned char) text[at]) * 16777619u;
    return value % TABLE_SIZE;
}

static int known(const char *text, size_t length)
{
    unsigned slot = hash(text, length);

    for (; table[slot]; slot = (slot + 1) % TABLE_SIZE)
        if (strlen(table[slot]) == length && memcmp(table[slot], text, length) == 0)
            return 1;
    return 0;
}

static void load(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, file)) {
        size_t length = strcspn(line, "\n");
        unsigned slot = hash(line, length);

        while (table[slot])
            slot = (slot + 1) % TABLE_SIZE;
        table[slot] = strndup(line, length);
    }
    fclose(file);
}

/* Lower-cases the address in place and looks up what follows its last @. */
static int known_address(char *address, size_t length)
{
    size_t at = length;

    while (at > 0 && address[at - 1] != '@')
        at--;
    for (size_t each = at; each < length; each++)
        if (address[each] >= 'A' && address[each] <= 'Z')
            address[each] += 'a' - 'A';
    return known(address + at, length - at);
}

static int reply(int fd, const char *text)
{
    return write(fd, text, strlen(text)) < 0 ? -1 : 0;
}

/* Answers one request; returns how many bytes it took, 0 when it is incomplete, -1 on a fault. */
static long answer_socketmap(int fd, char *from, size_t length)
{
    char *end;
    size_t size = strtoul(from, &end, 10);
    char *key;

    if (end == from + length)
        return 0;
    if (*end != ':' || size > BUFFER_SIZE)
        return -1;
    end++;
    if (end + size + 1 > from + length)
        return 0;
    if (end[size] != ',' || !(key = memchr(end, ' ', size)))
        return -1;
    key++;
    if (reply(fd, known_address(key, size - (key - end)) ? "17:OK mxseal-secure:," : "9:NOTFOUND ,"))
        return -1;
    return end + size + 1 - from;
}

static long answer_policy(int fd, char *from, size_t length)
{
    char *end = memmem(from, length, "\n\n", 2);
    char *recipient;

    if (!end)
        return 0;
    if (!(recipient = memmem(from, end - from, "\nrecipient=", 11)))
        return -1;
    recipient += 11;
    known_address(recipient, (size_t) ((char *) memchr(recipient, '\n', end + 1 - recipient) - recipient));
    return reply(fd, "action=DUNNO\n\n") ? -1 : end + 2 - from;
}

static int serve(int fd, struct connection *it)
{
    ssize_t got = read(fd, it->buffer + it->used, BUFFER_SIZE - 1 - it->used);
    size_t taken = 0;
    long more;

    if (got <= 0)
        return -1;
    it->used += got;
    it->buffer[it->used] = 0;
    while (taken < it->used) {
        char *from = it->buffer + taken;

        more = it->is_policy ? answer_policy(fd, from, it->used - taken)
                             : answer_socketmap(fd, from, it->used - taken);
        if (more < 0)
            return -1;
        if (more == 0)
            break;
        taken += more;
    }
    memmove(it->buffer, it->buffer + taken, it->used - taken);
    it->used -= taken;
    return it->used < BUFFER_SIZE - 1 ? 0 : -1;
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *) &address, size) || listen(fd, 1024)
        || getsockname(fd, (struct sockaddr *) &address, &size)) {
        perror("listen");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void admit(int epoll, int listener, int is_policy)
{
    int on = 1;
    int fd = accept(listener, NULL, NULL);

    if (fd < 0 || fd >= MAX_FDS) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections[fd] = calloc(1, sizeof *connections[fd]);
    connections[fd]->is_policy = is_policy;
    watch(epoll, fd);
}

int main(int argc, char **argv)
{
    struct epoll_event events[128];
    int epoll = epoll_create1(0);
    int socketmap, policy;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 2;
    }
    load(argv[1]);
    socketmap = listen_anywhere();
    policy = listen_anywhere();
    fflush(stdout);
    watch(epoll, socketmap);
    watch(epoll, policy);
    for (;;) {
        int count = epoll_wait(epoll, events, 128, -1);

        for (int each = 0; each < count; each++) {
            int fd = events[each].data.fd;

            if (fd == socketmap || fd == policy) {
                admit(epoll, fd, fd == policy);
            } else if (serve(fd, connections[fd])) {
                free(connections[fd]);
                close(fd);
            }
        }
    }
}
