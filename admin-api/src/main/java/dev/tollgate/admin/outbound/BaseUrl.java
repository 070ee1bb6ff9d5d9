package dev.tollgate.admin.outbound;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The base URL of a service, in canonical form: {@code http} or {@code https}, a host in lower
 * case, a port only if it is not the scheme's own, a path without slash at its end.
 */
public final class BaseUrl {

  private static final int LONGEST = 2048;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;
  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");
  private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~!$&'()*+,=:@-]+)*");

  private final boolean secure;
  private final String host;
  private final int port;
  private final String path;

  private BaseUrl(boolean secure, String host, int port, String path) {
    this.secure = secure;
    this.host = host;
    this.port = port;
    this.path = path;
  }

  /** Empty if the text is no such URL, or one that different parsers could read differently. */
  public static Optional<BaseUrl> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      return of(new URI(text));
    } catch (URISyntaxException notAUrl) {
      return Optional.empty();
    }
  }

  private static Optional<BaseUrl> of(URI uri) {
    String scheme = lower(uri.getScheme());
    String host = lower(uri.getHost());
    String path = withoutEnd(uri.getRawPath());
    boolean plain =
        uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
    boolean secure = scheme.equals("https");
    if (!plain || !(secure || scheme.equals("http")) || !isHost(host) || !isPath(path)) {
      return Optional.empty();
    }
    int port = uri.getPort() < 0 ? (secure ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
    return port < 1 || port > 65_535
        ? Optional.empty()
        : Optional.of(new BaseUrl(secure, host, port, path));
  }

  /** Hosts that end in a number are IPv4 to many parsers, in forms that name other addresses. */
  static boolean isHost(String host) {
    return IPV6.matcher(host).matches()
        || IPV4.matcher(host).matches()
        || (host.length() <= 253
            && NAME.matcher(host).matches()
            && !NUMERIC_END.matcher(host).matches());
  }

  private static boolean isPath(String path) {
    return PATH.matcher(path).matches()
        && !path.contains("/./")
        && !path.contains("/../")
        && !path.endsWith("/.")
        && !path.endsWith("/..");
  }

  private static String withoutEnd(@Nullable String path) {
    return path == null ? "" : path.replaceAll("/+$", "");
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  public boolean isSecure() {
    return secure;
  }

  /** Without port; an IPv6 address in brackets. */
  public String host() {
    return host;
  }

  boolean isAddress() {
    return host.startsWith("[") || IPV4.matcher(host).matches();
  }

  boolean isLocalName() {
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  /** Without the path. */
  String origin() {
    String scheme = secure ? "https" : "http";
    boolean usual = port == (secure ? HTTPS_PORT : HTTP_PORT);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }

  /** Empty, or starting with a slash. */
  public String path() {
    return path;
  }

  /**
   * What a credential's {@code allowed_hosts} must name: the host, with {@code :port} unless it is
   * 443.
   */
  public String allowedHost() {
    return port == HTTPS_PORT ? host : host + ":" + port;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BaseUrl that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return origin() + path;
  }
}
