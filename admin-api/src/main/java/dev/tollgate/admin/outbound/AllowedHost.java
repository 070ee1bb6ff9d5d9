package dev.tollgate.admin.outbound;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An entry of a credential's {@code allowed_hosts}: a host, and a port unless it is 443. */
public final class AllowedHost {

  private static final Pattern FORM = Pattern.compile("(\\[[^\\]]*]|[^:]*)(?::([0-9]{1,5}))?");

  private AllowedHost() {}

  /** The canonical form, as {@link BaseUrl#allowedHost()} gives it; empty if it is no host. */
  public static Optional<String> canonical(String text) {
    Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches() || !BaseUrl.isHost(parts.group(1))) {
      return Optional.empty();
    }
    String port = parts.group(2) == null ? "443" : parts.group(2);
    return BaseUrl.parse("https://" + parts.group(1) + ":" + port).map(BaseUrl::allowedHost);
  }
}
