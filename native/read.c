/* From the kernel's ring to pcapng blocks. */
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "internal.h"

struct batch {
  const struct libpcap *lib;
  struct capture *capture;
  uint8_t *at;
  size_t used;
  size_t size;
  uint32_t packets;
};

/* Called by libpcap for each packet; everything here is in its hot path. Blocks are in the machine's own byte order, as the section header says. */
static void on_packet(unsigned char *user, const struct pcap_pkthdr *header, const unsigned char *data) {
  struct batch *b = (struct batch *)(void *)user;
  struct capture *c = b->capture;
  uint32_t captured = header->caplen < c->snaplen ? header->caplen : c->snaplen;
  uint32_t padded = (captured + 3) & ~3u;
  uint32_t total = BLOCK_OVERHEAD + padded;
  uint64_t micros = (uint64_t)header->ts.tv_sec * 1000000u + (uint64_t)header->ts.tv_usec;
  uint32_t head[BLOCK_HEAD / 4] = {BLOCK_TYPE, total, 0, (uint32_t)(micros >> 32), (uint32_t)micros, captured, header->len};
  uint8_t *at = b->at + b->used;
  memcpy(at, head, BLOCK_HEAD);
  memcpy(at + BLOCK_HEAD, data, captured);
  memset(at + BLOCK_HEAD + captured, 0, padded - captured);
  memcpy(at + BLOCK_HEAD + padded, &total, sizeof total);
  b->used += total;
  b->packets++;
  /* Asked for before the next packet is taken out of the ring, so none is ever in hand without room for it. */
  if (b->size - b->used < c->largest_block) b->lib->breakloop(c->pcap);
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Until packets, a stop, or `deadline`. An interface that goes down raises POLLERR, which libpcap's next dispatch takes away
 * or turns into its error; should it do neither, only the stop is waited for, so that a dead device cannot spin.
 */
static void wait_for_packets(struct capture *c, int64_t deadline, bool *broken) {
  int64_t left = deadline - now_ms();
  struct pollfd fds[2] = {{.fd = c->wake[0], .events = POLLIN}, {.fd = *broken ? -1 : c->fd, .events = POLLIN}};
  if (poll(fds, 2, left < 0 ? 0 : (int)left) > 0) *broken = (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
}

/* Into the buffer what is in the ring. False with *why set when libpcap failed and there is nothing to hand over first. */
static bool drain(struct batch *b, uint32_t max_packets, struct failure *why) {
  struct capture *c = b->capture;
  if (!c->failed) {
    int limit = max_packets == 0 || max_packets > INT_MAX ? -1 : (int)max_packets;
    int status = b->lib->dispatch(c->pcap, limit, on_packet, (unsigned char *)b);
    if (status >= 0 || status == PCAP_ERROR_BREAK) return true;
    c->failed = true;
    capture_fail(&c->failure, "read", b->lib->geterr(c->pcap));
  }
  if (b->used > 0) return true;
  *why = c->failure;
  return false;
}

static int64_t read_locked(struct batch *b, int wait_ms, uint32_t max_packets, struct failure *why) {
  struct capture *c = b->capture;
  int64_t deadline = now_ms() + wait_ms;
  bool broken = false;
  if (c->pcap == NULL) return 0;
  if (b->size < c->largest_block) {
    capture_fail(why, "usage", "the buffer is smaller than the largest packet");
    return CAPTURE_FAILED;
  }
  while (!atomic_load(&c->stopped)) {
    if (!drain(b, max_packets, why)) return CAPTURE_FAILED;
    if (b->used > 0 || now_ms() >= deadline) break;
    wait_for_packets(c, deadline, &broken);
  }
  c->counts.delivered += b->packets;
  return (int64_t)b->used;
}

int64_t capture_read(uint32_t id, uint8_t *at, size_t size, int wait_ms, uint32_t max_packets, struct failure *why) {
  const char *unused;
  struct capture *c = capture_acquire(id);
  if (c == NULL) {
    capture_fail(why, "closed", "this capture is closed");
    return CAPTURE_FAILED;
  }
  struct batch b = {libpcap_load(&unused), c, at, 0, size, 0};
  pthread_mutex_lock(&c->reading);
  int64_t result = read_locked(&b, wait_ms, max_packets, why);
  pthread_mutex_unlock(&c->reading);
  capture_release(c);
  return result;
}
