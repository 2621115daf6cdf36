// A hall from outside: screens that watch a server's event stream, and voters that vote.
#ifndef HALL_H
#define HALL_H

#include <netinet/in.h>
#include <stdint.h>

#include "tally.h"

enum {
  MAX_SCREENS = 30000,
  MAX_VOTERS = 2000,
  MAX_RESPONSE_BYTES = 4096,
  // How long nothing at all may happen before the server counts as stuck.
  PATIENCE_MS = 10000,
};

typedef struct {
  int socket;
  TallyReader reader;
  uint64_t total;    // votes it shows
  uint64_t tallies;  // that it was sent; its stream is open once it has the first
} Screen;

// A connection that votes again and again, each time as somebody new: it sends no cookie.
typedef struct {
  int socket;
  int length;
  uint64_t asked;  // votes, or messages, that an answer stands for
  char response[MAX_RESPONSE_BYTES];
} Voter;

typedef struct {
  struct sockaddr_in server;
  int poller;
  Screen *screens;
  int screen_count;
  int opened;  // screens that have their first tally
  Voter *voters;
  int voter_count;
  uint64_t newest;      // the highest total that a screen shows
  uint64_t deliveries;  // tallies that came to screens
  uint64_t voted;
  uint64_t acknowledged;
  double stop;    // when voters vote no more
  uint64_t goal;  // a total that is waited for
  int behind;     // screens that do not show it yet
} Hall;

// Connects screens and voters to a server on loopback, and returns when every screen shows a tally.
void hall_open(Hall *hall, int port, int screens, int voters);

// Ends the connections at once, so that no port stays taken.
void hall_close(Hall *hall);

// Sends one vote.
void hall_vote(Hall *hall, Voter *voter);

// Has so many messages sent, each with the next number for its votes.
void hall_send(Hall *hall, Voter *voter, int count);

// From now on `behind` counts the screens that do not show this total.
void hall_wait_for(Hall *hall, uint64_t total);

// Waits until something comes and takes it in. A voter whose vote is acknowledged votes again until
// `stop`. Whatever should not happen ends the program with a sentence.
void hall_turn(Hall *hall);

#endif
