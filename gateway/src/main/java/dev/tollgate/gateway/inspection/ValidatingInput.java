package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.io.InputStream;

/**
 * Hands a body to the parser block by block and checks each block as UTF-8 on its way, so that the
 * body, direct memory as a rule, is walked once and never copied whole. Ends early at a bad byte.
 */
final class ValidatingInput extends InputStream {

  private final ByteBuf body;
  private final int end;
  private final Utf8Validator validator = new Utf8Validator();
  private int at;
  private boolean valid = true;

  ValidatingInput(ByteBuf body) {
    this.body = body;
    this.at = body.readerIndex();
    this.end = body.writerIndex();
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = Math.min(length, end - at);
    if (count == 0 || !valid) {
      return -1;
    }
    body.getBytes(at, target, offset, count);
    at += count;
    valid = validator.accept(target, offset, offset + count);
    return valid ? count : -1;
  }

  /** Whether nothing that was read is malformed, and, at the end of the body, nothing is cut. */
  boolean isWellFormed() {
    return valid && (at < end || validator.isComplete());
  }
}
