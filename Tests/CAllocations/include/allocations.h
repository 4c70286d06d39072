// A library that is loaded before all others (LD_PRELOAD) and counts what a program's threads allocate.
#ifndef APUS_ALLOCATIONS_H
#define APUS_ALLOCATIONS_H
#endif
