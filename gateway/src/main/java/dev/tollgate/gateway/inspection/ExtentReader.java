package dev.tollgate.gateway.inspection;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/** Notes what a body says of its extent, in passing. */
final class ExtentReader {

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

  /** A member of any object, at its value; the parser stays there. */
  void seeMember(String name, boolean root) {
    messages |= root && name.equals("messages");
    RequestMember member = RequestMember.of(name);
    switch (member) {
      case null -> {}
      case UNSEEN, ELSEWHERE -> more |= isSomething();
      case CHOICES -> seeNumber(member, root);
      case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS, OTHER_MAXIMUM -> {
        if (root || isInSettings()) {
          seeNumber(member, root);
        }
      }
      case SETTINGS -> {}
    }
  }

  /** A maximum that stands in a message is none: no provider sees it. */
  private boolean isInSettings() {
    TokenStreamContext around = parser.streamReadContext().getParent();
    String name = around.currentName();
    return around.getParent().inRoot()
        && name != null
        && RequestMember.of(name) == RequestMember.SETTINGS;
  }

  private boolean isSomething() {
    JsonToken token = parser.currentToken();
    return token != JsonToken.VALUE_NULL && token != JsonToken.VALUE_FALSE;
  }

  /** What a part of the prompt calls itself. */
  void seeType(String type) {
    switch (type) {
      case "file", "input_file", "document", "container_upload", "item_reference", "url" ->
          more = true;
      default -> {}
    }
  }

  /** The provider adds to the prompt, or has a part of it. */
  void seeReference() {
    more = true;
  }

  private void seeNumber(RequestMember member, boolean root) {
    if (parser.currentToken().isNumeric()) {
      add(new Extent.Named(member, root, value()));
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
      if (known.root() == number.root() && known.member() == number.member()) {
        numbers.set(i, known.value() < number.value() ? number : known);
        return;
      }
    }
    numbers.add(number);
  }
}
