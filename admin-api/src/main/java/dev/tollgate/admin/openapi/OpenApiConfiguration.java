package dev.tollgate.admin.openapi;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.tollgate.admin.access.Caller;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Set;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

  private static final String BEARER = "bearer";

  static {
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(Caller.class)
        .replaceWithSchema(ObjectNode.class, new JsonSchema().types(Set.of("object")))
        .replaceWithSchema(JsonNode.class, new JsonSchema());
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(new Info().title("Tollgate admin API").version("v1"))
        .components(
            new Components()
                .addSecuritySchemes(BEARER, bearer("The root key or an admin key, tga_…"))
                .addSecuritySchemes(
                    RuleDescriptions.VIRTUAL_KEY, bearer("A virtual key, tg_…, for itself")))
        .addSecurityItem(new SecurityRequirement().addList(BEARER));
  }

  private static SecurityScheme bearer(String description) {
    return new SecurityScheme()
        .type(SecurityScheme.Type.HTTP)
        .scheme(BEARER)
        .description(description);
  }

  /** Names as our own mapper writes them. */
  @Bean
  ModelResolver modelResolver(ObjectMapperProvider mappers) {
    return new ModelResolver(
            mappers
                .jsonMapper()
                .copy()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
        .openapi31(true);
  }
}
