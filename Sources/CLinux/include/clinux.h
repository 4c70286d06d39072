// What Swift cannot import from glibc's headers: calls behind _GNU_SOURCE, variadic calls and macros that are functions.
// Declarations alone; the one-line bodies are in clinux.c, which may define _GNU_SOURCE without troubling Glibc's module.
#ifndef APUS_CLINUX_H
#define APUS_CLINUX_H

#include <stddef.h>
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

#endif
