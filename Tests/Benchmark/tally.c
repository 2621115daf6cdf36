#include "tally.h"

#include <stdlib.h>
#include <string.h>

static bool starts_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

// Whether a line is a tally with its numbers in decimal.
static bool parse(const char *line, uint64_t *total) {
  static const char yes[] = "data: {\"yes\":", no[] = ",\"no\":";
  char *end;
  if (!starts_with(line, yes)) return false;
  const char *number = line + strlen(yes);
  uint64_t sum = strtoull(number, &end, 10);
  if (end == number || !starts_with(end, no)) return false;
  number = end + strlen(no);
  sum += strtoull(number, &end, 10);
  if (end == number || (*end != ',' && *end != '}')) return false;
  *total = sum;
  return true;
}

static bool take_line(TallyReader *reader, uint64_t *total) {
  if (starts_with(reader->line, "event:")) reader->is_named = true;
  if (reader->line[0] == 0) reader->is_named = false;
  if (reader->is_named || !parse(reader->line, total)) return false;
  reader->jumps += *total != reader->last + 1;
  reader->last = *total;
  return true;
}

int tally_reader_take(TallyReader *reader, const char *bytes, size_t length, uint64_t *total) {
  int found = 0;
  while (length) {
    const char *end = memchr(bytes, '\n', length);
    size_t taken = end ? (size_t)(end - bytes) : length;
    size_t room = MAX_LINE_BYTES - 1 - reader->length;
    size_t kept = taken < room ? taken : room;
    memcpy(reader->line + reader->length, bytes, kept);
    reader->length += (uint8_t)kept;
    if (!end) break;
    reader->line[reader->length] = 0;
    found += take_line(reader, total);
    reader->length = 0;
    bytes = end + 1;
    length -= taken + 1;
  }
  return found;
}
