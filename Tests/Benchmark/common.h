// What the floor and the load share: limits, numbers from outside, the clock, and failing.
#ifndef COMMON_H
#define COMMON_H

#include <sys/types.h>

// Sockets one of these processes holds at most, whatever the system allows: 10,000 screens, their
// voters, and room.
enum { MAX_DESCRIPTORS = 32768 };

// Prints a sentence and, where `number` is not 0, the system's reason, and exits with status 1.
_Noreturn void fail(int number, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A whole number in a range; anything else ends the program with a sentence.
long number_from(const char *text, const char *name, long min, long max);

// Raises the limit on open files as far as it goes, and returns how many there may be.
int raise_descriptor_limit(void);

// Ends the process after so many seconds, so that nothing is left running by an accident.
void end_after(unsigned seconds);

// Seconds on a clock that only goes forward.
double now(void);

// The middle one of some values, which are sorted for it; 0 where there are none.
double median(double *values, int count);

// A process's CPU time in seconds, of all its threads, in user and kernel mode.
double cpu_seconds(pid_t process);

// A process's memory that is in RAM, in kB.
long resident_kb(pid_t process);

#endif
