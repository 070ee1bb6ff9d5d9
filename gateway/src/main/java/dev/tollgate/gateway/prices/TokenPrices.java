package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageDetails;
import java.util.function.LongUnaryOperator;

/**
 * What tokens cost, in micro-dollars per million of them. Everything is said: what a price leaves
 * out costs what {@code input} or {@code output} does.
 *
 * @param cacheWrite written to a cache for the provider's usual time
 * @param cacheWriteLong written to a cache for an hour
 */
public record TokenPrices(
    long input,
    long cachedInput,
    long cacheWrite,
    long cacheWriteLong,
    long audioInput,
    long imageInput,
    long output,
    long reasoning,
    long audioOutput,
    long imageOutput) {

  private static final long ONE = 10_000;

  static final TokenPrices FREE = new TokenPrices(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Parts of the input are taken out of it one after the other, so that each is charged once. */
  void addTo(MicroUsdSum sum, TokenUsage usage, UsageDetails details) {
    long writtenLong = Math.min(details.cacheWriteLong(), usage.cacheWrite());
    sum.add(usage.cached(), cachedInput);
    sum.add(writtenLong, cacheWriteLong);
    sum.add(usage.cacheWrite() - writtenLong, cacheWrite);
    long fresh = Math.max(0, usage.input() - usage.cached() - usage.cacheWrite());
    long audio = Math.min(details.audioInput(), fresh);
    long image = Math.min(details.imageInput(), fresh - audio);
    sum.add(audio, audioInput).add(image, imageInput).add(fresh - audio - image, input);
    addOutputTo(sum, usage, details);
  }

  private void addOutputTo(MicroUsdSum sum, TokenUsage usage, UsageDetails details) {
    long hidden = Math.min(usage.reasoning(), usage.output());
    long audio = Math.min(details.audioOutput(), usage.output() - hidden);
    long image = Math.min(details.imageOutput(), usage.output() - hidden - audio);
    sum.add(hidden, reasoning).add(audio, audioOutput).add(image, imageOutput);
    sum.add(usage.output() - hidden - audio - image, output);
  }

  /** The most that a token of the input can cost, whatever it turns out to be. */
  long dearestInput() {
    long written = Math.max(cacheWrite, cacheWriteLong);
    long media = Math.max(audioInput, imageInput);
    return Math.max(Math.max(input, cachedInput), Math.max(written, media));
  }

  /** The most that a token of the output can cost. */
  long dearestOutput() {
    return Math.max(Math.max(output, reasoning), Math.max(audioOutput, imageOutput));
  }

  /** Each of them so many ten-thousandths of what it is, rounded up. */
  TokenPrices times(long tenThousandths) {
    return each(price -> Math.ceilDiv(Math.multiplyExact(price, tenThousandths), ONE));
  }

  private TokenPrices each(LongUnaryOperator change) {
    return new TokenPrices(
        change.applyAsLong(input),
        change.applyAsLong(cachedInput),
        change.applyAsLong(cacheWrite),
        change.applyAsLong(cacheWriteLong),
        change.applyAsLong(audioInput),
        change.applyAsLong(imageInput),
        change.applyAsLong(output),
        change.applyAsLong(reasoning),
        change.applyAsLong(audioOutput),
        change.applyAsLong(imageOutput));
  }

  /** Of each the dearer one. */
  TokenPrices orDearer(TokenPrices other) {
    return new TokenPrices(
        Math.max(input, other.input),
        Math.max(cachedInput, other.cachedInput),
        Math.max(cacheWrite, other.cacheWrite),
        Math.max(cacheWriteLong, other.cacheWriteLong),
        Math.max(audioInput, other.audioInput),
        Math.max(imageInput, other.imageInput),
        Math.max(output, other.output),
        Math.max(reasoning, other.reasoning),
        Math.max(audioOutput, other.audioOutput),
        Math.max(imageOutput, other.imageOutput));
  }

  boolean isFree() {
    return dearestInput() == 0 && dearestOutput() == 0;
  }
}
