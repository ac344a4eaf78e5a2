#include "libpcap.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

/*
 * glibc 2.34 moved these into libc under a new version; a prebuilt addon that asks for it would not load on older systems
 * that Node 20 supports (glibc 2.28). The old version is still there on both, and Node itself has loaded its library.
 */
#if defined(__GLIBC__) && defined(__x86_64__)
__asm__(".symver dlopen,dlopen@GLIBC_2.2.5");
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");
__asm__(".symver dlerror,dlerror@GLIBC_2.2.5");
__asm__(".symver pthread_once,pthread_once@GLIBC_2.2.5");
#elif defined(__GLIBC__) && defined(__aarch64__)
__asm__(".symver dlopen,dlopen@GLIBC_2.17");
__asm__(".symver dlsym,dlsym@GLIBC_2.17");
__asm__(".symver dlerror,dlerror@GLIBC_2.17");
__asm__(".symver pthread_once,pthread_once@GLIBC_2.17");
#endif

#ifdef __APPLE__
static const char *const NAMES[] = {"libpcap.A.dylib", "/usr/lib/libpcap.A.dylib", "libpcap.dylib", NULL};
#else
/* .so.1 is upstream's and Red Hat's name, .so.0.8 Debian's; the bare one exists only where headers are installed. */
static const char *const NAMES[] = {"libpcap.so.1", "libpcap.so.0.8", "libpcap.so", NULL};
#endif

struct symbol {
  const char *name;
  size_t offset;
};
#define SYMBOL(member) {"pcap_" #member, offsetof(struct libpcap, member)}
static const struct symbol SYMBOLS[] = {
    SYMBOL(lib_version), SYMBOL(create),           SYMBOL(set_snaplen),  SYMBOL(set_promisc),       SYMBOL(set_timeout),
    SYMBOL(set_buffer_size), SYMBOL(activate),     SYMBOL(open_dead),    SYMBOL(datalink),          SYMBOL(list_datalinks),
    SYMBOL(free_datalinks),  SYMBOL(set_datalink), SYMBOL(compile),      SYMBOL(setfilter),         SYMBOL(freecode),
    SYMBOL(setnonblock), SYMBOL(get_selectable_fd), SYMBOL(snapshot),    SYMBOL(dispatch),          SYMBOL(breakloop),
    SYMBOL(stats),       SYMBOL(geterr),           SYMBOL(statustostr),  SYMBOL(close),             SYMBOL(findalldevs),
    SYMBOL(freealldevs),
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct libpcap functions;
static char problem[512] = "";

static void load(void) {
  void *library = NULL;
  for (const char *const *name = NAMES; *name != NULL && library == NULL; name++) library = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char *why = dlerror();
    snprintf(problem, sizeof problem, "%s", why != NULL ? why : "no libpcap found");
    return;
  }
  for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
    void *found = dlsym(library, SYMBOLS[i].name);
    if (found == NULL) {
      snprintf(problem, sizeof problem, "libpcap is too old: it has no %s", SYMBOLS[i].name);
      return;
    }
    /* POSIX's own way round ISO C, which knows no cast from object to function pointer (dlsym(3p)). */
    *(void **)((char *)&functions + SYMBOLS[i].offset) = found;
  }
}

const struct libpcap *libpcap_load(const char **why) {
  pthread_once(&once, load);
  *why = problem;
  return problem[0] == '\0' ? &functions : NULL;
}
