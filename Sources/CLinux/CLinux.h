// What Swift's Glibc module leaves out and an event loop on Linux needs.
#ifndef CLINUX_H
#define CLINUX_H

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <linux/stat.h>

// Declared here because <sys/socket.h> shows it under _GNU_SOURCE only, where its address parameter
// becomes a union that Swift cannot pass a pointer to. The header itself stays out: its types must
// have one home, which is Glibc.
struct sockaddr;
int accept4(int listener, struct sockaddr *address, unsigned int *length, int flags);

// Shown under _GNU_SOURCE only.
int pipe2(int ends[2], int flags);

// Shown under _GNU_SOURCE only. A pthread_t is an unsigned long in glibc.
int pthread_setname_np(unsigned long thread, const char *name);

// In <sys/stat.h> and <fcntl.h>, shown under _GNU_SOURCE only; the kernel's header has the structure.
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *status);

// In <malloc.h>, which Glibc leaves out.
int malloc_trim(unsigned long pad);
#endif

#endif
