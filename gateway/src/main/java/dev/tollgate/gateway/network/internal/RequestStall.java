package dev.tollgate.gateway.network.internal;

/** The event that a client is too slow with a part of its request. */
enum RequestStall {
  IN_HEAD,
  IN_BODY
}
