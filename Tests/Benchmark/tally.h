// Finds tallies in the bytes of an event stream, however they were cut into pieces on the way.
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Holds any tally: `data: {"yes":N,"no":N` with two numbers of 20 digits. Of a longer line the rest
// is not needed.
enum { MAX_LINE_BYTES = 64 };

// One stream's unfinished line; all zero at the start.
typedef struct {
  char line[MAX_LINE_BYTES];
  uint8_t length;
  bool is_named;  // the event has a name, so it is no tally whatever its data say
  uint64_t last;  // the votes of the tally before
  uint32_t jumps;  // tallies that were not one vote more than the one before
} TallyReader;

// Takes a stream's next bytes. Returns how many tallies ended in them, and sets `total` to the
// votes of the last.
int tally_reader_take(TallyReader *reader, const char *bytes, size_t length, uint64_t *total);

#endif
