/* The table of captures, their counts and their end. */
#include "capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "internal.h"

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct capture *table = NULL;
static uint32_t last_id = 0;

bool capture_fail(struct failure *why, const char *kind, const char *message) {
  why->kind = kind;
  snprintf(why->message, sizeof why->message, "%s", message);
  return false;
}

/* Only ever after close_taken, which closed libpcap's part. */
static void free_capture(struct capture *c) {
  if (c->wake[0] >= 0) close(c->wake[0]);
  if (c->wake[1] >= 0 && c->wake[1] != c->wake[0]) close(c->wake[1]);
  pthread_mutex_destroy(&c->reading);
  free(c);
}

struct capture *capture_acquire(uint32_t id) {
  pthread_mutex_lock(&table_lock);
  struct capture *c = table;
  while (c != NULL && c->id != id) c = c->next;
  if (c != NULL) c->references++;
  pthread_mutex_unlock(&table_lock);
  return c;
}

void capture_release(struct capture *c) {
  pthread_mutex_lock(&table_lock);
  bool last = --c->references == 0;
  pthread_mutex_unlock(&table_lock);
  if (last) free_capture(c);
}

uint32_t capture_add(struct capture *c) {
  pthread_mutex_lock(&table_lock);
  c->id = ++last_id;
  c->references = 1; /* the table's own */
  c->next = table;
  table = c;
  uint32_t id = c->id;
  pthread_mutex_unlock(&table_lock);
  return id;
}

/* Takes a capture of `id`, or of `owner`, out of the table; the table's reference goes to the caller. */
static struct capture *take_from_table(uint32_t id, void *owner) {
  pthread_mutex_lock(&table_lock);
  struct capture **link = &table;
  while (*link != NULL && (owner != NULL ? (*link)->owner != owner : (*link)->id != id)) link = &(*link)->next;
  struct capture *c = *link;
  if (c != NULL) *link = c->next;
  pthread_mutex_unlock(&table_lock);
  return c;
}

bool capture_counts(uint32_t id, struct capture_counts *counts, struct failure *why) {
  const char *unused;
  struct pcap_stat now;
  const struct libpcap *lib = libpcap_load(&unused);
  struct capture *c = capture_acquire(id);
  if (c == NULL) return capture_fail(why, "closed", "this capture is closed");
  pthread_mutex_lock(&c->reading);
  /* A device that has vanished may tell no more: the last numbers stand. */
  if (c->pcap != NULL && lib->stats(c->pcap, &now) == 0) {
    c->counts.received += (uint32_t)(now.ps_recv - c->seen.ps_recv);
    c->counts.dropped_by_kernel += (uint32_t)(now.ps_drop - c->seen.ps_drop);
    c->counts.dropped_by_interface += (uint32_t)(now.ps_ifdrop - c->seen.ps_ifdrop);
    c->seen = now;
  }
  *counts = c->counts;
  pthread_mutex_unlock(&c->reading);
  capture_release(c);
  return true;
}

static void stop(struct capture *c) {
  const uint64_t one = 1;
  atomic_store(&c->stopped, true);
  /* Full means that it has been written to already. */
  ssize_t ignored = write(c->wake[1], &one, sizeof one);
  (void)ignored;
}

void capture_stop(uint32_t id) {
  struct capture *c = capture_acquire(id);
  if (c == NULL) return;
  stop(c);
  capture_release(c);
}

static void close_taken(struct capture *c) {
  const char *unused;
  stop(c);
  pthread_mutex_lock(&c->reading);
  libpcap_load(&unused)->close(c->pcap);
  c->pcap = NULL;
  pthread_mutex_unlock(&c->reading);
  capture_release(c);
}

void capture_close(uint32_t id) {
  struct capture *c = take_from_table(id, NULL);
  if (c != NULL) close_taken(c);
}

void capture_close_all(void *owner) {
  for (struct capture *c = take_from_table(0, owner); c != NULL; c = take_from_table(0, owner)) close_taken(c);
}
