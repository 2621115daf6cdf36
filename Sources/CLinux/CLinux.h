// What Swift's Glibc module leaves out and an event loop on Linux needs.
#ifndef CLINUX_H
#define CLINUX_H

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// Declared here because <sys/socket.h> shows it under _GNU_SOURCE only, where its address parameter
// becomes a union that Swift cannot pass a pointer to.
int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
#endif

#endif
