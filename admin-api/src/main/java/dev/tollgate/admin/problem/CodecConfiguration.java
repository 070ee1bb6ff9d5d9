package dev.tollgate.admin.problem;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Puts our reader and writer before Spring's. */
@Configuration(proxyBeanMethods = false)
class CodecConfiguration implements WebFluxConfigurer {

  private final JsonBodies bodies;
  private final JsonMapper mapper;
  private final BodyProperties properties;

  CodecConfiguration(JsonBodies bodies, JsonMapper mapper, BodyProperties properties) {
    this.bodies = bodies;
    this.mapper = mapper;
    this.properties = properties;
  }

  @Override
  public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
    int maxBytes = Math.toIntExact(properties.maxSize().toBytes());
    configurer.customCodecs().register(new StrictJsonReader(bodies, maxBytes));
    configurer.customCodecs().register(new QuietJsonWriter(mapper));
  }
}
