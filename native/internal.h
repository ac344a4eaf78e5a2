/* What capture.c, open.c and read.c share, and nobody else. */
#ifndef PLAINSIGHT_CAPTURE_INTERNAL_H
#define PLAINSIGHT_CAPTURE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "capture.h"
#include "libpcap.h"

/* Enhanced Packet Block (draft-ietf-opsawg-pcapng §4.3) without options: 28 bytes before the packet, 4 after it. */
#define BLOCK_TYPE 6u
#define BLOCK_HEAD 28u
#define BLOCK_OVERHEAD 32u

struct capture {
  uint32_t id;
  void *owner;
  struct capture *next;
  int references; /* under `table_lock` */
  atomic_bool stopped;
  int wake[2]; /* read end, write end; the same descriptor for an eventfd */

  pthread_mutex_t reading; /* guards all that follows: libpcap knows one thread at a time */
  pcap_t *pcap;            /* NULL once closed */
  int fd;
  uint32_t snaplen;
  size_t largest_block;
  struct capture_counts counts;
  struct pcap_stat seen; /* libpcap's counters are 32 bits and wrap: 71 minutes at a million packets a second */
  bool failed;           /* with packets still to hand over: told by the next read */
  struct failure failure;
};

/* Puts it into the table; returns its number. */
uint32_t capture_add(struct capture *c);

/* By number, until released; NULL when closed. */
struct capture *capture_acquire(uint32_t id);
void capture_release(struct capture *c);

/* Sets *why; always false, so that it can end a function. */
bool capture_fail(struct failure *why, const char *kind, const char *message);

#endif
