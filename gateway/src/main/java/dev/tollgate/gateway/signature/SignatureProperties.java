package dev.tollgate.gateway.signature;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How signed requests are checked.
 *
 * @param maxHeldBody the longest body of a signed request that is no JSON (a form, what is passed
 *     through); it is held until the signature is known to be right, since no provider may get a
 *     byte of one that is wrong. The route's own limits hold as well
 * @param maxNonces how many nonces are remembered in memory, where there is no Redis; when so many
 *     are, or a tenth of them of one key, signed requests with a nonce (of that key) are refused
 *     until the oldest may be forgotten
 */
@Validated
@ConfigurationProperties("tollgate.signatures")
public record SignatureProperties(
    @DefaultValue("25MB") DataSize maxHeldBody, @DefaultValue("1000000") @Min(1) int maxNonces) {

  private static final DataSize LARGEST = DataSize.ofGigabytes(1);

  public SignatureProperties {
    if (maxHeldBody.isNegative() || maxHeldBody.compareTo(LARGEST) > 0) {
      throw new IllegalArgumentException("tollgate.signatures.max-held-body must be 0B to 1GB");
    }
  }
}
