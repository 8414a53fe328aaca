/*
 * A clock that stands still until Quorate moves it. Loaded into a node before the C library (LD_PRELOAD), so that time
 * is one more step of a schedule, and a run can be repeated.
 *
 * The node asks this clock wherever it would ask the machine's; whoever waits until a time, waits here. Who waits, and until
 * when, stands in a file that Quorate and the node share (clock.ts has the same layout); after it has moved the clock,
 * Quorate sends WAKE to processes whose time has come. Bytes that the system draws at random are drawn from a seed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define WAITERS 64
#define WAKE 62
#define SECOND 1000000000LL
/* Beyond what any program waits for. */
#define NEVER (SECOND * 1000000000LL)
/* Waits look at the clock again after so long in any case; those that no signal ends, far sooner. */
#define LOOK_AGAIN_NS (50 * 1000000LL)
#define LOOK_AGAIN_SOON_NS 1000000LL
/* A program that spins until a time comes must see it come. */
#define EACH_LOOK_NS 1000
/* What the clocks show at first: 2020-01-01, and a machine that has been up for some time. */
#define REAL_START (1577836800LL * SECOND)
#define UP_START (1000LL * SECOND)

struct waiter {
  _Atomic int64_t pid; /* 0: nobody */
  int64_t tid;
  _Atomic int64_t deadline;
};

struct shared {
  _Atomic int64_t now; /* nanoseconds since the node was started */
  _Atomic uint64_t seed;
  struct waiter waiters[WAITERS];
};

static struct shared *shared;
static __thread volatile sig_atomic_t woken;

static int64_t now(void) { return atomic_load(&shared->now); }

static int64_t duration(const struct timespec *t) {
  if (t->tv_sec > NEVER / SECOND / 2) return NEVER;
  return t->tv_sec * SECOND + t->tv_nsec;
}

static struct timespec timespec_of(int64_t ns) {
  return (struct timespec){.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND};
}

/* Processes are sent WAKE; each passes it on to its threads whose time has come. */
static void on_wake(int signal, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  woken = 1;
  if (info->si_code != SI_TKILL) {
    pid_t self = syscall(SYS_gettid);
    for (int i = 0; i < WAITERS; i++) {
      struct waiter *w = &shared->waiters[i];
      if (atomic_load(&w->pid) == getpid() && w->tid != self && atomic_load(&w->deadline) <= now())
        syscall(SYS_tgkill, getpid(), w->tid, signal);
    }
  }
  errno = error;
}

__attribute__((constructor)) static void attend(void) {
  const char *file = getenv("QUORATE_CLOCK");
  if (file == NULL) return;
  int fd = open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped == MAP_FAILED) return;
  shared = mapped;
  /* Restart what waits for no time; what does wait for one comes back with EINTR, whatever the flag. */
  struct sigaction action = {.sa_sigaction = on_wake, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(WAKE, &action, NULL);
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = dlsym(RTLD_NEXT, #name)

/* The one of the C library's versions that programs are linked with. */
static void *conditional(const char *name) {
  void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  return found != NULL ? found : dlsym(RTLD_NEXT, name);
}

/* A wait that is known to Quorate for as long as it lasts. */
struct wait {
  int64_t deadline;
  struct waiter *waiter;
};

static struct wait begin_wait(int64_t deadline) {
  struct wait wait = {.deadline = deadline, .waiter = NULL};
  for (int i = 0; i < WAITERS && wait.waiter == NULL; i++) {
    struct waiter *w = &shared->waiters[i];
    int64_t nobody = 0;
    if (!atomic_compare_exchange_strong(&w->pid, &nobody, getpid())) continue;
    w->tid = syscall(SYS_gettid);
    atomic_store(&w->deadline, deadline);
    wait.waiter = w;
  }
  woken = 0;
  return wait;
}

static void end_wait(struct wait *wait) {
  int error = errno;
  if (wait->waiter != NULL) atomic_store(&wait->waiter->pid, 0);
  errno = error;
}

/* Whether a call that was interrupted is to go on: by WAKE, and not by a signal that is the program's own affair. */
static int goes_on(void) {
  if (errno != EINTR || !woken) return 0;
  woken = 0;
  return 1;
}

/* Waits by `call`, of which each may take as long as `slice`; its result is that of the last one, or `late`. */
#define WAIT_UNTIL(when, slice_ns, result, call, is_late_call, late) \
  do { \
    struct wait wait = begin_wait(when); \
    struct timespec slice = timespec_of(slice_ns); \
    (void)slice; \
    for (;;) { \
      result = call; \
      if (!(is_late_call) && !(result == -1 && goes_on())) break; \
      if (now() >= wait.deadline) { \
        late; \
        break; \
      } \
    } \
    end_wait(&wait); \
  } while (0)

/* ---- what time it is ---- */

static int64_t start_of(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
      return REAL_START;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
      return UP_START;
    default:
      return -1; /* processor time and the like */
  }
}

static int64_t look(void) { return atomic_fetch_add(&shared->now, EACH_LOOK_NS); }

int clock_gettime(clockid_t clock, struct timespec *result) {
  REAL(clock_gettime);
  if (shared == NULL || start_of(clock) < 0) return real(clock, result);
  *result = timespec_of(start_of(clock) + look());
  return 0;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone) {
  REAL(gettimeofday);
  if (shared == NULL) return real(result, zone);
  int64_t at = REAL_START + look();
  *result = (struct timeval){.tv_sec = at / SECOND, .tv_usec = at % SECOND / 1000};
  return 0;
}

time_t time(time_t *result) {
  REAL(time);
  if (shared == NULL) return real(result);
  time_t at = (REAL_START + look()) / SECOND;
  if (result != NULL) *result = at;
  return at;
}

/* ---- waiting for a time ---- */

static void sleep_until(int64_t deadline) {
  int result;
  WAIT_UNTIL(deadline, LOOK_AGAIN_NS, result, (int)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &slice, NULL),
             result == 0, (void)0);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remain) {
  REAL(clock_nanosleep);
  if (shared == NULL || start_of(clock) < 0) return real(clock, flags, request, remain);
  sleep_until(flags & TIMER_ABSTIME ? duration(request) - start_of(clock) : now() + duration(request));
  return 0;
}

int nanosleep(const struct timespec *request, struct timespec *remain) {
  REAL(nanosleep);
  if (shared == NULL) return real(request, remain);
  sleep_until(now() + duration(request));
  return 0;
}

int usleep(useconds_t microseconds) {
  struct timespec request = timespec_of(microseconds * 1000LL);
  return nanosleep(&request, NULL);
}

unsigned int sleep(unsigned int seconds) {
  struct timespec request = {.tv_sec = seconds};
  nanosleep(&request, NULL);
  return 0;
}

/* ---- waiting for input or a time ---- */

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  REAL(ppoll);
  if (shared == NULL || timeout == NULL || duration(timeout) == 0) return real(fds, count, timeout, mask);
  int result;
  WAIT_UNTIL(now() + duration(timeout), LOOK_AGAIN_NS, result, real(fds, count, &slice, mask), result == 0, result = 0);
  return result;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  REAL(poll);
  if (shared == NULL || timeout_ms <= 0) return real(fds, count, timeout_ms);
  struct timespec timeout = timespec_of(timeout_ms * 1000000LL);
  return ppoll(fds, count, &timeout, NULL);
}

static size_t set_size(int count) { return (count + 63) / 64 * 8; }

static int select_once(int count, fd_set *const sets[3], const struct timespec *slice, const sigset_t *mask) {
  static int (*real)(int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *);
  if (real == NULL) real = dlsym(RTLD_NEXT, "pselect");
  fd_set asked[3];
  for (int i = 0; i < 3; i++)
    if (sets[i] != NULL) memcpy(&asked[i], sets[i], set_size(count));
  fd_set *at[3] = {sets[0] ? &asked[0] : NULL, sets[1] ? &asked[1] : NULL, sets[2] ? &asked[2] : NULL};
  int result = real(count, at[0], at[1], at[2], slice, mask);
  /* What was asked for stays as it is until there is an answer. */
  if (result > 0)
    for (int i = 0; i < 3; i++)
      if (sets[i] != NULL) memcpy(sets[i], &asked[i], set_size(count));
  return result;
}

static void clear_sets(int count, fd_set *const sets[3]) {
  for (int i = 0; i < 3; i++)
    if (sets[i] != NULL) memset(sets[i], 0, set_size(count));
}

int pselect(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict errors,
            const struct timespec *restrict timeout, const sigset_t *restrict mask) {
  REAL(pselect);
  if (shared == NULL || timeout == NULL || duration(timeout) == 0)
    return real(count, reads, writes, errors, timeout, mask);
  fd_set *const sets[3] = {reads, writes, errors};
  int result;
  WAIT_UNTIL(now() + duration(timeout), LOOK_AGAIN_NS, result, select_once(count, sets, &slice, mask), result == 0,
             (clear_sets(count, sets), result = 0));
  return result;
}

int select(int count, fd_set *restrict reads, fd_set *restrict writes, fd_set *restrict errors,
           struct timeval *restrict timeout) {
  REAL(select);
  if (shared == NULL || timeout == NULL || (timeout->tv_sec == 0 && timeout->tv_usec == 0))
    return real(count, reads, writes, errors, timeout);
  struct timespec same = {.tv_sec = timeout->tv_sec, .tv_nsec = timeout->tv_usec * 1000};
  return pselect(count, reads, writes, errors, &same, NULL);
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout_ms, const sigset_t *mask) {
  REAL(epoll_pwait);
  if (shared == NULL || timeout_ms <= 0) return real(fd, events, count, timeout_ms, mask);
  int result;
  WAIT_UNTIL(now() + timeout_ms * 1000000LL, LOOK_AGAIN_NS, result,
             real(fd, events, count, LOOK_AGAIN_NS / 1000000, mask), result == 0, result = 0);
  return result;
}

int epoll_wait(int fd, struct epoll_event *events, int count, int timeout_ms) {
  return epoll_pwait(fd, events, count, timeout_ms, NULL);
}

/* ---- waiting for another thread or a time ---- */

/* A time of the node's clock, as the machine's clock will show it when a slice is over. */
static struct timespec after_slice(clockid_t clock, int64_t slice_ns) {
  struct timespec at;
  syscall(SYS_clock_gettime, clock, &at);
  return timespec_of(duration(&at) + slice_ns);
}

int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict deadline) {
  REAL(sem_clockwait);
  if (shared == NULL) return real(semaphore, clock, deadline);
  int result;
  struct timespec at;
  WAIT_UNTIL(duration(deadline) - start_of(clock), LOOK_AGAIN_NS, result,
             (at = after_slice(clock, LOOK_AGAIN_NS), real(semaphore, clock, &at)), result == -1 && errno == ETIMEDOUT,
             errno = ETIMEDOUT);
  return result;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
  REAL(sem_timedwait);
  if (shared == NULL) return real(semaphore, deadline);
  return sem_clockwait(semaphore, CLOCK_REALTIME, deadline);
}

int pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
                           const struct timespec *restrict deadline) {
  static __typeof__(&pthread_cond_clockwait) real;
  if (real == NULL) real = conditional("pthread_cond_clockwait");
  if (shared == NULL) return real(condition, mutex, clock, deadline);
  int result;
  struct timespec at;
  WAIT_UNTIL(duration(deadline) - start_of(clock), LOOK_AGAIN_SOON_NS, result,
             (at = after_slice(clock, LOOK_AGAIN_SOON_NS), real(condition, mutex, clock, &at)), result == ETIMEDOUT,
             result = ETIMEDOUT);
  return result;
}

/* Which clock a condition goes by is known to the C library alone, and shows in a deadline by its size. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline) {
  static __typeof__(&pthread_cond_timedwait) real;
  if (real == NULL) real = conditional("pthread_cond_timedwait");
  if (shared == NULL) return real(condition, mutex, deadline);
  clockid_t clock = duration(deadline) >= REAL_START ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  int result;
  struct timespec at;
  WAIT_UNTIL(duration(deadline) - start_of(clock), LOOK_AGAIN_SOON_NS, result,
             (at = after_slice(clock, LOOK_AGAIN_SOON_NS), real(condition, mutex, &at)), result == ETIMEDOUT,
             result = ETIMEDOUT);
  return result;
}

/* ---- chance ---- */

/* SplitMix64. */
static uint64_t draw(void) {
  uint64_t z = atomic_fetch_add(&shared->seed, 0x9e3779b97f4a7c15ULL) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

ssize_t getrandom(void *bytes, size_t length, unsigned int flags) {
  REAL(getrandom);
  if (shared == NULL) return real(bytes, length, flags);
  for (size_t i = 0; i < length; i++) ((unsigned char *)bytes)[i] = draw();
  return length;
}

int getentropy(void *bytes, size_t length) {
  getrandom(bytes, length, 0);
  return 0;
}
