// Counts the allocations of threads whose name begins with "worker", in the file that APUS_ALLOCATIONS names: eight
// octets, of which a test looks at the value before and after. glibc lets a library define these functions and keeps its
// own under other names ("Replacing malloc" in its manual).

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic(_Atomic unsigned long *) counter;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("APUS_ALLOCATIONS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof(unsigned long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) atomic_store(&counter, page);
}

static void count(void) {
    _Atomic unsigned long *where = atomic_load_explicit(&counter, memory_order_relaxed);
    if (!where) return;
    // Asked each time: a thread gets its name when it runs already.
    char name[16] = "";
    prctl(PR_GET_NAME, name);
    if (strncmp(name, "worker", 6) == 0) atomic_fetch_add(where, 1);
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (!made) return 12;
    *memory = made;
    return 0;
}
