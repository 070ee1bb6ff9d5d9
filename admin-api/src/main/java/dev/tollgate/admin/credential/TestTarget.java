package dev.tollgate.admin.credential;

import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.admin.provider.TestCall;
import java.util.regex.Pattern;

/** Where a credential is tested, how it is presented there, and by which call. */
record TestTarget(BaseUrl url, ServiceAuth auth, TestCall call) {

  private static final Pattern VERSIONED =
      Pattern.compile("(?:.*/)?v\\d+(?:(?:alpha|beta|p)\\d*)*");

  /** A version that the base URL ends with is not doubled, as at the gateway. */
  String path() {
    String path = call.path();
    return VERSIONED.matcher(url.path()).matches()
        ? url.path() + path.substring(path.indexOf('/', 1))
        : url.path() + path;
  }
}
