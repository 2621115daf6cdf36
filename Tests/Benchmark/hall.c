#define _GNU_SOURCE
#include "hall.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

// How many screens connect at a time: fewer than any server's backlog takes.
enum { WAVE = 200, MAX_EVENTS = 1024, MAX_READ_BYTES = 65536 };

// MARK: Connecting

static int connect_to(const struct sockaddr_in *server) {
  int yes = 1, socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail(errno, "socket");
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (connect(socket_, (const struct sockaddr *)server, sizeof *server)) fail(errno, "connect");
  return socket_;
}

// Screens are numbered from 0 and voters after them.
static void watch(Hall *hall, int socket, int number) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
  if (epoll_ctl(hall->poller, EPOLL_CTL_ADD, socket, &event)) fail(errno, "epoll_ctl");
}

static void send_all(int socket, const char *text) {
  ssize_t length = (ssize_t)strlen(text);
  if (send(socket, text, (size_t)length, MSG_NOSIGNAL) != length) fail(errno, "send");
}

static void open_screen(Hall *hall, int number) {
  Screen *screen = &hall->screens[number];
  screen->socket = connect_to(&hall->server);
  watch(hall, screen->socket, number);
  send_all(
      screen->socket,
      "GET /stream HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
}

void hall_open(Hall *hall, int port, int screens, int voters) {
  *hall = (Hall){.screen_count = screens, .voter_count = voters};
  hall->server.sin_family = AF_INET;
  hall->server.sin_port = htons((uint16_t)port);
  hall->server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  hall->screens = calloc((size_t)screens + 1, sizeof *hall->screens);
  hall->voters = calloc((size_t)voters, sizeof *hall->voters);
  if (!hall->screens || !hall->voters) fail(errno, "calloc");
  hall->poller = epoll_create1(EPOLL_CLOEXEC);
  if (hall->poller < 0) fail(errno, "epoll_create1");
  for (int connected = 0; hall->opened < screens;) {
    while (connected < screens && connected - hall->opened < WAVE) open_screen(hall, connected++);
    hall_turn(hall);
  }
  for (int i = 0; i < voters; i++) {
    hall->voters[i].socket = connect_to(&hall->server);
    watch(hall, hall->voters[i].socket, screens + i);
  }
}

static void reset(int socket) {
  struct linger at_once = {.l_onoff = 1};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket);
}

void hall_close(Hall *hall) {
  for (int i = 0; i < hall->screen_count; i++) reset(hall->screens[i].socket);
  for (int i = 0; i < hall->voter_count; i++) reset(hall->voters[i].socket);
  close(hall->poller);
  free(hall->screens);
  free(hall->voters);
}

// MARK: Screens

static void receive_at_screen(Hall *hall, Screen *screen) {
  static char bytes[MAX_READ_BYTES];
  ssize_t length = recv(screen->socket, bytes, sizeof bytes, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length < 0) fail(errno, "A screen lost its stream");
  if (length == 0) fail(0, "The server closed a stream; %d screens were open.", hall->opened);
  uint64_t total;
  int tallies = tally_reader_take(&screen->reader, bytes, (size_t)length, &total);
  if (tallies == 0) return;
  if (screen->tallies == 0) hall->opened++;
  screen->tallies += (uint64_t)tallies;
  hall->deliveries += (uint64_t)tallies;
  if (screen->total < hall->goal && total >= hall->goal) hall->behind--;
  screen->total = total;
  if (total > hall->newest) hall->newest = total;
}

void hall_wait_for(Hall *hall, uint64_t total) {
  hall->goal = total;
  hall->behind = 0;
  for (int i = 0; i < hall->screen_count; i++) hall->behind += hall->screens[i].total < total;
}

// MARK: Voters

void hall_vote(Hall *hall, Voter *voter) {
  hall->voted++;
  voter->asked = 1;
  voter->length = 0;
  send_all(voter->socket, "GET /vote?yes=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

void hall_send(Hall *hall, Voter *voter, int count) {
  char request[64];
  snprintf(
      request, sizeof request, "GET /send?count=%d HTTP/1.1\r\nHost: localhost\r\n\r\n", count);
  hall->voted += (uint64_t)count;
  voter->asked = (uint64_t)count;
  voter->length = 0;
  send_all(voter->socket, request);
}

// Whether all of a response is there, by its Content-Length, which may be missing where it is 0.
static int is_whole(const Voter *voter) {
  const char *end = strstr(voter->response, "\r\n\r\n");
  if (!end) return 0;
  const char *field = strcasestr(voter->response, "\r\ncontent-length:");
  long body = field && field < end ? strtol(field + strlen("\r\ncontent-length:"), NULL, 10) : 0;
  return voter->length >= end + 4 - voter->response + body;
}

static void receive_at_voter(Hall *hall, Voter *voter) {
  int room = MAX_RESPONSE_BYTES - 1 - voter->length;
  ssize_t length = recv(
      voter->socket, voter->response + voter->length, (size_t)room, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length < 0) fail(errno, "A voter lost its connection");
  if (length == 0) fail(0, "The server closed a voter's connection, or said too much.");
  voter->length += (int)length;
  voter->response[voter->length] = 0;
  if (!is_whole(voter)) return;
  if (strncmp(voter->response, "HTTP/1.1 2", 10)) fail(0, "No vote: %.60s", voter->response);
  hall->acknowledged += voter->asked;
  if (now() < hall->stop) hall_vote(hall, voter);
}

// MARK: Both

void hall_turn(Hall *hall) {
  struct epoll_event events[MAX_EVENTS];
  int count = epoll_wait(hall->poller, events, MAX_EVENTS, PATIENCE_MS);
  if (count < 0 && errno != EINTR) fail(errno, "epoll_wait");
  if (count == 0)
    fail(
        0, "The server is stuck: %d of %d screens open, %d behind, %lu of %lu votes acknowledged.",
        hall->opened, hall->screen_count, hall->behind, (unsigned long)hall->acknowledged,
        (unsigned long)hall->voted);
  for (int i = 0; i < count; i++) {
    int number = (int)events[i].data.u32;
    if (number < hall->screen_count) {
      receive_at_screen(hall, &hall->screens[number]);
    } else {
      receive_at_voter(hall, &hall->voters[number - hall->screen_count]);
    }
  }
}
