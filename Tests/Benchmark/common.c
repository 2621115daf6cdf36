#define _GNU_SOURCE
#include "common.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void fail(int number, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, number ? ": %s\n" : "\n", strerror(number));
  exit(1);
}

long number_from(const char *text, const char *name, long min, long max) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno || end == text || *end || value < min || value > max)
    fail(0, "%s is a number from %ld to %ld, not '%s'.", name, min, max, text);
  return value;
}

int raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) fail(errno, "getrlimit");
  limit.rlim_cur = limit.rlim_max < MAX_DESCRIPTORS ? limit.rlim_max : MAX_DESCRIPTORS;
  if (setrlimit(RLIMIT_NOFILE, &limit)) fail(errno, "setrlimit");
  return (int)limit.rlim_cur;
}

static void out_of_time(int signal) {
  (void)signal;
  static const char sentence[] = "It took longer than it may.\n";
  ssize_t ignored = write(STDERR_FILENO, sentence, sizeof sentence - 1);
  (void)ignored;
  _exit(1);
}

void end_after(unsigned seconds) {
  signal(SIGALRM, out_of_time);
  alarm(seconds);
}

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

double median(double *values, int count) {
  if (count == 0) return 0;
  qsort(values, (size_t)count, sizeof *values, compare);
  return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

// The process's own clock counts nanoseconds; /proc/PID/stat counts ticks of 10 ms.
double cpu_seconds(pid_t process) {
  clockid_t clock;
  struct timespec time;
  int failure = clock_getcpuclockid(process, &clock);
  if (failure) fail(failure, "The CPU time of process %d", (int)process);
  if (clock_gettime(clock, &time)) fail(errno, "The CPU time of process %d", (int)process);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

// The kernel adds up smaps_rollup when it is read; VmRSS lags behind by some pages a thread.
long resident_kb(pid_t process) {
  char path[64], line[256];
  long kb = -1;
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
  FILE *file = fopen(path, "r");
  if (!file) fail(errno, "%s", path);
  while (fgets(line, sizeof line, file) && sscanf(line, "Rss: %ld", &kb) != 1) {}
  fclose(file);
  if (kb < 0) fail(0, "%s does not say how much memory is in use.", path);
  return kb;
}
