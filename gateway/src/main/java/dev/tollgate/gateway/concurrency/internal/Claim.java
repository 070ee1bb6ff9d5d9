package dev.tollgate.gateway.concurrency.internal;

import java.util.List;

/**
 * What one request needs to go on its way, all of it or nothing.
 *
 * @param id of no other request of any gateway
 */
record Claim(String id, List<Need> needs) {}
