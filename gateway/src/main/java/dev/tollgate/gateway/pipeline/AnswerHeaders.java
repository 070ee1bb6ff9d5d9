package dev.tollgate.gateway.pipeline;

import java.util.List;
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

  /** None. */
  public static final AnswerHeaders NONE = new AnswerHeaders(List.of(), name -> false);

  public AnswerHeaders {
    headers = List.copyOf(headers);
  }

  /** One of them. */
  public record Header(String name, String value) {}

  /** Those of {@code exchange}; none where no stage has set any. */
  public static AnswerHeaders of(GatewayExchange exchange) {
    AnswerHeaders found = exchange.find(KEY);
    return found == null ? NONE : found;
  }

  /** Sets them in an answer that carries none that they hide. */
  public void writeTo(HttpHeaders answer) {
    for (Header header : headers) {
      answer.set(header.name(), header.value());
    }
  }
}
