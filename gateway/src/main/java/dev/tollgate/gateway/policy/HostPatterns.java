package dev.tollgate.gateway.policy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Hosts, and {@code *.x} for the subdomains of a host, which do not include itself. */
final class HostPatterns {

  private final Set<String> patterns;

  private HostPatterns(Set<String> patterns) {
    this.patterns = patterns;
  }

  static HostPatterns of(List<String> patterns) {
    return new HostPatterns(
        patterns.stream()
            .map(pattern -> pattern.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Whether one of them stands for the host.
   *
   * @param host in lower case, IPv6 in brackets
   */
  boolean match(String host) {
    if (patterns.contains(host)) {
      return true;
    }
    for (int dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      if (patterns.contains("*" + host.substring(dot))) {
        return true;
      }
    }
    return false;
  }
}
