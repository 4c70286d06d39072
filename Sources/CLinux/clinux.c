#define _GNU_SOURCE
#include "clinux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int apus_accept4(int fd, void *address, unsigned *length) {
    return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

long apus_splice(int from, int to, size_t count) {
    return splice(from, NULL, to, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

int apus_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC); }

int apus_set_pipe_size(int fd, int size) { return fcntl(fd, F_SETPIPE_SZ, size); }

int apus_set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

int apus_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }

int apus_pin_thread(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int apus_allowed_cores(int *cores, int most) {
    cpu_set_t set;
    int count = 0;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    for (int core = 0; core < CPU_SETSIZE && count < most; core++)
        if (CPU_ISSET(core, &set)) cores[count++] = core;
    return count;
}

void apus_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int apus_thread_id(void) { return (int)syscall(SYS_gettid); }

void apus_mask_signals(int masked) {
    sigset_t set;
    sigfillset(&set);
    sigdelset(&set, SIGSEGV);
    sigdelset(&set, SIGBUS);
    sigdelset(&set, SIGILL);
    sigdelset(&set, SIGFPE);
    sigdelset(&set, SIGTRAP);
    sigdelset(&set, SIGABRT);
    // Set, not added to: the thread's maker may itself have blocked the program errors.
    pthread_sigmask(masked ? SIG_SETMASK : SIG_UNBLOCK, &set, NULL);
}

_Static_assert(sizeof(struct apus_message) == sizeof(struct mmsghdr), "the two are one");
_Static_assert(offsetof(struct apus_message, header.control) == offsetof(struct mmsghdr, msg_hdr.msg_control), "");
_Static_assert(offsetof(struct apus_message, length) == offsetof(struct mmsghdr, msg_len), "");

int apus_receive_messages(int fd, struct apus_message *messages, unsigned count, int flags) {
    return recvmmsg(fd, (struct mmsghdr *)messages, count, flags, NULL);
}

int apus_send_messages(int fd, struct apus_message *messages, unsigned count, int flags) {
    return sendmmsg(fd, (struct mmsghdr *)messages, count, flags);
}

int apus_wait(int fd, int wake, int wanted, long nanoseconds, int *ready) {
    struct pollfd both[2] = {{fd, wanted == 1 ? POLLIN : POLLOUT, 0}, {wake, POLLIN, 0}};
    struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int count = ppoll(both, 2, nanoseconds < 0 ? NULL : &time, NULL);
    *ready = (both[0].revents != 0) | (both[1].revents != 0) << 1;
    return count;
}

int apus_ioctl(int fd, unsigned long request, void *argument) { return ioctl(fd, request, argument); }

int apus_keep_capabilities(uint64_t kept) {
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &head, sets) < 0) return -1;
    for (int half = 0; half < 2; half++) {
        uint32_t bits = (uint32_t)(kept >> (32 * half));
        sets[half].permitted &= bits;
        sets[half].effective &= bits;
        sets[half].inheritable = 0;
    }
    return (int)syscall(SYS_capset, &head, sets);
}

int apus_reserve(int fd, off_t offset, off_t count) { return fallocate(fd, FALLOC_FL_KEEP_SIZE, offset, count); }
