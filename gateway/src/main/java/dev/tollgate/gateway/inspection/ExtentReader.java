package dev.tollgate.gateway.inspection;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/** Notes what a body says of its extent, in passing. */
final class ExtentReader {

  private static final double MOST = 1e12;

  /** Nobody means more than a handful. */
  private static final int MOST_NUMBERS = 16;

  /** Where the members of the root stand. */
  private static final String ROOT = "";

  private final JsonParser parser;
  private List<Extent.Named> numbers = List.of();
  private List<String> settings = List.of();
  private boolean ambiguous;
  private boolean more;
  private boolean fileSearch;
  private boolean searchPreview;
  private final ServiceTierReader serviceTier;

  ExtentReader(JsonParser parser) {
    this.parser = parser;
    this.serviceTier = new ServiceTierReader(parser);
  }

  Extent read() {
    return new Extent(numbers, ambiguous, more, serviceTier.read(), fileSearch, searchPreview);
  }

  /** A member of any object, at its value; the parser stays there. */
  void seeMember(String name, boolean root) {
    if (root) {
      serviceTier.seeRootMember(name);
    }
    RequestMember member = RequestMember.of(name);
    switch (member) {
      case null -> {}
      case UNSEEN, ELSEWHERE -> more |= isSomething();
      case CHOICES -> seeChoices(member, name, root);
      case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS, OTHER_MAXIMUM -> {
        String within = root ? ROOT : settingsAround();
        if (within != null) {
          seeMaximum(member, name, within);
        }
      }
      case SETTINGS -> {
        if (root) {
          seeSettings(RequestMember.folded(name));
        }
      }
    }
  }

  /** A maximum that stands in a message is none: no provider sees it. */
  private @Nullable String settingsAround() {
    TokenStreamContext around = parser.streamReadContext().getParent();
    String name = around.currentName();
    boolean settingsOfRoot =
        around.getParent().inRoot()
            && name != null
            && RequestMember.of(name) == RequestMember.SETTINGS;
    return settingsOfRoot ? name : null;
  }

  private void seeSettings(String folded) {
    if (settings.isEmpty()) {
      settings = new ArrayList<>(1);
    }
    // There are five such names.
    if (settings.contains(folded)) {
      ambiguous = true;
    } else {
      settings.add(folded);
    }
  }

  private boolean isSomething() {
    JsonToken token = parser.currentToken();
    return token != JsonToken.VALUE_NULL && token != JsonToken.VALUE_FALSE;
  }

  /** What a part of the prompt calls itself. */
  void seeType(String type) {
    serviceTier.seeType(type);
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

  /** A tool that the provider runs by itself. */
  void seeTool(String type) {
    more = true;
    fileSearch |= type.contains("file_search") || type.contains("collections_search");
    searchPreview |= type.contains("web_search_preview");
  }

  /** Tools that the request does not show. */
  void seeUnseenTools() {
    fileSearch = true;
    searchPreview = true;
  }

  /** As a text it may be any number. */
  private void seeChoices(RequestMember member, String name, boolean root) {
    JsonToken token = parser.currentToken();
    if (token.isNumeric()) {
      addChoices(new Extent.Named(member, name, ROOT, value()));
    } else if (token == JsonToken.VALUE_STRING && (root || settingsAround() != null)) {
      addChoices(new Extent.Named(member, name, ROOT, (long) MOST));
    }
  }

  private void addChoices(Extent.Named number) {
    int known = indexOf(number.member());
    if (known < 0) {
      add(number);
    } else if (numbers.get(known).value() < number.value()) {
      numbers.set(known, number);
    }
  }

  private int indexOf(RequestMember member) {
    for (int i = 0; i < numbers.size(); i++) {
      if (numbers.get(i).member() == member) {
        return i;
      }
    }
    return -1;
  }

  private void seeMaximum(RequestMember member, String name, String within) {
    boolean twice =
        numbers.stream().anyMatch(one -> one.name().equals(name) && one.within().equals(within));
    if (twice || numbers.size() == MOST_NUMBERS) {
      ambiguous = true;
    } else if (parser.currentToken().isNumeric()) {
      add(new Extent.Named(member, name, within, value()));
    } else if (isSomething()) {
      add(new Extent.Named(member, name, within, 0));
    }
  }

  /** Who reads whole numbers may cut off what is below 1. */
  private long value() {
    double value = parser.getDoubleValue();
    return value < 1 ? 0 : (long) Math.ceil(Math.min(value, MOST));
  }

  private void add(Extent.Named number) {
    if (numbers.isEmpty()) {
      numbers = new ArrayList<>(2);
    }
    numbers.add(number);
  }
}
