package dev.tollgate.admin.problem;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bodies of requests.
 *
 * @param maxSize larger ones are refused with 413
 */
@ConfigurationProperties("tollgate.body")
record BodyProperties(@DefaultValue("1MB") DataSize maxSize) {

  BodyProperties {
    if (maxSize.toBytes() < 1 || maxSize.toBytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("tollgate.body.max-size must be from 1B to 2GB");
    }
  }
}
