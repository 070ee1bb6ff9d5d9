package dev.tollgate.gateway.inspection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JsonParser;

/** Notes what a body says of its extent, in passing. */
final class ExtentReader {

  /** All that some protocol knows; which of them counts is judged with the path. */
  private static final Set<String> NAMES =
      Set.of(
          "maxtokens",
          "maxcompletiontokens",
          "maxoutputtokens",
          "maxtokenstosample",
          "numpredict",
          "maxtokencount",
          "maxgenlen",
          "maxnewtokens",
          "n",
          "candidatecount",
          "bestof",
          "samplecount");

  private static final int LONGEST_NAME = 40;
  private static final double MOST = 1e12;

  private final JsonParser parser;
  private List<Extent.Named> numbers = List.of();
  private boolean messages;
  private boolean more;

  ExtentReader(JsonParser parser) {
    this.parser = parser;
  }

  Extent read() {
    return new Extent(numbers, messages, more);
  }

  /** A member of the root, at its value; the parser stays there. */
  void seeRootMember(String name) {
    switch (name) {
      case "messages" -> messages = true;
      case "previous_response_id", "conversation", "prompt_id", "cachedContent", "cached_content" ->
          more = true;
      default -> seeNumber(name, true);
    }
  }

  /** What a part of the prompt calls itself. */
  void seeType(String type) {
    switch (type) {
      case "file", "input_file", "document", "container_upload", "item_reference" -> more = true;
      default -> {}
    }
  }

  /** Parts of the prompt stand elsewhere. */
  void seeReference() {
    more = true;
  }

  /** A member of any object, at its value. */
  void seeNumber(String name, boolean root) {
    if (!parser.currentToken().isNumeric() || name.length() > LONGEST_NAME) {
      return;
    }
    String folded = name.replace("_", "").toLowerCase(Locale.ROOT);
    if (NAMES.contains(folded)) {
      add(new Extent.Named(folded, root, value()));
    }
  }

  private long value() {
    return (long) Math.ceil(Math.clamp(parser.getDoubleValue(), 0, MOST));
  }

  private void add(Extent.Named number) {
    if (numbers.isEmpty()) {
      numbers = new ArrayList<>(2);
    }
    for (int i = 0; i < numbers.size(); i++) {
      Extent.Named known = numbers.get(i);
      if (known.root() == number.root() && known.name().equals(number.name())) {
        numbers.set(i, known.value() < number.value() ? number : known);
        return;
      }
    }
    numbers.add(number);
  }
}
