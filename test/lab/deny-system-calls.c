/*
 * Runs a command that is refused some system calls, as systemd's SystemCallFilter= with
 * SystemCallErrorNumber=EPERM refuses them (seccomp(2), no_new_privs needed or set here).
 *
 * Usage: deny-system-calls NUMBERS COMMAND [ARGUMENT...]. NUMBERS: comma-separated numbers of
 * system calls. Exit status 125 when the filter cannot be set, else the command's.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_CALLS 200

int main(int argc, char **argv)
{
    struct sock_filter filter[2 + 2 * MAX_CALLS];
    struct sock_fprog program = {.len = 0, .filter = filter};
    char *rest = argc > 2 ? argv[1] : "";

    filter[program.len++] =
        (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int count = 0; *rest && count < MAX_CALLS; count++) {
        unsigned number = strtoul(rest, &rest, 10);

        filter[program.len++] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
        filter[program.len++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
        if (*rest == ',')
            rest++;
        else
            break;
    }
    filter[program.len++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (argc < 3 || *rest || program.len < 4) {
        fprintf(stderr, "usage: %s NUMBERS COMMAND [ARGUMENT...]\n", argv[0]);
        return 125;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("seccomp");
        return 125;
    }
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    return 125;
}
