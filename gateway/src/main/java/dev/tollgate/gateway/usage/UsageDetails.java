package dev.tollgate.gateway.usage;

/**
 * What a {@link TokenUsage} consists of, where prices tell its parts from each other, and what is
 * counted beside tokens. 0: none, or the provider did not say.
 *
 * @param cacheWriteLong the part of what was written to a cache that stays for an hour
 * @param audioInput the part of the input that is sound
 * @param imageInput the part of the input that is images
 * @param audioOutput the part of the output that is sound
 * @param imageOutput the part of the output that is images
 * @param webSearches of the provider's own tool
 * @param audioSeconds of sound that was listened to, begun ones in full
 * @param images that have come
 * @param fileSearches of the provider's own tool
 */
public record UsageDetails(
    long cacheWriteLong,
    long audioInput,
    long imageInput,
    long audioOutput,
    long imageOutput,
    long webSearches,
    long audioSeconds,
    long images,
    long fileSearches) {

  public static final UsageDetails NONE = new UsageDetails(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  UsageDetails plus(UsageDetails other) {
    return new UsageDetails(
        Math.addExact(cacheWriteLong, other.cacheWriteLong),
        Math.addExact(audioInput, other.audioInput),
        Math.addExact(imageInput, other.imageInput),
        Math.addExact(audioOutput, other.audioOutput),
        Math.addExact(imageOutput, other.imageOutput),
        Math.addExact(webSearches, other.webSearches),
        Math.addExact(audioSeconds, other.audioSeconds),
        Math.addExact(images, other.images),
        Math.addExact(fileSearches, other.fileSearches));
  }
}
