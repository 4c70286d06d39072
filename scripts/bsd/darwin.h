// The calls of macOS that Link makes, with the types that its headers and Swift's own overlay of them give them; for
// scripts/check-bsd, which compiles and links nothing.
//
// C's names differ from Swift's, because this machine's own headers are loaded beside these.
#pragma once

#define NAMED(name) __attribute__((swift_name(name)))

typedef unsigned int u_int;
typedef unsigned short u_short;
typedef __SIZE_TYPE__ size_t;

struct NAMED("bpf_insn") darwin_bpf_insn { u_short code; unsigned char jt, jf; u_int k; };
struct NAMED("bpf_program") darwin_bpf_program { u_int bf_len; struct darwin_bpf_insn *_Nullable bf_insns; };

struct NAMED("pollfd") darwin_pollfd { int fd; short events; short revents; };
struct NAMED("sockaddr") darwin_sockaddr { unsigned char sa_len, sa_family; char sa_data[14]; };
struct NAMED("ifaddrs") darwin_ifaddrs {
    struct darwin_ifaddrs *_Nullable ifa_next;
    char *_Nonnull ifa_name;
    unsigned int ifa_flags;
    struct darwin_sockaddr *_Nullable ifa_addr, *_Nullable ifa_netmask, *_Nullable ifa_dstaddr;
    void *_Nullable ifa_data;
};

#define O_RDWR 0x2
#define O_NONBLOCK 0x4
#define O_CLOEXEC 0x1000000
#define F_SETFD 2
#define F_SETFL 4
#define FD_CLOEXEC 1
#define POLLIN 0x1
#define POLLOUT 0x4
#define AF_LINK 18

extern const int darwin_errno NAMED("errno");

int darwin_open(const char *_Nonnull path, int flags) NAMED("open(_:_:)");
int darwin_close(int descriptor) NAMED("close(_:)");
int darwin_ioctl(int descriptor, unsigned long request, void *_Nonnull argument) NAMED("ioctl(_:_:_:)");
int darwin_fcntl(int descriptor, int command, int value) NAMED("fcntl(_:_:_:)");
int darwin_pipe(int *_Nonnull ends) NAMED("pipe(_:)");
int darwin_poll(struct darwin_pollfd *_Nonnull places, unsigned int count, int milliseconds) NAMED("poll(_:_:_:)");
long darwin_read(int descriptor, void *_Nullable buffer, size_t count) NAMED("read(_:_:_:)");
long darwin_write(int descriptor, const void *_Nullable buffer, size_t count) NAMED("write(_:_:_:)");
unsigned int darwin_if_nametoindex(const char *_Nonnull name) NAMED("if_nametoindex(_:)");
int darwin_getifaddrs(struct darwin_ifaddrs *_Nullable *_Nonnull list) NAMED("getifaddrs(_:)");
void darwin_freeifaddrs(struct darwin_ifaddrs *_Nullable list) NAMED("freeifaddrs(_:)");
