package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.Quota.Unit;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.AnswerHeaders.Header;
import dev.tollgate.gateway.pipeline.Protocol;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the quotas over a request in the names that SDKs read: OpenAI's, on Anthropic's paths
 * Anthropic's too, and the fields of draft-ietf-httpapi-ratelimit-headers, which name every quota.
 * The others name the tightest of a kind.
 */
public final class QuotaHeaders {

  /** The provider's own, of the same kinds as ours. */
  private static final List<String> FAMILIES = List.of("x-ratelimit-", "anthropic-ratelimit-");

  private static final long MILLIS_OF_SECOND = 1000;

  /** As long as a header with all kinds of quotas becomes. */
  private static final int LINE = 400;

  /** As many as an answer has on OpenAI's paths. */
  private static final int USUAL = 8;

  private static final Names REQUESTS = Names.ofOpenAi("requests");
  private static final Names TOKENS = Names.ofOpenAi("tokens");

  private QuotaHeaders() {}

  /** Of the headers that tell of one quota. */
  private record Names(String limit, String remaining, String reset) {

    static Names ofOpenAi(String kind) {
      return new Names(
          "x-ratelimit-limit-" + kind,
          "x-ratelimit-remaining-" + kind,
          "x-ratelimit-reset-" + kind);
    }
  }

  /**
   * The headers of an answer.
   *
   * @param now what times of day are told from
   */
  public static AnswerHeaders of(Protocol protocol, List<Quota> quotas, Instant now) {
    List<Header> headers = new ArrayList<>(USUAL);
    Quota requests = tightest(quotas, quota -> quota.unit() == Unit.REQUESTS);
    Quota tokens = tightest(quotas, quota -> quota.unit().isOfTokens());
    addOpenAi(headers, REQUESTS, requests);
    addOpenAi(headers, TOKENS, tokens);
    if (protocol == Protocol.ANTHROPIC) {
      addAnthropic(headers, "requests", requests, now);
      addAnthropic(headers, "tokens", tokens, now);
      addAnthropic(headers, "input-tokens", tightest(quotas, Unit.INPUT_TOKENS), now);
      addAnthropic(headers, "output-tokens", tightest(quotas, Unit.OUTPUT_TOKENS), now);
    }
    addStandard(headers, tightestOfEach(quotas));
    return new AnswerHeaders(headers, hidden(requests != null, tokens != null));
  }

  private static Predicate<String> hidden(boolean requests, boolean tokens) {
    return name ->
        isOfFamily(name)
            && ((requests && name.contains("requests")) || (tokens && name.contains("tokens")));
  }

  private static boolean isOfFamily(String name) {
    for (String family : FAMILIES) {
      if (name.startsWith(family)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Quota tightest(List<Quota> quotas, Unit unit) {
    return tightest(quotas, quota -> quota.unit() == unit);
  }

  private static @Nullable Quota tightest(List<Quota> quotas, Predicate<Quota> kind) {
    Quota tightest = null;
    for (Quota quota : quotas) {
      if (kind.test(quota) && (tightest == null || quota.isTighterThan(tightest))) {
        tightest = quota;
      }
    }
    return tightest;
  }

  private static void addOpenAi(List<Header> headers, Names names, @Nullable Quota quota) {
    if (quota != null) {
      headers.add(new Header(names.limit(), Long.toString(quota.limit())));
      headers.add(new Header(names.remaining(), Long.toString(quota.remaining())));
      headers.add(new Header(names.reset(), duration(quota.resetNanos())));
    }
  }

  private static void addAnthropic(
      List<Header> headers, String kind, @Nullable Quota quota, Instant now) {
    if (quota != null) {
      String name = "anthropic-ratelimit-" + kind;
      headers.add(new Header(name + "-limit", Long.toString(quota.limit())));
      headers.add(new Header(name + "-remaining", Long.toString(quota.remaining())));
      headers.add(new Header(name + "-reset", timeOfDay(now.plusNanos(quota.resetNanos()))));
    }
  }

  private static void addStandard(List<Header> headers, List<Quota> quotas) {
    if (quotas.isEmpty()) {
      return;
    }
    StringBuilder line = new StringBuilder(LINE);
    for (Quota quota : quotas) {
      line.append(line.isEmpty() ? "\"" : ", \"").append(quota.policy()).append("\";r=");
      line.append(quota.remaining()).append(";t=").append(QuotaPolicy.seconds(quota.resetNanos()));
    }
    headers.add(new Header("RateLimit", line.toString()));
    headers.add(new Header("RateLimit-Policy", QuotaPolicy.standard(quotas)));
  }

  /** Of several quotas with one name, which differ in whose they are, the tightest. */
  private static List<Quota> tightestOfEach(List<Quota> quotas) {
    List<Quota> tightest = new ArrayList<>(quotas.size());
    for (Quota quota : quotas) {
      int same = 0;
      while (same < tightest.size() && !tightest.get(same).policy().equals(quota.policy())) {
        same++;
      }
      if (same == tightest.size()) {
        tightest.add(quota);
      } else if (quota.isTighterThan(tightest.get(same))) {
        tightest.set(same, quota);
      }
    }
    return tightest;
  }

  /** As OpenAI writes it: {@code 120ms}, {@code 1s}, {@code 6m0s}, {@code 23h59m10s}. */
  private static String duration(long nanos) {
    long millis = QuotaPolicy.millis(nanos);
    if (millis < MILLIS_OF_SECOND) {
      return millis == 0 ? "0s" : millis + "ms";
    }
    long seconds = QuotaPolicy.seconds(nanos);
    long minutes = seconds / 60;
    long hours = minutes / 60;
    StringBuilder text = new StringBuilder();
    if (hours > 0) {
      text.append(hours).append('h');
    }
    if (minutes > 0) {
      text.append(minutes % 60).append('m');
    }
    return text.append(seconds % 60).append('s').toString();
  }

  /** Rounded up: at the time told, it is there. */
  private static String timeOfDay(Instant time) {
    Instant whole = time.truncatedTo(ChronoUnit.SECONDS);
    return DateTimeFormatter.ISO_INSTANT.format(whole.equals(time) ? whole : whole.plusSeconds(1));
  }
}
