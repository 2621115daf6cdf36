// The part of SQLite's interface that Voting uses. Machines that run Swift have SQLite's shared
// library, since the toolchain needs it, but many lack its header: they get these declarations,
// which are those of every SQLite since 3.37 (the first with STRICT tables).
// Define CSQLITE_WITHOUT_HEADER to build with them in any case.
#ifndef CSQLITE_H
#define CSQLITE_H

#if defined(__has_include) && !defined(CSQLITE_WITHOUT_HEADER)
#if __has_include(<sqlite3.h>)
#define CSQLITE_HAS_HEADER
#endif
#endif

#ifdef CSQLITE_HAS_HEADER
#include <sqlite3.h>
#else

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef long long sqlite3_int64;

#define SQLITE_OK 0
#define SQLITE_BUSY 5
#define SQLITE_LOCKED 6
#define SQLITE_READONLY 8
#define SQLITE_CORRUPT 11
#define SQLITE_FULL 13
#define SQLITE_CANTOPEN 14
#define SQLITE_NOTADB 26
#define SQLITE_ROW 100
#define SQLITE_DONE 101

#define SQLITE_OPEN_READONLY 0x00000001
#define SQLITE_OPEN_READWRITE 0x00000002
#define SQLITE_OPEN_CREATE 0x00000004
#define SQLITE_OPEN_NOMUTEX 0x00008000

#define SQLITE_OPEN_URI 0x00000040

#define SQLITE_IOERR 10
#define SQLITE_CHECKPOINT_PASSIVE 0
#define SQLITE_CHECKPOINT_TRUNCATE 3
#define SQLITE_DBCONFIG_ENABLE_TRIGGER 1003
#define SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE 1006
#define SQLITE_FCNTL_PERSIST_WAL 10
#define SQLITE_FCNTL_HAS_MOVED 20
#define SQLITE_INTEGER 1
#define SQLITE_TEXT 3
#define SQLITE_NULL 5

int sqlite3_libversion_number(void);
const char *sqlite3_libversion(void);

int sqlite3_open_v2(const char *path, sqlite3 **database, int flags, const char *vfs);
int sqlite3_close_v2(sqlite3 *database);
int sqlite3_busy_timeout(sqlite3 *database, int milliseconds);
int sqlite3_changes(sqlite3 *database);
int sqlite3_db_readonly(sqlite3 *database, const char *name);
const char *sqlite3_errmsg(sqlite3 *database);
int sqlite3_exec(sqlite3 *database, const char *sql,
                 int (*row)(void *, int, char **, char **), void *context, char **message);
int sqlite3_file_control(sqlite3 *database, const char *name, int operation, void *argument);
int sqlite3_extended_result_codes(sqlite3 *database, int wanted);
int sqlite3_get_autocommit(sqlite3 *database);
int sqlite3_system_errno(sqlite3 *database);
int sqlite3_db_config(sqlite3 *database, int option, ...);
int sqlite3_wal_checkpoint_v2(sqlite3 *database, const char *name, int mode, int *log_pages,
                              int *moved_pages);
void *sqlite3_wal_hook(sqlite3 *database,
                       int (*committed)(void *, sqlite3 *, const char *, int), void *context);

int sqlite3_prepare_v2(sqlite3 *database, const char *sql, int bytes, sqlite3_stmt **statement,
                       const char **rest);
int sqlite3_step(sqlite3_stmt *statement);
int sqlite3_reset(sqlite3_stmt *statement);
int sqlite3_finalize(sqlite3_stmt *statement);
int sqlite3_bind_int64(sqlite3_stmt *statement, int index, sqlite3_int64 value);
int sqlite3_bind_null(sqlite3_stmt *statement, int index);
int sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *text, int bytes,
                      void (*release)(void *));
sqlite3_int64 sqlite3_column_int64(sqlite3_stmt *statement, int column);
const unsigned char *sqlite3_column_text(sqlite3_stmt *statement, int column);
int sqlite3_column_bytes(sqlite3_stmt *statement, int column);
const char *sqlite3_column_name(sqlite3_stmt *statement, int column);
int sqlite3_column_type(sqlite3_stmt *statement, int column);

#endif

/// Keeps the log when the connection is closed. (Swift cannot call sqlite3_db_config, which takes a
/// variable number of arguments.)
int csqlite_keep_log_on_close(sqlite3 *database);

// Runs no trigger that is in the file: none is ours.
int csqlite_disable_triggers(sqlite3 *database);

#endif
