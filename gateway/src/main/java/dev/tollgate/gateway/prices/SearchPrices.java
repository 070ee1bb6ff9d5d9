package dev.tollgate.gateway.prices;

/**
 * What searches by a provider's own tools cost, in millionths of a micro-dollar.
 *
 * @param web each search of the web
 * @param webPreview each of those by OpenAI's preview of that tool
 * @param webRequest once for a request that searches the web, however often
 * @param file each search of files
 */
public record SearchPrices(long web, long webPreview, long webRequest, long file) {

  /** No search costs anything. */
  public static final SearchPrices NONE = new SearchPrices(0, 0, 0, 0);

  /**
   * Adds what so many searches cost.
   *
   * @param preview whether those of the web are by the preview
   */
  void addTo(MicroUsdSum sum, long webSearches, long fileSearches, boolean preview) {
    sum.add(webSearches, preview ? webPreview : web)
        .add(Math.min(webSearches, 1), webRequest)
        .add(fileSearches, file);
  }
}
