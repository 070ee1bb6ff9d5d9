package dev.tollgate.gateway.realtime;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Which of the sub-protocols that a client offers are a provider's to see. */
public final class SubProtocols {

  /** Browsers cannot set headers, so OpenAI's clients put credentials here. */
  private static final List<String> CREDENTIALS =
      List.of("openai-insecure-api-key.", "openai-organization.", "openai-project.");

  private static final String VIRTUAL_KEY = "tgk_";

  private SubProtocols() {}

  /** Those to offer, in the client's order, without what identifies a caller or an account. */
  public static List<String> forProvider(@Nullable List<String> headerValues) {
    return headerValues == null
        ? List.of()
        : headerValues.stream()
            .flatMap(value -> Stream.of(StringUtils.tokenizeToStringArray(value, ",")))
            .filter(protocol -> !identifiesSomeone(protocol))
            .toList();
  }

  private static boolean identifiesSomeone(String protocol) {
    String lower = protocol.toLowerCase(Locale.ROOT);
    return lower.contains(VIRTUAL_KEY) || CREDENTIALS.stream().anyMatch(lower::startsWith);
  }
}
