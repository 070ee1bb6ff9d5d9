package dev.tollgate.gateway.country;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Knows in which country an address is. */
@FunctionalInterface
public interface Countries {

  /** ISO 3166-1 alpha-2, in upper case; null if it is not known, as without a database. */
  @Nullable String of(InetAddress address);
}
