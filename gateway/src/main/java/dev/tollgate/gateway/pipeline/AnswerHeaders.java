package dev.tollgate.gateway.pipeline;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.springframework.http.HttpHeaders;

/**
 * Headers that the answer to a request carries whoever gives it, the provider or the gateway with
 * an error.
 *
 * @param hides lower-case names of a provider's own headers that would contradict these
 */
public record AnswerHeaders(List<Header> headers, Predicate<String> hides) {

  /** Set by the admission stage where a limit stands over the request. */
  public static final StateKey<AnswerHeaders> KEY = StateKey.named("headers of any answer");

  public AnswerHeaders {
    headers = List.copyOf(headers);
  }

  /** One of them. */
  public record Header(String name, String value) {}

  /** Writes those of {@code exchange}, if it has any, over what stands in {@code answer}. */
  public static void write(GatewayExchange exchange, HttpHeaders answer) {
    AnswerHeaders found = exchange.find(KEY);
    if (found != null) {
      found.writeTo(answer);
    }
  }

  private void writeTo(HttpHeaders answer) {
    List<String> hidden =
        answer.headerNames().stream()
            .filter(name -> hides.test(name.toLowerCase(Locale.ROOT)))
            .toList();
    hidden.forEach(answer::remove);
    headers.forEach(header -> answer.set(header.name(), header.value()));
  }
}
