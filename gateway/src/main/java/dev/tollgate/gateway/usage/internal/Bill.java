package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * What a request used, and what it is charged.
 *
 * @param estimated whether {@code usage} is our own count
 */
record Bill(@Nullable TokenUsage usage, boolean estimated, @Nullable Charge charge) {

  static final Bill NOTHING = new Bill(null, false, null);

  Bill charged(@Nullable Charge other) {
    return new Bill(usage, estimated, other);
  }
}
