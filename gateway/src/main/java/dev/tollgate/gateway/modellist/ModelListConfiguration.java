package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.routing.ProviderDocuments;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ModelListConfiguration {

  @Bean
  ModelListFilter modelListFilter(ProviderDocuments documents) {
    return new ModelListFilter(new ProviderModels(documents));
  }
}
