/*
 * One live capture: opened by one thread, read by one other, stopped and closed by any. Knows nothing of JavaScript.
 *
 * Captures are known by number, never by pointer: a number of a closed capture finds nothing, whoever still holds it.
 */
#ifndef PLAINSIGHT_CAPTURE_H
#define PLAINSIGHT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why something failed: `kind` is a slug that JavaScript decides by, `message` libpcap's own words. */
struct failure {
  const char *kind;
  char message[512];
};

struct capture_options {
  const char *device;
  const char *filter; /* BPF; "" for none */
  int snaplen;
  int promiscuous;
  int buffer_bytes; /* of the kernel's ring */
  int timeout_ms;   /* how long the kernel may hold a block back that is not full */
};

struct capture_info {
  uint32_t id;
  int link_type; /* a LINKTYPE_ number */
  int snaplen;
  size_t largest_block; /* bytes: no buffer given to capture_read may be smaller */
  char warning[256];    /* libpcap's, "" for none */
};

struct capture_counts {
  uint64_t received; /* that passed the filter; dropped ones included (Linux) */
  uint64_t dropped_by_kernel;
  uint64_t dropped_by_interface;
  uint64_t delivered; /* that capture_read handed over */
};

#define CAPTURE_FAILED (-1)

/* `owner` names all captures of one environment, for capture_close_all. False with *why set. */
bool capture_open(const struct capture_options *options, void *owner, struct capture_info *info, struct failure *why);

/*
 * Waits up to wait_ms for packets and writes what is there as pcapng Enhanced Packet Blocks, as many as fit, at most max_packets
 * (0: no limit). Returns bytes; 0 when none came in time or the capture was stopped; CAPTURE_FAILED with *why set.
 * `size` must hold the largest block. A packet that does not fit stays in the kernel's ring for the next read.
 */
int64_t capture_read(uint32_t id, uint8_t *at, size_t size, int wait_ms, uint32_t max_packets, struct failure *why);

bool capture_counts(uint32_t id, struct capture_counts *counts, struct failure *why);

/* Ends a waiting read at once and makes every further one return 0. No effect on a closed capture. */
void capture_stop(uint32_t id);

/* Stops, waits for a read under way, gives everything back. No effect on a closed capture. */
void capture_close(uint32_t id);
void capture_close_all(void *owner);

/* Compiles a filter without opening anything. False with *why set. */
bool capture_check_filter(const char *filter, int link_type, struct failure *why);

#endif
