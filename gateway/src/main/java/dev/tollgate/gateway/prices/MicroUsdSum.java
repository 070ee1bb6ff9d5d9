package dev.tollgate.gateway.prices;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * An exact sum of counts times prices per million, in 128 bits, rounded up once at its end. Neither
 * counts nor prices are negative.
 */
final class MicroUsdSum {

  private static final long MILLION = 1_000_000;

  private long high;
  private long low;

  /**
   * Adds {@code count} units at {@code price} micro-dollars per million of them.
   *
   * @throws ArithmeticException if either is negative
   */
  MicroUsdSum add(long count, long price) {
    if (count < 0 || price < 0) {
      throw new ArithmeticException("neither counts nor prices are negative");
    }
    long product = count * price;
    long sum = low + product;
    long carry = Long.compareUnsigned(sum, product) < 0 ? 1 : 0;
    high = Math.addExact(high, Math.multiplyHigh(count, price) + carry);
    low = sum;
    return this;
  }

  /** Micro-dollars, rounded up; {@link Long#MAX_VALUE} for what is above it. */
  long roundedUp() {
    return high == 0 && low >= 0 ? Math.ceilDiv(low, MILLION) : roundedUpSlowly();
  }

  private long roundedUpSlowly() {
    BigInteger sum =
        BigInteger.valueOf(high)
            .shiftLeft(Long.SIZE)
            .add(new BigInteger(Long.toUnsignedString(low)));
    BigInteger rounded =
        new BigDecimal(sum, 6).setScale(0, RoundingMode.CEILING).toBigIntegerExact();
    return rounded.bitLength() < Long.SIZE ? rounded.longValueExact() : Long.MAX_VALUE;
  }
}
