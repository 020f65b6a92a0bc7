/*
 * A library between a program and the files of one folder (LD_PRELOAD). It keeps a journal of everything that the
 * program does to them, so that a test can rebuild what a power cut at any moment would leave. It also fails calls as a
 * disk would.
 *
 *   FAULTY_DISK_FOLDER   the folder, without symbolic links; it need not exist yet, and has no folders inside
 *   FAULTY_DISK_JOURNAL  a file that is appended to
 *   FAULTY_DISK_FAULTS   a file that is read at each call, with one line or none:
 *                          write ENOSPC 4096   nothing beyond that offset of its file is written
 *                          write EIO 0         nothing is written; files can still be created, and extended without data
 *                          sync EIO            every sync fails
 *                          sync-database EIO   every sync fails, except of files that end in -wal
 *
 * A record of the journal is a line "<kind> <inode> <number> <length>" and then <length> bytes:
 *   n  the name in the bytes was created        u  the name in the bytes was removed
 *   r  renamed: "<from>/<to>" in the bytes      d  the folder was synced, with all names in it
 *   w  the bytes were written at the offset     t  the length of the file was set to the number
 *   s  a sync succeeded (1) or failed (0)       a  the bytes were sent to a socket, as an answer
 * Files that end in -shm are memory that processes share. They can fail, but are not recorded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 65536
#define REAL(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

enum kind { OTHER, RECORDED, UNRECORDED, FOLDER };
static unsigned char kinds[FILES_MAX];
static unsigned char are_logs[FILES_MAX];

/* Held during a call and its record, so that the journal has the order in which things happened. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int journal = -1;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_ftruncate)(int, off_t);

__attribute__((constructor)) static void begin(void) {
  real_write = REAL(ssize_t, write, int, const void *, size_t);
  real_writev = REAL(ssize_t, writev, int, const struct iovec *, int);
  real_pwrite = REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
  real_open = REAL(int, open64, const char *, int, ...);
  real_close = REAL(int, close, int);
  real_ftruncate = REAL(int, ftruncate64, int, off_t);
  folder = getenv("FAULTY_DISK_FOLDER");
  const char *path = getenv("FAULTY_DISK_JOURNAL");
  if (folder == NULL || path == NULL) return;
  journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal < 0) abort();
}

static enum kind kind_of(int fd) {
  if (journal < 0 || fd < 0 || fd >= FILES_MAX) return OTHER;
  return kinds[fd];
}

/* The part of the path after the folder and its slash: "" for the folder itself, NULL if the path is outside. */
static const char *name_of(const char *path) {
  if (journal < 0 || path == NULL) return NULL;
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == '\0') return path + length;
  return path[length] == '/' ? path + length + 1 : NULL;
}

static int ends_in(const char *name, const char *end) {
  size_t length = strlen(name);
  return length >= 4 && strcmp(name + length - 4, end) == 0;
}

static int is_unrecorded(const char *name) { return ends_in(name, "-shm"); }

static void record(char kind, unsigned long inode, long long number, const void *bytes, size_t length) {
  char line[80];
  int size = snprintf(line, sizeof line, "%c %lu %lld %zu\n", kind, inode, number, length);
  struct iovec parts[] = {{line, size}, {(void *)bytes, length}};
  if (real_writev(journal, parts, 2) != (ssize_t)(size + length)) abort();
}

static unsigned long inode_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

/* The error with which this call must fail, or 0. It fails beyond the offset `from`. */
static int fault_of(const char *operation, long long *from) {
  const char *path = getenv("FAULTY_DISK_FAULTS");
  char text[64] = "", word[20] = "", error[16] = "";
  *from = 0;
  int fd = path == NULL ? -1 : real_open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  if (read(fd, text, sizeof text - 1) < 0) abort();
  real_close(fd);
  if (sscanf(text, "%19s %15s %lld", word, error, from) < 2 || strcmp(word, operation) != 0) return 0;
  return strcmp(error, "ENOSPC") == 0 ? ENOSPC : EIO;
}

/* How many bytes the disk accepts: fewer than requested if it fills up during the write; -1 for none. */
static ssize_t admitted(size_t length, off_t offset) {
  long long from;
  int error = fault_of("write", &from);
  if (error == 0 || offset + (long long)length <= from) return length;
  if (offset < from) return from - offset;
  errno = error;
  return -1;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset) {
  pthread_mutex_lock(&turn);
  ssize_t size = admitted(length, offset);
  if (size >= 0) size = real_pwrite(fd, bytes, size, offset);
  if (size > 0 && kinds[fd] == RECORDED) record('w', inode_of(fd), offset, bytes, size);
  pthread_mutex_unlock(&turn);
  return size;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  if (kind_of(fd) == OTHER) return real_pwrite(fd, bytes, length, offset);
  return write_at(fd, bytes, length, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return pwrite64(fd, bytes, length, offset);
}

/* Records an answer before it is sent, so whatever follows in the journal came after the answer. */
static void record_said(int fd, const struct iovec *parts, int count) {
  struct stat status;
  int error = errno;
  if (fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode)) {
    pthread_mutex_lock(&turn);
    for (int i = 0; i < count; i++) record('a', 0, 0, parts[i].iov_base, parts[i].iov_len);
    pthread_mutex_unlock(&turn);
  }
  errno = error;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (journal >= 0 && kind_of(fd) == OTHER) record_said(fd, parts, count);
  if (kind_of(fd) == OTHER) return real_writev(fd, parts, count);
  ssize_t written = 0;
  for (int i = 0; i < count; i++) {
    ssize_t size = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (size < 0) return written > 0 ? written : -1;
    written += size;
    if ((size_t)size < parts[i].iov_len) break;
  }
  return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  if (journal >= 0 && kind_of(fd) == OTHER) record_said(fd, &part, 1);
  if (kind_of(fd) == OTHER) return real_write(fd, bytes, length);
  int is_appending = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
  off_t offset = lseek(fd, 0, is_appending ? SEEK_END : SEEK_CUR);
  ssize_t size = write_at(fd, bytes, length, offset);
  if (size > 0) lseek(fd, offset + size, SEEK_SET);
  return size;
}

int ftruncate64(int fd, off_t length) {
  if (kind_of(fd) == OTHER) return real_ftruncate(fd, length);
  pthread_mutex_lock(&turn);
  int outcome = real_ftruncate(fd, length);
  if (outcome == 0 && kinds[fd] == RECORDED) record('t', inode_of(fd), length, NULL, 0);
  pthread_mutex_unlock(&turn);
  return outcome;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_with(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  if (kind_of(fd) == OTHER) return real(fd);
  pthread_mutex_lock(&turn);
  long long from;
  int error = fault_of("sync", &from);
  if (error == 0 && !are_logs[fd]) error = fault_of("sync-database", &from);
  /* The test rebuilds the disk from the journal, so there is no need to wait for the real disk. */
  if (kinds[fd] == RECORDED) record('s', inode_of(fd), error == 0, NULL, 0);
  if (kinds[fd] == FOLDER && error == 0) record('d', 0, 0, NULL, 0);
  pthread_mutex_unlock(&turn);
  if (error != 0) errno = error;
  return error == 0 ? 0 : -1;
}

int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }

/* The journal has the name of a file as soon as it is created, even if another call follows before this one returns. */
static int open_named(const char *path, int flags, mode_t mode) {
  const char *name = name_of(path);
  if (name == NULL) return real_open(path, flags, mode);
  pthread_mutex_lock(&turn);
  int is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  int fd = real_open(path, flags, mode);
  if (fd >= 0 && fd < FILES_MAX) {
    kinds[fd] = name[0] == '\0' ? FOLDER : is_unrecorded(name) ? UNRECORDED : RECORDED;
    are_logs[fd] = ends_in(name, "-wal");
    if (kinds[fd] == RECORDED && is_new) record('n', inode_of(fd), 0, name, strlen(name));
    else if (kinds[fd] == RECORDED && (flags & O_TRUNC) != 0) record('t', inode_of(fd), 0, NULL, 0);
  }
  pthread_mutex_unlock(&turn);
  return fd;
}

#define MODE_AFTER(flags, mode)                                          \
  mode_t mode = 0;                                                       \
  if (((flags) & O_CREAT) != 0 || ((flags) & O_TMPFILE) == O_TMPFILE) {  \
    va_list rest;                                                        \
    va_start(rest, flags);                                               \
    mode = va_arg(rest, mode_t);                                         \
    va_end(rest);                                                        \
  }

int open64(const char *path, int flags, ...) {
  MODE_AFTER(flags, mode)
  return open_named(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  MODE_AFTER(flags, mode)
  return open_named(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
  MODE_AFTER(flags, mode)
  if (name_of(path) != NULL) return open_named(path, flags, mode);
  return REAL(int, openat, int, const char *, int, ...)(at, path, flags, mode);
}

int close(int fd) {
  if (kind_of(fd) != OTHER) kinds[fd] = OTHER;
  return real_close(fd);
}

int unlink(const char *path) {
  const char *name = name_of(path);
  pthread_mutex_lock(&turn);
  int outcome = REAL(int, unlink, const char *)(path);
  if (name != NULL && outcome == 0 && !is_unrecorded(name)) record('u', 0, 0, name, strlen(name));
  pthread_mutex_unlock(&turn);
  return outcome;
}

int rename(const char *from, const char *to) {
  const char *old_name = name_of(from), *new_name = name_of(to);
  char both[PATH_MAX];
  pthread_mutex_lock(&turn);
  int outcome = REAL(int, rename, const char *, const char *)(from, to);
  if (old_name != NULL && new_name != NULL && outcome == 0)
    record('r', 0, 0, both, snprintf(both, sizeof both, "%s/%s", old_name, new_name));
  pthread_mutex_unlock(&turn);
  return outcome;
}
