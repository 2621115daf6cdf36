// Tells the Thread Sanitizer of Swift's Mutex on Linux. The way of a lock that nobody else wants is
// compiled into its user, where the sanitizer sees its atomics. The way of one that somebody waits
// for is in libswiftSynchronization and in the kernel, where it sees nothing: without this it takes
// whatever such a lock guards for a race.
//
// Linked into the program these come before the library's functions of the same names, which they
// call. Compiled by Swift's own clang: other compilers do not know its calling convention.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// _MutexHandle._lockSlow(_: UInt32), ._unlockSlow(), ._tryLockSlow() -> Bool
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *);
void __tsan_release(void *);

typedef SWIFT void Lock(uint32_t thread, SELF void *mutex);
typedef SWIFT void Unlock(SELF void *mutex);
typedef SWIFT bool TryLock(SELF void *mutex);

static Lock *library_lock;
static Unlock *library_unlock;
static TryLock *library_try_lock;

static void *library(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) {
    fprintf(stderr, "tsan-mutex: this Swift's Mutex has no %s\n", name);
    abort();
  }
  return function;
}

// Before any lock is taken: a look-up in the middle would order threads that are not in order.
__attribute__((constructor)) static void find_library(void) {
  library_lock = (Lock *)library(LOCK);
  library_unlock = (Unlock *)library(UNLOCK);
  library_try_lock = (TryLock *)library(TRY_LOCK);
}

SWIFT void lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void unlock(SELF void *mutex) __asm__(UNLOCK);
SWIFT bool try_lock(SELF void *mutex) __asm__(TRY_LOCK);

SWIFT void lock(uint32_t thread, SELF void *mutex) {
  library_lock(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock(SELF void *mutex) {
  __tsan_release(mutex);
  library_unlock(mutex);
}

SWIFT bool try_lock(SELF void *mutex) {
  bool is_taken = library_try_lock(mutex);
  if (is_taken) __tsan_acquire(mutex);
  return is_taken;
}
