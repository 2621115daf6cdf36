// The floor: what this kernel lets a voting server do at best, to hold a real one against. One
// thread and one epoll; no parsing beyond the path, nothing stored, nobody refused. A vote adds
// one, and each turn of the loop ends with one write of the newest tally to each screen.
//
// Its one allowance to the real world: a screen whose socket is full keeps the rest of its event
// and gets the newest tally when it has room, so that in the end all screens show the same.
//
// As a server of messages it writes each of them to each screen, of about 100 bytes, in the turn it
// is asked for it: `GET /send?count=N` is N of them. Nobody may be behind.
//
// usage: floor SECONDS [messages]
//            Prints the port it listens on, on loopback, and ends after so long.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

enum { MAX_EVENTS = 1024, MAX_REQUEST_BYTES = 65536, MAX_EVENT_BYTES = 128, BACKLOG = 4096 };

// A connection, found by its descriptor.
typedef struct {
  int place;        // in `screens`, counted from 1; 0 for a connection that watches nothing
  bool is_behind;   // its socket is full
  int rest_length;  // of an event that was written in part
  char rest[MAX_EVENT_BYTES];
} Connection;

static Connection *connections;
static int *screens;
static int screen_count;
static int poller;
static unsigned long votes;
static bool sends_messages;

static void watch(int socket, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.fd = socket};
  if (epoll_ctl(poller, operation, socket, &event)) fail(errno, "epoll_ctl");
}

static void drop(int socket) {
  Connection *connection = &connections[socket];
  if (connection->place) {
    int last = screens[--screen_count];
    screens[connection->place - 1] = last;
    connections[last].place = connection->place;
  }
  memset(connection, 0, sizeof *connection);
  close(socket);
}

static int write_event(char *bytes) {
  static const char text[] = "a message of about a hundred bytes, as a chat or a log has";
  if (sends_messages)
    return snprintf(
        bytes, MAX_EVENT_BYTES, "data: {\"yes\":%lu,\"no\":0,\"text\":\"%s\"}\n\n", votes, text);
  return snprintf(bytes, MAX_EVENT_BYTES, "data: {\"yes\":%lu,\"no\":0}\n\n", votes);
}

// Writes to a screen; what its socket does not take waits until it does.
static void write_to_screen(int socket, const char *bytes, int length) {
  Connection *screen = &connections[socket];
  ssize_t written = send(socket, bytes, (size_t)length, MSG_NOSIGNAL);
  // A screen that has gone is dropped when its end is read.
  if (written == length || (written < 0 && errno != EAGAIN)) return;
  if (written > 0) {
    screen->rest_length = length - (int)written;
    memmove(screen->rest, bytes + written, (size_t)screen->rest_length);
  }
  if (sends_messages) fail(0, "A screen is behind.");
  if (!screen->is_behind) watch(socket, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  screen->is_behind = true;
}

static void catch_up(int socket) {
  Connection *screen = &connections[socket];
  char event[MAX_EVENT_BYTES];
  int length = screen->rest_length;
  screen->is_behind = false;
  screen->rest_length = 0;
  watch(socket, EPOLLIN, EPOLL_CTL_MOD);
  if (length) write_to_screen(socket, screen->rest, length);
  if (!screen->is_behind) write_to_screen(socket, event, write_event(event));
}

static void broadcast(void) {
  char event[MAX_EVENT_BYTES];
  int length = write_event(event);
  for (int i = 0; i < screen_count; i++)
    if (!connections[screens[i]].is_behind) write_to_screen(screens[i], event, length);
}

static void send_messages(long count) {
  while (count-- > 0) {
    votes++;
    broadcast();
  }
}

static void accept_all(int listener) {
  int socket, yes = 1;
  while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(socket, EPOLLIN, EPOLL_CTL_ADD);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) fail(errno, "accept");
}

static void open_screen(int socket) {
  static const char head[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";
  char bytes[sizeof head + MAX_EVENT_BYTES];
  memcpy(bytes, head, sizeof head - 1);
  int length = (int)sizeof head - 1 + write_event(bytes + sizeof head - 1);
  // A new socket has room for this; one that has not is of no use.
  if (send(socket, bytes, (size_t)length, MSG_NOSIGNAL) != length) {
    drop(socket);
    return;
  }
  screens[screen_count++] = socket;
  connections[socket].place = screen_count;
}

// One read is one request: who measures sends no more than one at a time, in one segment.
// Returns whether there is a new tally for all.
static bool serve(int socket) {
  static const char counted[] = "HTTP/1.1 204 No Content\r\n\r\n";
  static char request[MAX_REQUEST_BYTES];
  ssize_t length = recv(socket, request, sizeof request - 1, 0);
  if (length <= 0) {
    drop(socket);
    return false;
  }
  request[length] = 0;
  if (strncmp(request, "GET /stream ", 12) == 0) {
    open_screen(socket);
    return false;
  }
  if (sends_messages) {
    static const char send_[] = "GET /send?count=";
    if (strncmp(request, send_, sizeof send_ - 1) == 0)
      send_messages(strtol(request + sizeof send_ - 1, NULL, 10));
  } else {
    votes++;
  }
  if (send(socket, counted, sizeof counted - 1, MSG_NOSIGNAL) < 0) drop(socket);
  return !sends_messages;
}

static int listen_on_loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0) fail(errno, "socket");
  if (bind(listener, (struct sockaddr *)&address, length)) fail(errno, "bind");
  if (listen(listener, BACKLOG)) fail(errno, "listen");
  if (getsockname(listener, (struct sockaddr *)&address, &length)) fail(errno, "getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void run(int listener) {
  struct epoll_event events[MAX_EVENTS];
  for (;;) {
    bool has_voted = false;
    int count = epoll_wait(poller, events, MAX_EVENTS, -1);
    if (count < 0 && errno != EINTR) fail(errno, "epoll_wait");
    for (int i = 0; i < count; i++) {
      int socket = events[i].data.fd;
      if (socket == listener) {
        accept_all(listener);
      } else {
        if (events[i].events & EPOLLOUT) catch_up(socket);
        if (events[i].events & ~(uint32_t)EPOLLOUT) has_voted |= serve(socket);
      }
    }
    if (has_voted) broadcast();
  }
}

static void stop(int signal) {
  (void)signal;
  _exit(0);
}

int main(int count, char **arguments) {
  sends_messages = count == 3 && strcmp(arguments[2], "messages") == 0;
  if (count != 2 && !sends_messages) fail(0, "usage: floor SECONDS [messages]");
  signal(SIGTERM, stop);
  end_after((unsigned)number_from(arguments[1], "SECONDS", 1, 86400));
  int descriptors = raise_descriptor_limit();
  connections = calloc((size_t)descriptors, sizeof *connections);
  screens = calloc((size_t)descriptors, sizeof *screens);
  if (!connections || !screens) fail(errno, "calloc");
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) fail(errno, "epoll_create1");
  int listener = listen_on_loopback();
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  run(listener);
}
