package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.identity.TollgateSecrets;
import dev.tollgate.gateway.pipeline.Protocol;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;

/** The one credential that a request presents, wherever the client's SDK puts it. */
sealed interface PresentedCredential {

  /** Exactly one, possibly in several places. */
  record One(String token) implements PresentedCredential {
    @Override
    public String toString() {
      return "One[REDACTED]";
    }
  }

  /** None at all. */
  record Absent() implements PresentedCredential {}

  /** Two that differ: whichever were taken, the client would be surprised. */
  record Ambiguous() implements PresentedCredential {}

  PresentedCredential ABSENT = new Absent();
  PresentedCredential AMBIGUOUS = new Ambiguous();

  /** Reads every place in which a client of {@code protocol} may put its key. */
  static PresentedCredential of(ServerHttpRequest request, Protocol protocol) {
    Reader reader = new Reader();
    HttpHeaders headers = request.getHeaders();
    reader.authorization(headers.get(HttpHeaders.AUTHORIZATION), protocol);
    reader.values(headers.get("x-api-key"));
    reader.values(headers.get("api-key"));
    reader.values(headers.get("x-goog-api-key"));
    if (protocol == Protocol.GEMINI) {
      reader.query(request.getURI().getRawQuery());
    }
    if (protocol == Protocol.PASS_THROUGH) {
      reader.anyHeader(headers);
    }
    reader.webSocketProtocols(headers.get("Sec-WebSocket-Protocol"));
    return reader.result();
  }

  /** Collects tokens and notices the second one that differs. */
  final class Reader {

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";
    private static final String WEB_SOCKET_KEY = "openai-insecure-api-key.";
    private static final String VIRTUAL_KEY = "tgk_";

    private @Nullable String token;
    private boolean differing;

    private void values(@Nullable List<String> values) {
      if (values != null) {
        values.forEach(this::take);
      }
    }

    private void take(String value) {
      String trimmed = value.strip();
      if (trimmed.isEmpty()) {
        return;
      }
      if (token != null && !token.equals(trimmed)) {
        differing = true;
      }
      token = trimmed;
    }

    private void authorization(@Nullable List<String> values, Protocol protocol) {
      if (values == null) {
        return;
      }
      for (String value : values) {
        if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
          take(value.substring(BEARER.length()));
        } else if (protocol == Protocol.PASS_THROUGH
            && value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
          basic(value.substring(BASIC.length()));
        } else {
          take(protocol == Protocol.PASS_THROUGH ? withoutScheme(value) : value);
        }
      }
    }

    /** Some providers take their key behind a scheme of their own, such as {@code Token}. */
    private static String withoutScheme(String value) {
      String stripped = value.strip();
      return stripped.substring(stripped.indexOf(' ') + 1);
    }

    /** Stripe's way: the key is the user name and the password stays empty; or the reverse. */
    private void basic(String encoded) {
      String decoded;
      try {
        decoded = new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        take(encoded);
        return;
      }
      int colon = decoded.indexOf(':');
      String user = colon < 0 ? decoded : decoded.substring(0, colon);
      String password = colon < 0 ? "" : decoded.substring(colon + 1);
      take(user.startsWith(VIRTUAL_KEY) || password.isEmpty() ? user : password);
    }

    /**
     * On {@code /{service}/**} the key may stand in whatever header the service's provider takes
     * its own in; only a value that looks like a key or token of Tollgate's counts, since any other
     * header may be there.
     */
    private void anyHeader(HttpHeaders headers) {
      headers.forEach((name, values) -> {
        for (String value : values) {
          if (TollgateSecrets.isOne(value)) {
            take(value);
          }
        }
      });
    }

    private void query(@Nullable String rawQuery) {
      if (rawQuery == null) {
        return;
      }
      for (String parameter : StringUtils.delimitedListToStringArray(rawQuery, "&")) {
        int equals = parameter.indexOf('=');
        if (equals > 0 && decode(parameter.substring(0, equals)).equals("key")) {
          take(decode(parameter.substring(equals + 1)));
        }
      }
    }

    private static String decode(String encoded) {
      try {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return encoded;
      }
    }

    private void webSocketProtocols(@Nullable List<String> values) {
      if (values == null) {
        return;
      }
      for (String value : values) {
        for (String protocol : StringUtils.delimitedListToStringArray(value, ",")) {
          String name = protocol.strip();
          if (name.startsWith(WEB_SOCKET_KEY)) {
            take(name.substring(WEB_SOCKET_KEY.length()));
          }
        }
      }
    }

    private PresentedCredential result() {
      if (differing) {
        return AMBIGUOUS;
      }
      return token == null ? ABSENT : new One(token);
    }
  }
}
