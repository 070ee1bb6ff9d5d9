package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.ProtocolOfPath;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Where a request goes upstream. The rules for version prefixes, since {@code
 * https://api.openai.com} and {@code https://api.openai.com/v1} mean the same:
 *
 * <ul>
 *   <li>On a protocol's own paths the version that the base URL ends with takes the place of the
 *       path's.
 *   <li>On OpenAI's paths so does one further up ({@code …/v1beta/openai}): OpenAI's SDKs put no
 *       version behind their base URL, so whoever writes one with a version means all of it.
 *       Anthropic's and Google's do ({@code …/v1/accounts/a/anthropic} + {@code /v1/messages}).
 *   <li>On a pass-through path what the base URL ends with and the path begins with is not doubled,
 *       if there is a version in it.
 * </ul>
 */
final class UpstreamTarget {

  private static final Pattern VERSION = Pattern.compile("v\\d+((alpha|beta|p)\\d*)*");
  private static final String DEPLOYMENTS = "/openai/deployments/";

  private UpstreamTarget() {}

  /** The first segment of a pass-through path, decoded. */
  static String serviceName(String rawPath) {
    int end = rawPath.indexOf('/', 1);
    String segment = end < 0 ? rawPath.substring(1) : rawPath.substring(1, end);
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The upstream path of {@code /{service}/rest}: the base URL's, then the rest. */
  static String passThrough(ServiceSnapshot service, String rawPath) {
    int end = rawPath.indexOf('/', 1);
    String rest = end < 0 ? "/" : rawPath.substring(end);
    String base = basePath(service);
    return isAzure(service) && rest.startsWith("/openai/")
        ? withoutOpenAi(base) + rest
        : base + rest.substring(sharedLength(base, rest));
  }

  /**
   * How much of {@code rest} the base path ends with already: nothing, or whole segments with a
   * version among them, such as {@code /v1}, {@code /openai/v1} or {@code /v1beta/openai}.
   */
  private static int sharedLength(String base, String rest) {
    for (int from = base.indexOf('/'); from >= 0; from = base.indexOf('/', from + 1)) {
      String shared = base.substring(from);
      if (hasVersion(shared) && (rest.equals(shared) || rest.startsWith(shared + "/"))) {
        return shared.length();
      }
    }
    return 0;
  }

  private static boolean isAzure(ServiceSnapshot service) {
    return service.provider().equals("azure-openai");
  }

  /** The upstream path of one of a protocol's own paths. */
  static String protocol(ServiceSnapshot service, String rawPath) {
    if (!rawPath.startsWith(DEPLOYMENTS)) {
      return versioned(service, rawPath);
    }
    int end = rawPath.indexOf('/', DEPLOYMENTS.length());
    if (end <= DEPLOYMENTS.length()) {
      return versioned(service, rawPath);
    }
    return isAzure(service)
        ? withoutOpenAi(basePath(service)) + rawPath
        : versioned(service, "/v1" + rawPath.substring(end));
  }

  /**
   * Azure's base URL may be given with or without {@code /openai/v1}; deployments stand beside it.
   */
  private static String withoutOpenAi(String base) {
    int at = base.indexOf("/openai");
    return at < 0 ? base : base.substring(0, at);
  }

  private static String versioned(ServiceSnapshot service, String rawPath) {
    String base = basePath(service);
    String version = firstSegment(rawPath);
    if (!isVersion(version)) {
      return base + rawPath;
    }
    String rest = rawPath.substring(1 + version.length());
    if (isVersion(lastSegment(base)) || (isOpenAi(service, rawPath) && hasVersion(base))) {
      return base + rest;
    }
    String prefix = service.definition().versionPrefix();
    return base + (prefix == null ? "/" + version : prefix) + rest;
  }

  /** {@code /v1/models} is OpenAI's and Anthropic's alike; there the service decides. */
  private static boolean isOpenAi(ServiceSnapshot service, String rawPath) {
    Set<Protocol> spoken = service.protocols();
    return ProtocolOfPath.of(rawPath) == Protocol.OPENAI
        && (spoken.isEmpty() || spoken.contains(Protocol.OPENAI));
  }

  /** The query without the parameters that carry a Tollgate key; null if nothing is left. */
  static @Nullable String query(@Nullable String rawQuery, boolean keyInQuery) {
    if (rawQuery == null || !(keyInQuery || rawQuery.contains("tgk_"))) {
      return rawQuery;
    }
    StringBuilder kept = new StringBuilder();
    for (String parameter : StringUtils.delimitedListToStringArray(rawQuery, "&")) {
      if (!carriesKey(parameter, keyInQuery)) {
        kept.append(kept.isEmpty() ? "" : "&").append(parameter);
      }
    }
    return kept.isEmpty() ? null : kept.toString();
  }

  private static boolean carriesKey(String parameter, boolean keyInQuery) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    boolean named = keyInQuery && decoded(name).equals("key");
    return named || decoded(parameter.substring(equals + 1)).startsWith("tgk_");
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static String basePath(ServiceSnapshot service) {
    String path = service.baseUrl().getRawPath();
    if (path == null || path.isEmpty()) {
      return "";
    }
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static boolean hasVersion(String path) {
    for (String segment : StringUtils.delimitedListToStringArray(path, "/")) {
      if (isVersion(segment)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isVersion(String segment) {
    return segment.equals("v1") || (segment.startsWith("v") && VERSION.matcher(segment).matches());
  }

  private static String firstSegment(String path) {
    int end = path.indexOf('/', 1);
    return end < 0 ? path.substring(Math.min(1, path.length())) : path.substring(1, end);
  }

  private static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
