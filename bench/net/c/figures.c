// The figures: the server's processor time, and what was done meanwhile.

#define _GNU_SOURCE
#include "load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** The scheduler's account of a process. */
struct account {
  int64_t ran;    // nanoseconds; less than 0 where the system does not tell
  int64_t waited; // nanoseconds for a core that something else was using
};

/** In nanoseconds, of all threads; `stat` counts in hundredths of a second. */
static struct account precise(int pid) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *folder = opendir(path);
  struct account sum = { 0, 0 };
  if (folder == NULL) return sum;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, entry->d_name);
    FILE *file = fopen(path, "r");
    if (file == NULL) continue;
    long long ran, waited;
    if (fscanf(file, "%lld %lld", &ran, &waited) == 2) {
      sum.ran += ran;
      sum.waited += waited;
    }
    fclose(file);
  }
  closedir(folder);
  return sum;
}

static struct account account_of(int pid) {
  struct account found = precise(pid), unknown = { -1, 0 };
  if (found.ran > 0) return found;
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) return unknown;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  char *rest = strrchr(text, ')'); // the name before it may hold anything
  unsigned long user, system;
  if (rest == NULL) return unknown;
  const char *fields = "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu";
  if (sscanf(rest + 2, fields, &user, &system) != 2) return unknown;
  found.ran = (int64_t)(user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
  return found;
}

enum { parts = 3 };

/** Until one of them says something, on a machine that is busy with something else. */
enum { most_parts = 100 };

/** One part of the timed time. */
struct part {
  uint64_t started, ended;
  int64_t processor;  // nanoseconds of the server's, or less than 0
  double disturbed;   // share of the time that this process waited for its core
  size_t first, last; // of the latencies
  double count;
};

static struct part current, best;
static int done;
static bool running, found;
static uint64_t change;
static struct account server_started, own_started;

static uint32_t *latencies;
static size_t noted, room;

static void open_part(const struct job *job) {
  current = (struct part){ .first = noted };
  own_started = account_of(getpid());
  server_started = account_of(job->pid);
  current.started = now();
  change = current.started + job->timed / parts;
}

/** What the ranking goes by: the server's time for a request, or all time where that is not known. */
static double price(const struct part *part) {
  double spent = part->processor < 0 ? (double)(part->ended - part->started) : (double)part->processor;
  return spent / part->count;
}

static void close_part(const struct job *job) {
  struct account server = account_of(job->pid), own = account_of(getpid());
  current.ended = now();
  current.processor = server.ran < 0 || server_started.ran < 0 ? -1 : server.ran - server_started.ran;
  // The server's own waiting tells nothing: its helper threads share its core.
  double waited = (double)(own.waited - own_started.waited);
  current.disturbed = waited / (double)(current.ended - current.started);
  current.last = noted;
  // A server that has not run answers what it had answered before: such a part is none, and would be the cheapest.
  if (current.count == 0 || current.processor == 0) return;
  if (found && price(&current) >= price(&best)) return;
  best = current;
  found = true;
}

bool over(const struct job *job) {
  uint64_t time = now();
  if (change == 0) change = time + job->warm;
  if (time < change) return false;
  if (running) {
    close_part(job);
    done++;
    if (done >= parts && (found || done >= most_parts)) return true;
  }
  running = true;
  open_part(job);
  return false;
}

bool timing(void) {
  return running;
}

void add(double amount) {
  current.count += amount;
}

void note(uint64_t latency) {
  if (!running) return;
  if (noted == room) {
    room = room == 0 ? 1 << 16 : room * 2;
    latencies = realloc(latencies, room * sizeof *latencies);
    if (latencies == NULL) fail("out of memory");
  }
  latencies[noted++] = latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
  add(1);
}

static int ascending(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return left < right ? -1 : left > right;
}

/** How many microseconds at most `share` of the requests took. */
static double within(double share) {
  size_t count = best.last - best.first, place = (size_t)((double)count * share);
  return (double)latencies[best.first + place] / 1000;
}

void report(double lost) {
  if (!found) fail("not one request was answered in time");
  double seconds = (double)(best.ended - best.started) / 1e9;
  printf("{\"count\":%.3f,\"seconds\":%.6f,\"rate\":%.3f", best.count, seconds, best.count / seconds);
  if (best.last > best.first) {
    qsort(latencies + best.first, best.last - best.first, sizeof *latencies, ascending);
    printf(",\"p50\":%.3f,\"p99\":%.3f,\"lost\":%.0f", within(0.5), within(0.99), lost);
  }
  printf(",\"disturbed\":%.4f", best.disturbed);
  if (best.processor >= 0) printf(",\"cpu\":%.4f", (double)best.processor / 1000 / best.count);
  printf("}\n");
}
