/*
 * The Node-API face of capture.h: arguments in, numbers and errors out. Options, defaults and texts for people are JavaScript's
 * (src/inputs/interface*.ts), which also gives clean arguments; wrong ones throw a TypeError all the same.
 *
 * Only Node-API of version 8 is used, so one binary serves every Node from 18 on.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAPI_VERSION 8
#include <node_api.h>

#include "capture.h"
#include "libpcap.h"

#define MAX_ARGUMENTS 6
#define MAX_TEXT 16384

/* ---- arguments -------------------------------------------------------------------------------------------------- */

struct call {
  napi_env env;
  napi_value arguments[MAX_ARGUMENTS];
  bool good; /* false once something has been thrown */
};

static struct call begin(napi_env env, napi_callback_info info, size_t expected) {
  struct call call = {.env = env, .good = true};
  size_t count = MAX_ARGUMENTS;
  if (napi_get_cb_info(env, info, &count, call.arguments, NULL, NULL) != napi_ok || count < expected) {
    napi_throw_type_error(env, NULL, "too few arguments");
    call.good = false;
  }
  return call;
}

static void wrong(struct call *call, const char *message) {
  if (call->good) napi_throw_type_error(call->env, NULL, message);
  call->good = false;
}

static uint32_t number(struct call *call, size_t index, uint32_t largest) {
  double value = 0;
  if (!call->good) return 0;
  if (napi_get_value_double(call->env, call->arguments[index], &value) != napi_ok || !(value >= 0 && value <= largest)) wrong(call, "not a number in range");
  return call->good ? (uint32_t)value : 0;
}

/* A NUL inside would cut the text short without a word. */
static char *text(struct call *call, size_t index, char *into) {
  size_t length = 0;
  into[0] = '\0';
  if (!call->good) return into;
  if (napi_get_value_string_utf8(call->env, call->arguments[index], into, MAX_TEXT, &length) != napi_ok) wrong(call, "not a string");
  else if (length >= MAX_TEXT - 4 || strlen(into) != length) wrong(call, "a string that is too long or holds a NUL");
  return into;
}

static napi_value throw_failure(napi_env env, const struct failure *why) {
  napi_throw_error(env, why->kind, why->message);
  return NULL;
}

static napi_value make_number(napi_env env, double value) {
  napi_value made = NULL;
  napi_create_double(env, value, &made);
  return made;
}

static void put(napi_env env, napi_value object, const char *key, napi_value value) {
  if (value != NULL) napi_set_named_property(env, object, key, value);
}

static void put_text(napi_env env, napi_value object, const char *key, const char *value) {
  napi_value made = NULL;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &made);
  put(env, object, key, made);
}

/* ---- what JavaScript calls -------------------------------------------------------------------------------------- */

/* open(device, filter, snaplen, promiscuous, bufferBytes, timeoutMs) → { id, linkType, snaplen, largestBlock, warning } */
static napi_value open_capture(napi_env env, napi_callback_info info) {
  char device[MAX_TEXT], filter[MAX_TEXT];
  struct failure why = {0};
  struct capture_info opened = {0};
  struct call call = begin(env, info, 6);
  struct capture_options options = {
      .device = text(&call, 0, device),
      .filter = text(&call, 1, filter),
      .snaplen = (int)number(&call, 2, 262144),
      .promiscuous = (int)number(&call, 3, 1),
      .buffer_bytes = (int)number(&call, 4, INT32_MAX),
      .timeout_ms = (int)number(&call, 5, 10000),
  };
  if (!call.good) return NULL;
  if (!capture_open(&options, env, &opened, &why)) return throw_failure(env, &why);
  napi_value object = NULL;
  napi_create_object(env, &object);
  put(env, object, "id", make_number(env, opened.id));
  put(env, object, "linkType", make_number(env, opened.link_type));
  put(env, object, "snaplen", make_number(env, opened.snaplen));
  put(env, object, "largestBlock", make_number(env, (double)opened.largest_block));
  put_text(env, object, "warning", opened.warning);
  return object;
}

/* read(id, buffer: ArrayBuffer, waitMs, maxPackets) → bytes written */
static napi_value read_capture(napi_env env, napi_callback_info info) {
  void *at = NULL;
  size_t size = 0;
  struct failure why = {0};
  struct call call = begin(env, info, 4);
  uint32_t id = number(&call, 0, UINT32_MAX);
  uint32_t wait_ms = number(&call, 2, 1000);
  uint32_t max_packets = number(&call, 3, UINT32_MAX);
  if (call.good && napi_get_arraybuffer_info(env, call.arguments[1], &at, &size) != napi_ok) wrong(&call, "not an ArrayBuffer");
  if (!call.good) return NULL;
  int64_t bytes = capture_read(id, at, size, (int)wait_ms, max_packets, &why);
  return bytes == CAPTURE_FAILED ? throw_failure(env, &why) : make_number(env, (double)bytes);
}

/* counts(id) → { received, droppedByKernel, droppedByInterface, delivered } */
static napi_value counts_of_capture(napi_env env, napi_callback_info info) {
  struct failure why = {0};
  struct capture_counts counts = {0};
  struct call call = begin(env, info, 1);
  uint32_t id = number(&call, 0, UINT32_MAX);
  if (!call.good) return NULL;
  if (!capture_counts(id, &counts, &why)) return throw_failure(env, &why);
  napi_value object = NULL;
  napi_create_object(env, &object);
  put(env, object, "received", make_number(env, (double)counts.received));
  put(env, object, "droppedByKernel", make_number(env, (double)counts.dropped_by_kernel));
  put(env, object, "droppedByInterface", make_number(env, (double)counts.dropped_by_interface));
  put(env, object, "delivered", make_number(env, (double)counts.delivered));
  return object;
}

static napi_value stop_capture(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info, 1);
  uint32_t id = number(&call, 0, UINT32_MAX);
  if (call.good) capture_stop(id);
  return NULL;
}

static napi_value close_capture(napi_env env, napi_callback_info info) {
  struct call call = begin(env, info, 1);
  uint32_t id = number(&call, 0, UINT32_MAX);
  if (call.good) capture_close(id);
  return NULL;
}

/* checkFilter(filter, linkType): throws libpcap's own message */
static napi_value check_filter(napi_env env, napi_callback_info info) {
  char filter[MAX_TEXT];
  struct failure why = {0};
  struct call call = begin(env, info, 2);
  text(&call, 0, filter);
  uint32_t link_type = number(&call, 1, INT32_MAX);
  if (call.good && !capture_check_filter(filter, (int)link_type, &why)) throw_failure(env, &why);
  return NULL;
}

/* version() → libpcap's own line */
static napi_value version(napi_env env, napi_callback_info info) {
  (void)info;
  const char *missing;
  const struct libpcap *lib = libpcap_load(&missing);
  napi_value made = NULL;
  if (lib == NULL) napi_throw_error(env, "no-libpcap", missing);
  else napi_create_string_utf8(env, lib->lib_version(), NAPI_AUTO_LENGTH, &made);
  return made;
}

static napi_value addresses_of(napi_env env, const struct pcap_if *device) {
  napi_value list = NULL;
  uint32_t count = 0;
  napi_create_array(env, &list);
  for (const struct pcap_addr *address = device->addresses; address != NULL; address = address->next) {
    char buffer[INET6_ADDRSTRLEN];
    const void *bits = NULL;
    if (address->addr == NULL) continue;
    int family = address->addr->sa_family;
    if (family == AF_INET) bits = &((const struct sockaddr_in *)(const void *)address->addr)->sin_addr;
    if (family == AF_INET6) bits = &((const struct sockaddr_in6 *)(const void *)address->addr)->sin6_addr;
    if (bits == NULL || inet_ntop(family, bits, buffer, sizeof buffer) == NULL) continue;
    napi_value made = NULL;
    napi_create_string_utf8(env, buffer, NAPI_AUTO_LENGTH, &made);
    napi_set_element(env, list, count++, made);
  }
  return list;
}

/* devices() → [{ name, description, flags, addresses }] */
static napi_value devices(napi_env env, napi_callback_info info) {
  (void)info;
  const char *missing;
  char problem[PCAP_ERRBUF_SIZE] = "";
  struct pcap_if *found = NULL;
  const struct libpcap *lib = libpcap_load(&missing);
  if (lib == NULL) {
    napi_throw_error(env, "no-libpcap", missing);
    return NULL;
  }
  if (lib->findalldevs(&found, problem) != 0) {
    napi_throw_error(env, "other", problem);
    return NULL;
  }
  napi_value list = NULL;
  uint32_t count = 0;
  napi_create_array(env, &list);
  for (const struct pcap_if *device = found; device != NULL; device = device->next) {
    napi_value object = NULL;
    napi_create_object(env, &object);
    put_text(env, object, "name", device->name);
    put_text(env, object, "description", device->description != NULL ? device->description : "");
    put(env, object, "flags", make_number(env, device->flags));
    put(env, object, "addresses", addresses_of(env, device));
    napi_set_element(env, list, count++, object);
  }
  lib->freealldevs(found);
  return list;
}

/* ---- the module ------------------------------------------------------------------------------------------------- */

/* Captures that an environment (the main thread, a worker) left open end with it. */
static void environment_ends(void *env) { capture_close_all(env); }

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback call;
  } FUNCTIONS[] = {
      {"open", open_capture}, {"read", read_capture},          {"counts", counts_of_capture}, {"stop", stop_capture},
      {"close", close_capture}, {"checkFilter", check_filter}, {"version", version},          {"devices", devices},
  };
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
    napi_value made = NULL;
    if (napi_create_function(env, FUNCTIONS[i].name, NAPI_AUTO_LENGTH, FUNCTIONS[i].call, NULL, &made) != napi_ok) return NULL;
    put(env, exports, FUNCTIONS[i].name, made);
  }
  napi_add_env_cleanup_hook(env, environment_ends, env);
  return exports;
}
