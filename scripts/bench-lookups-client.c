/*
 * Load for the lookup listeners as Postfix makes it: many connections, on each one request at a
 * time, the next as soon as the answer is there. One thread, epoll.
 *
 * Usage: bench-lookups-client PID PORT REQUESTS CONNECTIONS MILLISECONDS WARMUP ANSWER
 * REQUESTS is a file of requests, each preceded by its length in bytes and a line break. A run of
 * ten `#` in a request is replaced by a number that is new each time. Every answer must be ANSWER;
 * anything else ends the run with status 1. Answers of the first WARMUP milliseconds count for
 * nothing. Prints requests per second, the median and 99th percentile of the time to the answer in
 * microseconds, and the share of one processor that the process PID used meanwhile, in percent.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1024
#define HISTOGRAM_SIZE 200000 /* tenths of a microsecond */

struct request {
    char *bytes;
    size_t length;
    char *serial;
};

struct connection {
    int fd;
    size_t received;
    long long sent_at;
};

static struct request *requests;
static size_t request_count;
static size_t next_request;
static unsigned long serial;
static unsigned histogram[HISTOGRAM_SIZE];
static struct connection connections[MAX_CONNECTIONS];

static long long now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *text)
{
    perror(text);
    exit(1);
}

/* User and system time of a process in clock ticks, proc(5). */
static long cpu_ticks(const char *pid)
{
    char path[64], line[1024];
    long user = 0, kernel = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    if (!(file = fopen(path, "r")) || !fgets(line, sizeof line, file))
        fail(path);
    fclose(file);
    sscanf(strrchr(line, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &kernel);
    return user + kernel;
}

static void load(const char *path)
{
    size_t length;
    FILE *file = fopen(path, "r");

    if (!file)
        fail(path);
    while (fscanf(file, "%zu", &length) == 1 && fgetc(file) == '\n') {
        struct request *it;

        requests = realloc(requests, (request_count + 1) * sizeof *requests);
        it = &requests[request_count++];
        it->bytes = calloc(1, length + 1);
        it->length = length;
        if (fread(it->bytes, 1, length, file) != length)
            fail("short request");
        it->serial = strstr(it->bytes, "##########");
    }
    fclose(file);
    if (request_count == 0)
        fail("no requests");
}

static void ask(struct connection *it, long long now)
{
    struct request *request = &requests[next_request++ % request_count];

    if (request->serial) {
        unsigned long left = serial++;

        for (int digit = 9; digit >= 0; digit--, left /= 10)
            request->serial[digit] = '0' + left % 10;
    }
    it->received = 0;
    it->sent_at = now;
    if (write(it->fd, request->bytes, request->length) != (ssize_t) request->length)
        fail("write");
}

/* True when the whole answer is there. */
static int hear(struct connection *it, const char *answer, size_t length)
{
    char buffer[1024];
    ssize_t got = read(it->fd, buffer, sizeof buffer);

    if (got <= 0)
        fail("connection lost");
    if (it->received + got > length || memcmp(answer + it->received, buffer, got)) {
        fprintf(stderr, "unexpected answer: %.*s\n", (int) got, buffer);
        exit(1);
    }
    it->received += got;
    return it->received == length;
}

static void count(long long ns)
{
    long long slot = ns / 100;

    histogram[slot < HISTOGRAM_SIZE ? slot : HISTOGRAM_SIZE - 1]++;
}

static double percentile(unsigned long total, double part)
{
    unsigned long seen = 0;
    int slot = 0;

    while (slot < HISTOGRAM_SIZE - 1 && (seen += histogram[slot]) < total * part)
        slot++;
    return slot / 10.0;
}

static void open_all(int epoll, int port, int wanted)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons(port)};
    int on = 1;

    for (int each = 0; each < wanted; each++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[each]};
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address))
            fail("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections[each].fd = fd;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(int argc, char **argv)
{
    struct epoll_event events[128];
    int epoll = epoll_create1(0);
    unsigned long total = 0;
    long ticks = 0;
    long long start, counted_from, end;
    const char *pid, *answer;
    int wanted;

    if (argc != 8 || (wanted = atoi(argv[4])) > MAX_CONNECTIONS) {
        fprintf(stderr, "usage: %s PID PORT REQUESTS CONNECTIONS MILLISECONDS WARMUP ANSWER\n", argv[0]);
        return 2;
    }
    pid = argv[1];
    answer = argv[7];
    load(argv[3]);
    open_all(epoll, atoi(argv[2]), wanted);
    start = now_ns();
    serial = start / 1000 % 1000000000;
    counted_from = start + atoi(argv[6]) * 1000000LL;
    end = counted_from + atoi(argv[5]) * 1000000LL;
    for (int each = 0; each < wanted; each++)
        ask(&connections[each], start);
    for (long long now = start; now < end;) {
        int ready = epoll_wait(epoll, events, 128, 1000);

        if (ready <= 0)
            fail("no answer within a second");
        for (int each = 0; each < ready; each++) {
            struct connection *it = events[each].data.ptr;

            if (!hear(it, answer, strlen(answer)))
                continue;
            now = now_ns();
            if (now >= counted_from) {
                if (total == 0)
                    ticks = cpu_ticks(pid);
                count(now - it->sent_at);
                total++;
            }
            ask(it, now);
        }
    }
    ticks = cpu_ticks(pid) - ticks;
    printf("%.0f %.1f %.1f %.0f\n", total * 1e9 / (end - counted_from), percentile(total, 0.5),
           percentile(total, 0.99), 1e11 * ticks / sysconf(_SC_CLK_TCK) / (end - counted_from));
    return 0;
}
