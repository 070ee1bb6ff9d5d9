package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.identity.TollgateSecrets;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which headers pass, both ways: by allow-list, so that no client credential, cookie, forwarding or
 * hop-by-hop header ever reaches a provider, whatever {@code Connection} names, and nothing of a
 * provider's account reaches a client.
 */
final class UpstreamHeaders {

  private static final List<String> CONTENT_AND_NEGOTIATION =
      List.of(
          "content-type",
          "accept",
          "accept-language",
          "range",
          "if-none-match",
          "if-modified-since");

  /** Documented by the three protocols' providers, whatever the catalogue adds. */
  private static final List<String> DOCUMENTED =
      List.of(
          "openai-beta",
          "idempotency-key",
          "x-client-request-id",
          "anthropic-version",
          "anthropic-beta",
          "x-goog-api-client");

  private static final Set<String> ANSWER =
      Set.of(
          "content-type",
          "content-encoding",
          "content-language",
          "content-disposition",
          "content-range",
          "accept-ranges",
          "cache-control",
          "etag",
          "last-modified",
          "retry-after",
          "retry-after-ms",
          "x-should-retry",
          "request-id",
          "openai-processing-ms",
          "openai-version",
          "openai-model");
  private static final List<String> ANSWER_FAMILIES =
      List.of("x-ratelimit-", "anthropic-ratelimit-");

  /** Carry the provider's account, or are the gateway's own to set. */
  private static final Set<String> NEVER_ANSWERED =
      Set.of(
          "set-cookie",
          "set-cookie2",
          "authorization",
          "www-authenticate",
          "x-request-id",
          "openai-organization",
          "openai-project",
          "anthropic-organization-id",
          "anthropic-workspace-id",
          "connection",
          "transfer-encoding",
          "content-length");

  private UpstreamHeaders() {}

  /** Builds the headers of the call; the credential's are set afterwards. */
  static void request(
      org.springframework.http.HttpHeaders client, ServiceSnapshot service, HttpHeaders upstream) {
    CONTENT_AND_NEGOTIATION.forEach(name -> copy(client, name, upstream));
    DOCUMENTED.forEach(name -> copy(client, name, upstream));
    service.definition().requestHeaders().forEach(name -> copyNamed(client, name, upstream));
    own(upstream);
  }

  /** The headers of every call, the gateway's own ones included. */
  static void own(HttpHeaders upstream) {
    // An encoded answer would hide its usage, and the provider may only send what is asked for.
    upstream.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    upstream.set(HttpHeaderNames.USER_AGENT, "tollgate");
  }

  /** A trailing asterisk in the catalogue stands for any rest of a name. */
  private static void copyNamed(
      org.springframework.http.HttpHeaders client, String name, HttpHeaders upstream) {
    if (!name.endsWith("*")) {
      copy(client, name, upstream);
      return;
    }
    // by their names alone: the adapter collects the values of each header that it walks over
    for (String present : client.headerNames()) {
      if (names(name, present.toLowerCase(Locale.ROOT))) {
        copy(client, present, upstream);
      }
    }
  }

  private static boolean names(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  private static void copy(
      org.springframework.http.HttpHeaders client, String name, HttpHeaders upstream) {
    @Nullable List<String> values = client.get(name);
    if (values != null && !carrySecret(values)) {
      upstream.set(name, values);
    }
  }

  private static boolean carrySecret(List<String> values) {
    for (String value : values) {
      if (TollgateSecrets.isIn(value)) {
        return true;
      }
    }
    return false;
  }

  /** Copies what of the provider's answer is the client's, and adds {@code ours}. */
  static void answer(
      HttpHeaders upstream,
      ServiceSnapshot service,
      AnswerHeaders ours,
      org.springframework.http.HttpHeaders client) {
    upstream
        .iteratorCharSequence()
        .forEachRemaining(header -> {
          String name = header.getKey().toString().toLowerCase(Locale.ROOT);
          if (mayAnswer(name, service) && !ours.hides().test(name)) {
            client.add(name, header.getValue().toString());
          }
        });
    ours.writeTo(client);
  }

  private static boolean mayAnswer(String name, ServiceSnapshot service) {
    if (ANSWER.contains(name)) {
      return true;
    }
    return !NEVER_ANSWERED.contains(name) && (isDocumented(name, service) || isOfFamily(name));
  }

  private static boolean isDocumented(String name, ServiceSnapshot service) {
    for (String documented : service.definition().responseHeaders()) {
      if (names(documented, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfFamily(String name) {
    for (String family : ANSWER_FAMILIES) {
      if (name.startsWith(family)) {
        return true;
      }
    }
    return false;
  }
}
