package dev.tollgate.gateway.prices.internal;

import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.prices.RequestPrices;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.usage.UsagePricing;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class PricesConfiguration {

  @Bean
  DatabasePrices prices(DatabaseClient database, Snapshots snapshots) {
    return new DatabasePrices(new PriceRows(database), new SharedModels(database), snapshots);
  }

  @Bean
  UsagePricing usagePricing(Prices prices, InstantSource clock) {
    return exchange -> RequestPrices.of(exchange, prices, clock);
  }
}
