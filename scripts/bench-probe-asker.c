/*
 * Asks a lookup listener at a steady pace, as Postfix does under ordinary load, until its standard
 * input ends; then prints how many answers came, their median, 99th percentile and longest time in
 * microseconds. One thread, one connection; a question whose predecessor was not answered yet waits
 * for it, and its waiting counts.
 *
 * Usage: bench-probe-asker PORT REQUESTS PER_SECOND ANSWER
 * REQUESTS is a file of requests, each preceded by its length in bytes and a line break. Every
 * answer must be ANSWER; anything else ends the run with status 1.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_ANSWERS 1000000

struct request {
    char *bytes;
    size_t length;
};

static struct request *requests;
static size_t request_count;
static double *times_us;
static size_t answers;

static void fail(const char *text)
{
    perror(text);
    exit(1);
}

static long long now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
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
        it->bytes = malloc(length);
        it->length = length;
        if (!it->bytes || fread(it->bytes, 1, length, file) != length)
            fail("short request");
    }
    fclose(file);
    if (request_count == 0)
        fail("no requests");
}

static int open_connection(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons(port)};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address))
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void ask(int fd, const char *answer, size_t length, long long due)
{
    struct request *request = &requests[answers % request_count];
    char buffer[1024];
    size_t received = 0;

    if (write(fd, request->bytes, request->length) != (ssize_t) request->length)
        fail("write");
    while (received < length) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got;

        if (poll(&wait, 1, 20000) <= 0)
            fail("no answer within twenty seconds");
        got = read(fd, buffer, sizeof buffer);
        if (got <= 0)
            fail("connection lost");
        if (received + got > length || memcmp(answer + received, buffer, got)) {
            fprintf(stderr, "unexpected answer: %.*s\n", (int) got, buffer);
            exit(1);
        }
        received += got;
    }
    if (answers < MAX_ANSWERS)
        times_us[answers++] = (now_ns() - due) / 1000.0;
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *) left, b = *(const double *) right;

    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    long long interval, due;
    struct pollfd input = {.fd = 0, .events = POLLIN};
    int fd;

    if (argc != 5 || atoi(argv[3]) <= 0) {
        fprintf(stderr, "usage: %s PORT REQUESTS PER_SECOND ANSWER\n", argv[0]);
        return 2;
    }
    load(argv[2]);
    interval = 1000000000LL / atoi(argv[3]);
    times_us = malloc(MAX_ANSWERS * sizeof *times_us);
    fd = open_connection(atoi(argv[1]));
    for (due = now_ns();; due += interval) {
        long long early = due - now_ns();

        if (early > 0) {
            struct timespec pause = {.tv_nsec = early};

            nanosleep(&pause, NULL);
        }
        if (poll(&input, 1, 0) != 0)
            break;
        ask(fd, argv[4], strlen(argv[4]), early > 0 ? now_ns() : due);
    }
    qsort(times_us, answers, sizeof *times_us, by_size);
    if (answers == 0)
        return 1;
    printf("%zu %.1f %.1f %.1f\n", answers, times_us[answers / 2], times_us[answers * 99 / 100],
           times_us[answers - 1]);
    return 0;
}
