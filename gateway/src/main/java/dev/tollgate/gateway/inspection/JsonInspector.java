package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.inspection.Inspection.Malformed;
import io.netty.buffer.ByteBuf;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads a JSON request body once, strictly, and keeps nothing of it but a few values.
 *
 * <p>Refused is what two JSON readers might understand differently, since what is checked here must
 * be what the provider acts on: a byte order mark, malformed UTF-8, duplicates of the fields that
 * decide anything (RFC 8259, section 4 leaves their meaning open), trailing data, nesting deeper
 * than {@value #MAX_DEPTH}.
 *
 * <p>Thread-safe; works in constant memory, whatever the length of the body or of a string in it.
 */
public final class JsonInspector {

  /** Objects and arrays within each other, the root included. */
  public static final int MAX_DEPTH = 64;

  /** Property names are decoded and remembered by Jackson, so this bounds its symbol table. */
  private static final int MAX_NAME_LENGTH = 1024;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final JsonFactory json =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxStringLength(ModelText.MAX_LENGTH)
                  .build())
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          // Jackson would take "{\0" for the start of UTF-16, the provider would not
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .build();

  /**
   * Inspects one whole body.
   *
   * @param body neither consumed nor released
   */
  public Inspection inspect(ByteBuf body) {
    return inspect(body, false);
  }

  /**
   * Inspects one message of a realtime conversation; its models stand within its session.
   *
   * @param message neither consumed nor released
   */
  public Inspection inspectMessage(ByteBuf message) {
    return inspect(message, true);
  }

  private Inspection inspect(ByteBuf body, boolean realtime) {
    if (startsWithByteOrderMark(body)) {
      return malformed("The request body starts with a byte order mark.");
    }
    ValidatingInput input = new ValidatingInput(body);
    Inspection inspection = read(input, realtime);
    return input.isWellFormed() ? inspection : malformed("The request body is not valid UTF-8.");
  }

  private Inspection read(ValidatingInput input, boolean realtime) {
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), input)) {
      return new RequestObjectReader(parser, realtime).read();
    } catch (MalformedBodyException e) {
      return e.malformed();
    } catch (StreamConstraintsException e) {
      return malformed(
          "The request body is nested deeper than %d, or a name, number or model in it is too long."
              .formatted(MAX_DEPTH));
    } catch (JacksonException e) {
      return malformed("The request body is not valid JSON.");
    }
  }

  private static boolean startsWithByteOrderMark(ByteBuf body) {
    if (body.readableBytes() < BYTE_ORDER_MARK.length) {
      return false;
    }
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if (body.getByte(body.readerIndex() + i) != BYTE_ORDER_MARK[i]) {
        return false;
      }
    }
    return true;
  }

  private static Malformed malformed(String reason) {
    return new Malformed(reason, null);
  }
}
