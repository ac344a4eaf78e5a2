/*
 * libpcap, opened at run time: a machine without it installs plainsight and reads files all the same, and building needs
 * no pcap.h. What is declared here is libpcap's public ABI, unchanged since 1.0 (pcap/pcap.h, pcap-compatible with macOS).
 */
#ifndef PLAINSIGHT_LIBPCAP_H
#define PLAINSIGHT_LIBPCAP_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>

#define PCAP_ERRBUF_SIZE 256
#define PCAP_NETMASK_UNKNOWN 0xffffffffu

/* pcap/pcap.h: what pcap_activate and pcap_dispatch return. */
#define PCAP_ERROR_BREAK -2
#define PCAP_ERROR_NO_SUCH_DEVICE -5
#define PCAP_ERROR_PERM_DENIED -8
#define PCAP_ERROR_IFACE_NOT_UP -9
#define PCAP_ERROR_PROMISC_PERM_DENIED -11

/* Device-level link types (pcap/dlt.h); these two equal their LINKTYPE_ numbers. */
#define DLT_LINUX_SLL 113
#define DLT_LINUX_SLL2 276

typedef struct pcap pcap_t;

struct pcap_pkthdr {
  struct timeval ts;
  uint32_t caplen;
  uint32_t len;
};

struct pcap_stat {
  unsigned int ps_recv;
  unsigned int ps_drop;
  unsigned int ps_ifdrop;
};

struct bpf_program {
  unsigned int bf_len;
  void *bf_insns;
};

struct pcap_addr {
  struct pcap_addr *next;
  struct sockaddr *addr;
  struct sockaddr *netmask;
  struct sockaddr *broadaddr;
  struct sockaddr *dstaddr;
};

struct pcap_if {
  struct pcap_if *next;
  char *name;
  char *description;
  struct pcap_addr *addresses;
  unsigned int flags;
};

typedef void (*pcap_handler)(unsigned char *, const struct pcap_pkthdr *, const unsigned char *);

/* The functions used, by their own names. */
struct libpcap {
  const char *(*lib_version)(void);
  pcap_t *(*create)(const char *, char *);
  int (*set_snaplen)(pcap_t *, int);
  int (*set_promisc)(pcap_t *, int);
  int (*set_timeout)(pcap_t *, int);
  int (*set_buffer_size)(pcap_t *, int);
  int (*activate)(pcap_t *);
  pcap_t *(*open_dead)(int, int);
  int (*datalink)(pcap_t *);
  int (*list_datalinks)(pcap_t *, int **);
  void (*free_datalinks)(int *);
  int (*set_datalink)(pcap_t *, int);
  int (*compile)(pcap_t *, struct bpf_program *, const char *, int, uint32_t);
  int (*setfilter)(pcap_t *, struct bpf_program *);
  void (*freecode)(struct bpf_program *);
  int (*setnonblock)(pcap_t *, int, char *);
  int (*get_selectable_fd)(pcap_t *);
  int (*snapshot)(pcap_t *);
  int (*dispatch)(pcap_t *, int, pcap_handler, unsigned char *);
  void (*breakloop)(pcap_t *);
  int (*stats)(pcap_t *, struct pcap_stat *);
  char *(*geterr)(pcap_t *);
  const char *(*statustostr)(int);
  void (*close)(pcap_t *);
  int (*findalldevs)(struct pcap_if **, char *);
  void (*freealldevs)(struct pcap_if *);
};

/* The library's functions, or NULL with *why set (a static text) where it is not there. Safe from any thread; opened once, never closed. */
const struct libpcap *libpcap_load(const char **why);

#endif
