// What Swift cannot import from glibc's headers: calls behind _GNU_SOURCE, variadic calls and macros that are functions.
// Declarations alone; the one-line bodies are in clinux.c, which may define _GNU_SOURCE without troubling Glibc's module.
#ifndef APUS_CLINUX_H
#define APUS_CLINUX_H

#include <stddef.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

int apus_accept4(int fd, void *address, unsigned *length);
long apus_splice(int from, int to, size_t count);
int apus_pipe(int ends[2]);
int apus_set_pipe_size(int fd, int size);
int apus_set_nonblocking(int fd);
int apus_open(const char *path, int flags, mode_t mode);
int apus_pin_thread(int core);
int apus_allowed_cores(int *cores, int most);
void apus_name_thread(const char *name);
int apus_thread_id(void);
/// Blocks (1) or unblocks (0) every signal but the program errors in the calling thread.
void apus_mask_signals(int masked);

/// `struct mmsghdr`, which glibc declares under _GNU_SOURCE only; its header has the fields of `struct msghdr`.
struct apus_message {
    struct {
        void *name;
        unsigned name_length;
        void *vectors;
        size_t vector_count;
        void *control;
        size_t control_length;
        int flags;
    } header;
    unsigned length;
};
int apus_receive_messages(int fd, struct apus_message *messages, unsigned count, int flags);
int apus_send_messages(int fd, struct apus_message *messages, unsigned count, int flags);
/// `ppoll` for input (1) or output (2) on `fd` and input on `wake`; a negative time waits for ever.
int apus_wait(int fd, int wake, int wanted, long nanoseconds, int *ready);
/// `capset(2)` for the calling thread: of what it may do, the bits of `kept` stay, and none can come back.
int apus_keep_capabilities(uint64_t kept);
/// Makes sure of room for `count` octets from `offset` on, behind the end of the file where they lie there (`fallocate(2)`).
int apus_reserve(int fd, off_t offset, off_t count);
int apus_ioctl(int fd, unsigned long request, void *argument);

#endif
