// What LinkBench compares with: the shortest loops of sendmmsg and recvmmsg in C. Usage: peer send|receive INTERFACE N.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, SIZE = 2048 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    static char memory[BATCH][SIZE], control[BATCH][128];
    static struct mmsghdr messages[BATCH];
    static struct iovec vectors[BATCH];
    static struct sockaddr_ll names[BATCH];
    int sends = argc == 4 && strcmp(argv[1], "send") == 0;
    long wanted = argc == 4 ? atol(argv[3]) : 0, count = 0;
    if (wanted <= 0) return 2;
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), one = 1, room = 8 << 20;
    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    struct sockaddr_ll address = {AF_PACKET, htons(0x88B5), if_nametoindex(argv[2])};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return perror("bind"), 1;
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){memory[i], sends ? 60 : SIZE};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    double start = now(), used = cpu(), last = start;
    struct pollfd waiting = {fd, sends ? POLLOUT : POLLIN, 0};
    while (count < wanted) {
        int moved;
        if (sends) {
            // The frame is written anew each time, as a program with something to say does.
            for (int i = 0; i < BATCH; i++) {
                char *frame = memory[i];
                memset(frame, 0xFF, 6);
                memset(frame + 6, 2, 6);
                frame[12] = (char)0x88, frame[13] = (char)0xB5;
                memset(frame + 14, i, 46);
            }
            long left = wanted - count;
            moved = sendmmsg(fd, messages, left < BATCH ? left : BATCH, MSG_DONTWAIT);
        } else {
            for (int i = 0; i < BATCH; i++) {
                messages[i].msg_hdr.msg_name = &names[i];
                messages[i].msg_hdr.msg_namelen = sizeof names[i];
                messages[i].msg_hdr.msg_control = control[i];
                messages[i].msg_hdr.msg_controllen = sizeof control[i];
            }
            moved = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
        }
        if (moved > 0) {
            if (!count && !sends) start = now(), used = cpu();
            count += moved;
            last = now();
        } else if (poll(&waiting, 1, 1000) <= 0) break;
    }
    struct tpacket_stats counters = {0};
    socklen_t length = sizeof counters;
    getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counters, &length);
    printf("%ld %u %.6f %.6f\n", count, counters.tp_drops, last - start, cpu() - used);
}
