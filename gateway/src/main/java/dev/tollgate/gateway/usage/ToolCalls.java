package dev.tollgate.gateway.usage;

/**
 * Counts the searches among the calls of the provider's tools that an answer of the Responses API
 * lists, or that pass in its events, where each is told twice: when it begins and when it is done.
 */
final class ToolCalls {

  private static final int TIMES_TOLD = 2;

  private long listedSearches;
  private long listedFileSearches;
  private long listedPages;
  private long passedSearches;
  private long passedFileSearches;
  private long passedPages;

  /** An item of the list has this type. */
  void listed(String type) {
    switch (type) {
      case "web_search_call" -> listedSearches++;
      case "file_search_call" -> listedFileSearches++;
      default -> {}
    }
  }

  /** An item that passes has this type. */
  void passed(String type) {
    switch (type) {
      case "web_search_call" -> passedSearches++;
      case "file_search_call" -> passedFileSearches++;
      default -> {}
    }
  }

  /** What an item of the list did has this type. */
  void listedAction(String type) {
    listedPages += isOfPage(type) ? 1 : 0;
  }

  /** What an item that passes did has this type; it is told when it is done. */
  void passedAction(String type) {
    passedPages += isOfPage(type) ? 1 : 0;
  }

  /** To look at what was found is no search: only a search costs something. */
  private static boolean isOfPage(String type) {
    return switch (type) {
      case "open_page", "find_in_page", "find" -> true;
      default -> false;
    };
  }

  /** Those of the list; of an answer without one those that have begun. */
  long webSearches() {
    return listedSearches > 0
        ? Math.max(0, listedSearches - listedPages)
        : Math.max(0, Math.ceilDiv(passedSearches, TIMES_TOLD) - passedPages);
  }

  /** The same of searches of files. */
  long fileSearches() {
    return listedFileSearches > 0
        ? listedFileSearches
        : Math.ceilDiv(passedFileSearches, TIMES_TOLD);
  }
}
