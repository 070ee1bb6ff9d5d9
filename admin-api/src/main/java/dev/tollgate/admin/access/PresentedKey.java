package dev.tollgate.admin.access;

import dev.tollgate.admin.problem.RequestId;
import dev.tollgate.crypto.secret.SecretString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A bearer credential that nobody has looked at yet. */
final class PresentedKey extends AbstractAuthenticationToken {

  private static final String SCHEME = "bearer ";

  /** What a virtual key calls for itself. */
  private static final String SELF = "/v1/keys/self/";

  private final transient SecretString key;
  private final String address;
  private final String requestId;
  private final boolean forSelf;
  private final boolean secure;

  private PresentedKey(
      SecretString key, String address, String requestId, boolean forSelf, boolean secure) {
    super(List.of());
    this.key = key;
    this.address = address;
    this.requestId = requestId;
    this.forSelf = forSelf;
    this.secure = secure;
  }

  /** Empty: nothing was presented. Fails if what was presented is no single bearer credential. */
  static Mono<PresentedKey> of(ServerWebExchange exchange) {
    List<String> headers = exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
    if (headers.isEmpty()) {
      return Mono.empty();
    }
    String header = headers.getFirst();
    if (headers.size() > 1 || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Mono.error(new BadCredentialsException("not a bearer credential"));
    }
    String key = header.substring(SCHEME.length()).strip();
    return Mono.just(
        new PresentedKey(
            SecretString.of(key),
            addressOf(exchange),
            RequestId.of(exchange),
            isForSelf(exchange),
            exchange.getRequest().getSslInfo() != null));
  }

  private static boolean isForSelf(ServerWebExchange exchange) {
    return exchange.getRequest().getPath().value().startsWith(SELF);
  }

  private static String addressOf(ServerWebExchange exchange) {
    InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
    return peer == null || peer.getAddress() == null
        ? "unknown"
        : peer.getAddress().getHostAddress();
  }

  SecretString key() {
    return key;
  }

  String address() {
    return address;
  }

  String requestId() {
    return requestId;
  }

  boolean isForSelf() {
    return forSelf;
  }

  boolean isSecure() {
    return secure;
  }

  @Override
  public @Nullable Object getCredentials() {
    return key;
  }

  @Override
  public @Nullable Object getPrincipal() {
    return null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
