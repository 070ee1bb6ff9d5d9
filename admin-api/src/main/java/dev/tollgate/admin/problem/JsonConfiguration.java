package dev.tollgate.admin.problem;

import java.time.Instant;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The one JSON mapper: snake_case, and as strict in reading as Jackson can be. */
@Configuration(proxyBeanMethods = false)
class JsonConfiguration {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_CHARACTERS = 100;

  @Bean
  JsonMapper jsonMapper() {
    return mapper();
  }

  static JsonMapper mapper() {
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits()).build())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // Money and prices go out as 0.0000001, never as 1E-7.
        .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
            DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfigDefaults(JsonConfiguration::coerceNothing)
        .addModule(new SimpleModule().addDeserializer(Instant.class, new StrictInstant()))
        .build();
  }

  private static StreamReadConstraints limits() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MAX_DEPTH)
        .maxNumberLength(MAX_NUMBER_CHARACTERS)
        .build();
  }

  private static void coerceNothing(MutableCoercionConfig config) {
    for (CoercionInputShape shape : CoercionInputShape.values()) {
      if (shape != CoercionInputShape.EmptyArray) {
        config.setCoercion(shape, CoercionAction.Fail);
      }
    }
  }
}
