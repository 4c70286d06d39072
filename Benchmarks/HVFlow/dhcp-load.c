// A closed loop of DHCPv4 clients on a packet socket: dhcp-load INTERFACE CLIENTS TAGGED WINDOW MILLISECONDS discover|request
//
// Client i, from 1, has the hardware address 02:00:00:01:00:i and is to get 10.1.0.i. If TAGGED is 1 its frames have VLAN tag i, as
// the steering flow of a bridge would push it. Each of WINDOW clients asks again as soon as it has its answer. Prints: exchanges,
// lost, wrong, median and 99th percentile in microseconds, seconds.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LIMIT 250
#define PATIENCE 100000000ull // 100 ms, in nanoseconds

static struct {
    uint8_t frame[512];
    int size, dhcp;
    uint32_t xid;
    uint64_t sent;
} clients[LIMIT];

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint16_t sum(const uint8_t *octets, int count) {
    uint32_t total = 0;
    for (int i = 0; i < count; i += 2) total += octets[i] << 8 | octets[i + 1];
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return ~total;
}

static void put16(uint8_t *at, uint16_t value) { at[0] = value >> 8, at[1] = value; }

static void make(int i, int tagged, int is_request) {
    uint8_t *f = clients[i].frame, mac[6] = {2, 0, 0, 1, 0, i}, options[32] = {53, 1, is_request ? 3 : 1};
    int at = 0, count = 3;
    if (is_request) {
        uint8_t wanted[] = {50, 4, 10, 1, 0, i};
        memcpy(options + count, wanted, 6), count += 6;
    }
    uint8_t rest[] = {55, 4, 1, 3, 6, 26, 255};
    memcpy(options + count, rest, sizeof rest), count += sizeof rest;
    memset(f, 0xff, 6), memcpy(f + 6, mac, 6), at = 12;
    if (tagged) put16(f + at, 0x8100), put16(f + at + 2, i), at += 4;
    put16(f + at, 0x0800), at += 2;
    int length = 236 + 4 + count < 300 ? 300 : 236 + 4 + count;
    uint8_t *ip = f + at, *udp = ip + 20, *dhcp = udp + 8;
    ip[0] = 0x45, ip[8] = 64, ip[9] = 17;
    put16(ip + 2, 28 + length), memset(ip + 16, 0xff, 4), put16(ip + 10, sum(ip, 20));
    put16(udp, 68), put16(udp + 2, 67), put16(udp + 4, 8 + length); // no checksum: allowed in IPv4
    dhcp[0] = 1, dhcp[1] = 1, dhcp[2] = 6, memcpy(dhcp + 28, mac, 6);
    uint8_t magic[] = {0x63, 0x82, 0x53, 0x63};
    memcpy(dhcp + 236, magic, 4), memcpy(dhcp + 240, options, count);
    clients[i].size = dhcp + length - f, clients[i].dhcp = dhcp - f;
}

static void ask(int link, int i) {
    clients[i].xid += 1;
    uint32_t xid = htonl(clients[i].xid);
    memcpy(clients[i].frame + clients[i].dhcp + 4, &xid, 4);
    clients[i].sent = now();
    if (send(link, clients[i].frame, clients[i].size, 0) < 0 && errno != ENOBUFS) perror("send"), exit(1);
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **words) {
    if (count != 7) return fprintf(stderr, "see the source\n"), 64;
    int total = atoi(words[2]), tagged = atoi(words[3]), window = atoi(words[4]), is_request = words[6][0] == 'r';
    if (total < 1 || total >= LIMIT || window > total) return fprintf(stderr, "too many\n"), 64;
    int link = socket(AF_PACKET, SOCK_RAW, 0), yes = 1, room = 4 << 20;
    struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex(words[1])};
    struct timeval patience = {0, 20000};
    setsockopt(link, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
    setsockopt(link, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(link, (struct sockaddr *)&place, sizeof place) < 0) return perror(words[1]), 1;
    for (int i = 1; i <= total; i++) make(i, tagged, is_request), clients[i].xid = i << 24;
    uint32_t *times = malloc(sizeof *times * (32 << 20));
    long done = 0, lost = 0, wrong = 0;
    uint64_t begin = now(), end = begin + atoll(words[5]) * 1000000ull, swept = begin, at = begin;
    // With fewer than all at a time they take turns.
    int next = window;
    for (int i = 1; i <= window; i++) ask(link, i);
    while (at < end) {
        uint8_t f[2048];
        ssize_t size = recv(link, f, sizeof f, 0);
        at = now();
        if (size >= 14 + 28 + 240 && f[23] == 17 && f[14 + 20] == 0 && f[14 + 21] == 67 && f[42] == 2) {
            uint8_t *dhcp = f + 42;
            int i = dhcp[33];
            uint32_t xid;
            memcpy(&xid, dhcp + 4, 4);
            if (i < 1 || i > total || ntohl(xid) != clients[i].xid || !clients[i].sent) continue;
            uint8_t mine[] = {10, 1, 0, i}, type = 0;
            for (uint8_t *o = dhcp + 240; o + 2 < f + size && *o != 255; o += *o ? 2 + o[1] : 1)
                if (*o == 53) type = o[2];
            if (memcmp(dhcp + 16, mine, 4) || type != (is_request ? 5 : 2)) wrong++;
            if (done < 32 << 20) times[done] = at - clients[i].sent;
            done++;
            clients[i].sent = 0;
            next = next % total + 1;
            while (clients[next].sent) next = next % total + 1;
            ask(link, next);
        }
        if (at - swept > PATIENCE / 10) {
            for (int i = 1; i <= total; i++)
                // What was asked just now was asked after `at`.
                if (clients[i].sent && clients[i].sent + PATIENCE < at) lost++, ask(link, i);
            swept = at;
        }
    }
    qsort(times, done, sizeof *times, ascending);
    printf("%ld %ld %ld %.0f %.0f %.3f\n", done, lost, wrong, done ? times[done / 2] / 1e3 : 0.0,
        done ? times[(long)(done * 0.99)] / 1e3 : 0.0, (at - begin) / 1e9);
}
