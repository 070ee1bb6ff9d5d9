package dev.tollgate.gateway.bodies;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class BodyCopyTest {

  /** Lends up to a bound, and keeps nothing. */
  private static final class Lender implements BodySink {

    private int left;

    Lender(int left) {
      this.left = left;
    }

    @Override
    public int borrow(int wanted) {
      int granted = Math.min(wanted, left);
      left -= granted;
      return granted;
    }

    @Override
    public void giveBack(int borrowed) {
      left += borrowed;
    }

    @Override
    public void keep(KeptBody body) {
      throw new AssertionError("nothing is kept here");
    }
  }

  @Test
  void copiesWhatPassesAndLeavesItAsItWas() {
    BodyCopy copy = new BodyCopy(new Lender(100), 100);
    ByteBuf chunk = bytes("hello");
    copy.passed(chunk);
    copy.passed(bytes(" world"));
    assertThat(chunk.readableBytes()).isEqualTo(5);
    assertThat(text(copy.take())).isEqualTo("hello world");
  }

  @Test
  void cutsAtTheLongestLength() {
    BodyCopy copy = new BodyCopy(new Lender(100), 7);
    copy.passed(bytes("hello"));
    copy.passed(bytes(" world"));
    copy.passed(bytes("!"));
    BodyCopy.Taken taken = copy.take();
    assertThat(text(taken)).isEqualTo("hello w");
    assertThat(taken.truncated()).isTrue();
  }

  @Test
  void isWholeAtExactlyTheLongestLength() {
    BodyCopy copy = new BodyCopy(new Lender(100), 5);
    copy.passed(bytes("hello"));
    assertThat(copy.take().truncated()).isFalse();
  }

  @Test
  void cutsWhereNothingMoreIsLent() {
    Lender lender = new Lender(3);
    BodyCopy copy = new BodyCopy(lender, 100);
    copy.passed(bytes("hello"));
    lender.left = 100;
    copy.passed(bytes(" world"));
    BodyCopy.Taken taken = copy.take();
    assertThat(text(taken)).as("no hole in it").isEqualTo("hel");
    assertThat(taken.truncated()).isTrue();
  }

  @Test
  void seesNothingOnceTaken() {
    BodyCopy copy = new BodyCopy(new Lender(100), 100);
    copy.passed(bytes("hello"));
    var _ = copy.take();
    copy.passed(bytes(" world"));
    assertThat(text(copy.take())).isEqualTo("hello");
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private static String text(BodyCopy.Taken taken) {
    return new String(taken.bytes(), US_ASCII);
  }
}
