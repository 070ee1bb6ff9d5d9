package dev.tollgate.gateway.snapshot.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The changes that were told and that a poll may still find: each is a target and the transaction
 * that changed it, as in {@code key:key_1 4711}.
 */
final class ToldChanges {

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Whether {@code change} is news. */
  boolean add(String change) {
    return told.add(change);
  }

  /** Forgets those of transactions before this one: no later poll asks for them. */
  void forgetBefore(String transaction) {
    long oldest = Long.parseUnsignedLong(transaction);
    told.removeIf(change -> Long.compareUnsigned(transactionOf(change), oldest) < 0);
  }

  void clear() {
    told.clear();
  }

  static String targetOf(String change) {
    return change.substring(0, change.lastIndexOf(' '));
  }

  private static long transactionOf(String change) {
    return Long.parseUnsignedLong(change, change.lastIndexOf(' ') + 1, change.length(), 10);
  }
}
