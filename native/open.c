/* From a device's name to a capture that runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

#include "internal.h"

static bool make_wake(int wake[2]) {
#ifdef __linux__
  wake[0] = wake[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return wake[0] >= 0;
#else
  if (pipe(wake) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fcntl(wake[i], F_SETFD, FD_CLOEXEC);
    fcntl(wake[i], F_SETFL, O_NONBLOCK);
  }
  return true;
#endif
}

static const char *kind_of(int status) {
  switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return "permission";
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return "no-such-device";
    case PCAP_ERROR_IFACE_NOT_UP:
      return "not-up";
    default:
      return "other";
  }
}

/* libpcap's detailed text where it wrote one, else its text for the status. */
static void describe(const struct libpcap *lib, pcap_t *pcap, int status, char *into, size_t size) {
  const char *detail = lib->geterr(pcap);
  const char *general = lib->statustostr(status);
  if (detail[0] == '\0' || status == -1 || strcmp(detail, general) == 0) snprintf(into, size, "%s", detail[0] == '\0' ? general : detail);
  else snprintf(into, size, "%s (%s)", general, detail);
}

/* LINKTYPE_LINUX_SLL2 instead of SLL where it is offered (`any`): only SLL2 says which interface a packet crossed. */
static void prefer_sll2(const struct libpcap *lib, pcap_t *pcap) {
  if (lib->datalink(pcap) != DLT_LINUX_SLL) return;
  int *offered = NULL;
  int count = lib->list_datalinks(pcap, &offered);
  if (count < 0) return;
  for (int i = 0; i < count; i++) {
    if (offered[i] == DLT_LINUX_SLL2) lib->set_datalink(pcap, DLT_LINUX_SLL2);
  }
  lib->free_datalinks(offered);
}

static bool set_filter(const struct libpcap *lib, pcap_t *pcap, const char *filter, struct failure *why) {
  struct bpf_program program;
  if (filter[0] == '\0') return true;
  if (lib->compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) return capture_fail(why, "bad-filter", lib->geterr(pcap));
  int status = lib->setfilter(pcap, &program);
  lib->freecode(&program);
  return status == 0 ? true : capture_fail(why, "bad-filter", lib->geterr(pcap));
}

static bool activate(const struct libpcap *lib, pcap_t *pcap, const struct capture_options *options, struct capture_info *info, struct failure *why) {
  char text[PCAP_ERRBUF_SIZE] = "";
  lib->set_snaplen(pcap, options->snaplen);
  lib->set_promisc(pcap, options->promiscuous);
  lib->set_timeout(pcap, options->timeout_ms);
  lib->set_buffer_size(pcap, options->buffer_bytes);
  /* Never immediate mode: it forces TPACKET_V2, which wakes us for every packet and loses many. */
  int status = lib->activate(pcap);
  if (status != 0) describe(lib, pcap, status, status < 0 ? why->message : info->warning, status < 0 ? sizeof why->message : sizeof info->warning);
  if (status < 0) {
    why->kind = kind_of(status);
    return false;
  }
  prefer_sll2(lib, pcap);
  if (!set_filter(lib, pcap, options->filter, why)) return false;
  if (lib->setnonblock(pcap, 1, text) != 0) return capture_fail(why, "other", text);
  if (lib->get_selectable_fd(pcap) < 0) return capture_fail(why, "other", "this device cannot be waited for");
  return true;
}

/* libpcap speaks of DLT_ numbers, files of LINKTYPE_ ones: they differ where systems disagreed (https://www.tcpdump.org/linktypes.html). */
static int link_type_of(int dlt) {
  switch (dlt) {
    case 11: /* DLT_ATM_RFC1483 */
      return 100;
    case 12: /* DLT_RAW: tun, wireguard */
    case 14: /* … on OpenBSD */
      return 101;
    default:
      return dlt;
  }
}

bool capture_open(const struct capture_options *options, void *owner, struct capture_info *info, struct failure *why) {
  const char *missing;
  char text[PCAP_ERRBUF_SIZE] = "";
  const struct libpcap *lib = libpcap_load(&missing);
  if (lib == NULL) return capture_fail(why, "no-libpcap", missing);
  pcap_t *pcap = lib->create(options->device, text);
  if (pcap == NULL) return capture_fail(why, "other", text);
  struct capture *c = calloc(1, sizeof *c);
  int wake[2] = {-1, -1};
  info->warning[0] = '\0';
  why->kind = NULL;
  if (c == NULL || !activate(lib, pcap, options, info, why) || !make_wake(wake)) {
    if (c == NULL || why->kind == NULL) capture_fail(why, "other", strerror(errno));
    lib->close(pcap);
    free(c);
    return false;
  }
  c->owner = owner;
  c->pcap = pcap;
  c->fd = lib->get_selectable_fd(pcap);
  c->wake[0] = wake[0];
  c->wake[1] = wake[1];
  c->snaplen = (uint32_t)lib->snapshot(pcap);
  c->largest_block = BLOCK_OVERHEAD + (((size_t)c->snaplen + 3) & ~(size_t)3);
  pthread_mutex_init(&c->reading, NULL);
  /* kubectl and tcpdump that we start later must not inherit the packets. */
  fcntl(c->fd, F_SETFD, FD_CLOEXEC);
  info->link_type = link_type_of(lib->datalink(pcap));
  info->snaplen = (int)c->snaplen;
  info->largest_block = c->largest_block;
  info->id = capture_add(c);
  return true;
}

bool capture_check_filter(const char *filter, int link_type, struct failure *why) {
  const char *missing;
  struct bpf_program program;
  const struct libpcap *lib = libpcap_load(&missing);
  if (lib == NULL) return capture_fail(why, "no-libpcap", missing);
  pcap_t *pcap = lib->open_dead(link_type, 262144);
  if (pcap == NULL) return capture_fail(why, "other", "out of memory");
  bool good = lib->compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0;
  if (good) lib->freecode(&program);
  else capture_fail(why, "bad-filter", lib->geterr(pcap));
  lib->close(pcap);
  return good;
}
