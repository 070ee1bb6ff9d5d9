package dev.tollgate.gateway.network.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Forwarded} (RFC 7239), as a whole or not at all: a quotation mark that a client left
 * open would swallow what a proxy has put behind it.
 */
final class ForwardedHeader {

  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  /** Not tokens, but several proxies leave the quotation marks around an address out. */
  private static final String ADDRESS = ":[]";

  private final String text;
  private int at;

  private ForwardedHeader(String text) {
    this.text = text;
  }

  /** The hops in the order of the way, the client's end first; null if it is not well-formed. */
  static @Nullable List<Hop> hops(List<String> lines) {
    return new ForwardedHeader(String.join(",", lines)).hops();
  }

  private @Nullable List<Hop> hops() {
    List<Hop> hops = new ArrayList<>();
    do {
      Hop hop = element();
      if (hop == null) {
        return null;
      }
      hops.add(hop);
    } while (take(','));
    return at == text.length() ? hops : null;
  }

  private @Nullable Hop element() {
    String address = null;
    String protocol = null;
    do {
      skipBlanks();
      String name = token("");
      String value = take('=') ? value() : null;
      if (name.isEmpty() || value == null) {
        return null;
      }
      boolean isAddress = name.equalsIgnoreCase("for");
      boolean isProtocol = name.equalsIgnoreCase("proto");
      if ((isAddress && address != null) || (isProtocol && protocol != null)) {
        return null;
      }
      address = isAddress ? value : address;
      protocol = isProtocol ? value : protocol;
      skipBlanks();
    } while (take(';'));
    return new Hop(
        address == null ? null : Hop.address(address),
        protocol == null ? null : Hop.isHttps(protocol));
  }

  private @Nullable String value() {
    if (take('"')) {
      return quoted();
    }
    String token = token(ADDRESS);
    return token.isEmpty() ? null : token;
  }

  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
      }
      value.append(c);
    }
    return null;
  }

  private String token(String besides) {
    int start = at;
    while (at < text.length() && isOf(text.charAt(at), besides)) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isOf(char c, String besides) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || TOKEN.indexOf(c) >= 0
        || besides.indexOf(c) >= 0;
  }

  private boolean take(char expected) {
    if (at < text.length() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }
}
