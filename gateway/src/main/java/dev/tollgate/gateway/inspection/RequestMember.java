package dev.tollgate.gateway.inspection;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members of a request, of all protocols, that tell of its extent: by these names both the count of
 * its tokens and the bound of what nobody counts go, so that no bound is below the count. In either
 * spelling (camel or snake case) and any letter case, as some providers' readers take them.
 */
public enum RequestMember {
  /** What the provider adds to the prompt is not seen. */
  UNSEEN(
      "previousresponseid",
      "previousinteractionid",
      "conversation",
      "promptid",
      "cachedcontent",
      "websearchoptions",
      "searchparameters",
      "plugins",
      "mcpservers",
      "container",
      "datasources"),
  /** A file or sound that is kept elsewhere. */
  ELSEWHERE("videourl", "fileurl", "audiourl", "fileuri", "fileid", "documenturl", "gcsuri"),
  /** What Gemini and others hold maxima in. */
  SETTINGS("generationconfig", "inferenceconfig", "textgenerationconfig", "options", "parameters"),
  MAX_TOKENS("maxtokens"),
  MAX_COMPLETION_TOKENS("maxcompletiontokens"),
  MAX_OUTPUT_TOKENS("maxoutputtokens"),
  OTHER_MAXIMUM("maxtokenstosample", "numpredict", "maxtokencount", "maxgenlen", "maxnewtokens"),
  CHOICES("n", "candidatecount", "bestof", "samplecount");

  private static final int LONGEST = 40;
  private static final int LETTERS = 26;
  private static final Map<String, RequestMember> BY_NAME = new HashMap<>();

  /** Whether a name of this first and last letter may be one: most are none. */
  private static final boolean[] POSSIBLE = new boolean[LETTERS * LETTERS];

  static {
    for (RequestMember member : values()) {
      for (String name : member.names) {
        BY_NAME.put(name, member);
        POSSIBLE[slot(name)] = true;
      }
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  RequestMember(String... names) {
    this.names = List.of(names);
  }

  /** As {@link #folded}. */
  public List<String> names() {
    return names;
  }

  /** A name in lower case, without underscores. */
  public static String folded(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  static @Nullable RequestMember of(String name) {
    if (name.isEmpty() || name.length() > LONGEST || isNone(name)) {
      return null;
    }
    return BY_NAME.get(folded(name));
  }

  private static boolean isNone(String name) {
    int slot = slot(name);
    return slot >= 0 && !POSSIBLE[slot];
  }

  /** Negative where folding may change which letters are the first and the last. */
  private static int slot(String name) {
    int first = letter(name.charAt(0));
    int last = letter(name.charAt(name.length() - 1));
    return first < 0 || last < 0 ? -1 : first * LETTERS + last;
  }

  private static int letter(char c) {
    int letter = (c | 0x20) - 'a';
    return c < 128 && letter >= 0 && letter < LETTERS ? letter : -1;
  }
}
