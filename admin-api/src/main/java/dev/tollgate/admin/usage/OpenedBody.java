package dev.tollgate.admin.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A kept body with its content, as it came.
 *
 * @param body the content, if it is text
 * @param bodyBase64 the content, if it is not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OpenedBody(
    @JsonUnwrapped KeptBody about, @Nullable String body, @Nullable String bodyBase64) {

  static OpenedBody of(KeptBody about, byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return new OpenedBody(about, text, null);
    } catch (CharacterCodingException notText) {
      return new OpenedBody(about, null, Base64.getEncoder().encodeToString(content));
    }
  }
}
