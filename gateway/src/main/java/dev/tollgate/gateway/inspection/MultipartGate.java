package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Lets the chunks of one form pass as long as nothing is wrong with it. A chunk is judged before it
 * passes, and the whole form before its last byte does, so that what a provider gets whole has been
 * judged whole.
 */
final class MultipartGate {

  private final MultipartModelScanner scanner;
  private final FormModel rule;
  private final @Nullable String pathModel;
  private final long contentLengthBytes;
  private final long holdBytes;
  private final LateModel late = new LateModel();
  private final LateStream lateStream = new LateStream();
  private final FormChoices choices = new FormChoices();

  private long readBytes;
  private boolean onItsWay;
  private boolean settled;

  /**
   * @param pathModel named by the path; the form may only repeat it
   * @param contentLengthBytes of the whole body; -1 if the client did not say
   * @param hold how much may be read before the request goes on without a model
   */
  MultipartGate(
      MultipartBoundary boundary,
      FormModel rule,
      @Nullable String pathModel,
      long contentLengthBytes,
      DataSize hold) {
    this.scanner = new MultipartModelScanner(boundary);
    this.rule = rule;
    this.pathModel = pathModel;
    this.contentLengthBytes = contentLengthBytes;
    this.holdBytes = hold.toBytes();
  }

  /**
   * Judges the next chunk, which is released if it must not pass.
   *
   * @throws dev.tollgate.gateway.error.RejectionException if it must not
   */
  void pass(ByteBuf chunk) {
    try {
      read(chunk);
    } catch (RuntimeException e) {
      chunk.release();
      throw e;
    }
  }

  private void read(ByteBuf chunk) {
    scanner.accept(chunk);
    readBytes += chunk.readableBytes();
    // A provider that was told the length acts on the last byte, not on the end of our sending.
    if (readBytes == contentLengthBytes) {
      scanner.end();
    }
    judge();
  }

  /**
   * The body has ended.
   *
   * @throws dev.tollgate.gateway.error.RejectionException if it must not count as whole
   */
  void end() {
    scanner.end();
    judge();
  }

  private void judge() {
    if (scanner.state() instanceof MultipartModelScanner.State.Refused(Malformed malformed)) {
      throw invalid(malformed.reason(), malformed.param());
    }
    String model = scanner.model();
    if (model != null) {
      judgeNamed(model);
    } else if (scanner.isFormOver() && pathModel == null && rule == FormModel.REQUIRED) {
      throw invalid("The model is missing.", "model");
    }
    if (scanner.stream()) {
      refuseIf(lateStream.refusal());
    }
    Long found = scanner.choices();
    if (found != null && found != choices.asked()) {
      refuseIf(choices.found(found));
    }
    if (onItsWay && !settled && (model != null || scanner.isFormOver())) {
      settled = true;
      refuseIf(late.settle(model));
    }
  }

  private void judgeNamed(String model) {
    if (rule == FormModel.ABSENT) {
      throw invalid("A file is uploaded without a model.", "model");
    }
    if (pathModel != null && !pathModel.equals(model)) {
      throw invalid("The path and the body name two different models.", "model");
    }
  }

  private static void refuseIf(@Nullable Rejection refusal) {
    if (refusal != null) {
      throw refusal.asException();
    }
  }

  private static RuntimeException invalid(String reason, @Nullable String param) {
    return new Rejection(ErrorCode.INVALID_REQUEST, reason, param, null).asException();
  }

  /** Whether nothing more needs to be, or may be, held back. */
  boolean isReady() {
    return (isDecided() && isCounted()) || readBytes >= holdBytes;
  }

  /** Of pictures several may be asked for, and each costs as much as the first. */
  private boolean isCounted() {
    return rule != FormModel.OPTIONAL || scanner.choices() != null || scanner.isFormOver();
  }

  private boolean isDecided() {
    return pathModel != null
        || rule == FormModel.ABSENT
        || scanner.model() != null
        || scanner.isFormOver();
  }

  /**
   * What is held back goes on its way.
   *
   * @return what a model that is still to come is handed to; null if none can change anything
   */
  @Nullable LateModel release() {
    onItsWay = true;
    settled = isDecided();
    return settled ? null : late;
  }

  /** The model, if it is known. */
  @Nullable String model() {
    return pathModel != null ? pathModel : scanner.model();
  }

  /** What a stream that is asked for from now on is handed to. */
  LateStream lateStream() {
    return lateStream;
  }

  /** How many answers the form asks for. */
  FormChoices choices() {
    return choices;
  }

  /** Whether the form asks for a stream, as far as it is known. */
  boolean stream() {
    return scanner.stream();
  }
}
