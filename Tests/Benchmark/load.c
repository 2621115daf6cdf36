// The load: fills a hall in front of a server on loopback and measures the server from outside. It
// knows `GET /stream`, whose unnamed events hold `{"yes":N,"no":N`, and `GET /vote?yes=true`.
//
// usage: load PORT PROCESS screens SCREENS VOTES INTERVAL_MS
//            One vote at a time, the next when all screens show the last and the interval is over,
//            so that a server that paces its updates is held to the same rhythm as any other.
//        load PORT PROCESS votes SCREENS VOTERS SECONDS
//            Each voter votes again as soon as its vote is acknowledged.
//        load PORT PROCESS messages SCREENS MESSAGES BURST
//            For a server that sends a message for every vote, `GET /send?count=N` being N of them:
//            one at a time, and then BURST of them at once, three times. BURST are sent before
//            anybody is there too, for a server that keeps them.
//
// Prints a name and a value a line. Ends with status 1 and a sentence when a vote is refused, a
// stream ends, the screens show other votes in the end than were acknowledged, or a message did not
// come to every screen once and in its order.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common.h"
#include "hall.h"

static const double MESSAGE_INTERVAL = 0.06;  // seconds
enum { BURSTS = 3 };
enum { MAX_VOTES = 10000, MAX_INTERVAL_MS = 1000, MAX_SECONDS = 600, MAX_RUN_SECONDS = 1200 };

static void sleep_until(double moment) {
  double left = moment - now();
  if (left <= 0) return;
  struct timespec time = {.tv_sec = (time_t)left};
  time.tv_nsec = (long)((left - (double)time.tv_sec) * 1e9);
  nanosleep(&time, NULL);
}

// Waits until the screens show what was there before and what was acknowledged: no more, no less.
static void catch_up(Hall *hall, uint64_t before) {
  uint64_t counted = before + hall->acknowledged;
  hall_wait_for(hall, counted);
  while (hall->behind > 0) hall_turn(hall);
  if (hall->screen_count && hall->newest != counted)
    fail(
        0, "The screens show %lu votes where %lu were acknowledged.",
        (unsigned long)(hall->newest - before), (unsigned long)hall->acknowledged);
}

static void measure_screens(Hall *hall, pid_t server, int votes, double interval) {
  static double last[MAX_VOTES];
  uint64_t before = hall->newest;
  hall->deliveries = 0;
  double cpu = cpu_seconds(server), sent = 0;
  for (int i = 0; i < votes; i++) {
    sleep_until(sent + interval);
    hall_wait_for(hall, before + (uint64_t)i + 1);
    sent = now();
    hall_vote(hall, &hall->voters[0]);
    while (hall->behind > 0) hall_turn(hall);
    last[i] = now() - sent;
    while (hall->acknowledged < hall->voted) hall_turn(hall);
  }
  cpu = cpu_seconds(server) - cpu;
  printf("cpu_us_per_delivery %.3f\n", cpu * 1e6 / (double)hall->deliveries);
  printf("last_screen_ms %.3f\n", median(last, votes) * 1e3);
  catch_up(hall, before);
}

static void measure_votes(Hall *hall, double seconds) {
  uint64_t before = hall->newest;
  double start = now();
  hall->stop = start + seconds;
  for (int i = 0; i < hall->voter_count; i++) hall_vote(hall, &hall->voters[i]);
  while (hall->acknowledged < hall->voted) hall_turn(hall);
  printf("votes_per_second %.1f\n", (double)hall->acknowledged / (now() - start));
  catch_up(hall, before);
}

// Has messages sent and waits for them; returns the time until the last screen had the last.
static double send_to_all(Hall *hall, int count) {
  double sent = now();
  hall_wait_for(hall, hall->newest + (uint64_t)count);
  hall_send(hall, &hall->voters[0], count);
  while (hall->behind > 0) hall_turn(hall);
  double last = now() - sent;
  while (hall->acknowledged < hall->voted) hall_turn(hall);
  return last;
}

static void measure_messages(
    Hall *hall, pid_t server, const char *name, int rounds, int count, double interval) {
  static double last[MAX_VOTES];
  hall->deliveries = 0;
  double cpu = cpu_seconds(server);
  for (int i = 0; i < rounds; i++) {
    double begun = now();
    last[i] = send_to_all(hall, count);
    sleep_until(begun + interval);
  }
  cpu = cpu_seconds(server) - cpu;
  printf("%s_cpu_us %.3f\n", name, cpu * 1e6 / (double)hall->deliveries);
  printf("%s_last_ms %.3f\n", name, median(last, rounds) * 1e3);
}

// A screen's first tally is not a message: it says where it begins, and may be any number.
static void check_messages(const Hall *hall) {
  for (int i = 0; i < hall->screen_count; i++) {
    const Screen *screen = &hall->screens[i];
    if (screen->tallies != hall->voted + 1 || screen->reader.jumps > 1)
      fail(
          0, "A screen got %lu of %lu messages, and %u out of their order.",
          (unsigned long)screen->tallies - 1, (unsigned long)hall->voted,
          screen->reader.jumps);
  }
}

// What is sent before anybody is there, and what the server's memory grows by.
static void send_to_nobody(int port, pid_t server, int count) {
  Hall nobody;
  hall_open(&nobody, port, 0, 1);
  long memory = resident_kb(server);
  send_to_all(&nobody, count);
  printf("history_kb %ld\n", resident_kb(server) - memory);
  hall_close(&nobody);
}

static void measure_memory(const char *name, long before, pid_t server, int screens) {
  printf("%s %.3f\n", name, (double)(resident_kb(server) - before) / screens);
}

static const char usage[] =
    "usage: load PORT PROCESS screens SCREENS VOTES INTERVAL_MS\n"
    "       load PORT PROCESS votes SCREENS VOTERS SECONDS\n"
    "       load PORT PROCESS messages SCREENS MESSAGES BURST";

int main(int count, char **arguments) {
  if (count != 7) fail(0, "%s", usage);
  int port = (int)number_from(arguments[1], "PORT", 1, 65535);
  pid_t server = (pid_t)number_from(arguments[2], "PROCESS", 1, 1 << 30);
  int screens = (int)number_from(arguments[4], "SCREENS", 0, MAX_SCREENS);
  end_after(MAX_RUN_SECONDS);
  raise_descriptor_limit();

  Hall hall;
  if (strcmp(arguments[3], "screens") == 0) {
    int votes = (int)number_from(arguments[5], "VOTES", 1, MAX_VOTES);
    int interval = (int)number_from(arguments[6], "INTERVAL_MS", 0, MAX_INTERVAL_MS);
    if (screens == 0) fail(0, "No screens, nothing to measure.");
    long memory = resident_kb(server);
    hall_open(&hall, port, screens, 1);
    measure_memory("memory_kb_per_screen", memory, server, screens);
    measure_screens(&hall, server, votes, interval * 1e-3);
  } else if (strcmp(arguments[3], "votes") == 0) {
    int voters = (int)number_from(arguments[5], "VOTERS", 1, MAX_VOTERS);
    int seconds = (int)number_from(arguments[6], "SECONDS", 1, MAX_SECONDS);
    hall_open(&hall, port, screens, voters);
    measure_votes(&hall, seconds);
  } else if (strcmp(arguments[3], "messages") == 0) {
    int messages = (int)number_from(arguments[5], "MESSAGES", 1, MAX_VOTES);
    int burst = (int)number_from(arguments[6], "BURST", 1, MAX_VOTES);
    if (screens == 0) fail(0, "No screens, nothing to measure.");
    send_to_nobody(port, server, burst);
    long memory = resident_kb(server);
    hall_open(&hall, port, screens, 1);
    measure_memory("memory_kb_per_screen", memory, server, screens);
    measure_messages(&hall, server, "one", messages, 1, MESSAGE_INTERVAL);
    measure_messages(&hall, server, "burst", BURSTS, burst, 0);
    check_messages(&hall);
    measure_memory("memory_kb_after", memory, server, screens);
  } else {
    fail(0, "%s", usage);
  }
  hall_close(&hall);
}
