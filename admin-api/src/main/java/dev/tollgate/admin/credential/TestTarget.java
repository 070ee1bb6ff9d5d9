package dev.tollgate.admin.credential;

import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.admin.provider.TestCall;
import java.util.regex.Pattern;

/**
 * Where a credential is tested, how it is presented there, and by which call.
 *
 * @param openAi whether the call is one of OpenAI's protocol
 */
record TestTarget(BaseUrl url, ServiceAuth auth, TestCall call, boolean openAi) {

  private static final String VERSION = "v\\d+(?:(?:alpha|beta|p)\\d*)*";
  private static final Pattern AT_ITS_END = Pattern.compile("(?:.*/)?" + VERSION);
  private static final Pattern WITHIN = Pattern.compile("(?:.*/)?" + VERSION + "(?:/.*)?");

  /**
   * As at the gateway: a version that the base URL ends with is not doubled, on OpenAI's paths
   * neither one further up.
   */
  String path() {
    String path = call.path();
    return (openAi ? WITHIN : AT_ITS_END).matcher(url.path()).matches()
        ? url.path() + path.substring(path.indexOf('/', 1))
        : url.path() + path;
  }
}
