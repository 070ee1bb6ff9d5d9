package dev.tollgate.gateway.country;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

class CountryFileTest {

  @TempDir Path directory;

  private CountryFile open(byte[] content) throws IOException {
    return new CountryFile(
        Files.write(directory.resolve("c.mmdb"), content),
        Duration.ofHours(1),
        Schedulers.immediate());
  }

  private static @Nullable String country(Countries countries, String address) {
    return countries.of(InetAddress.ofLiteral(address));
  }

  @Test
  void knowsTheCountriesOfBothFamilies() throws IOException {
    CountryFile countries =
        open(
            new CountryFileWriter()
                .put("203.0.113.0/24", "DE")
                .put("198.51.100.128/25", "FR")
                .put("2001:db8::/32", "US")
                .toBytes());
    assertThat(country(countries, "203.0.113.255")).isEqualTo("DE");
    assertThat(country(countries, "::ffff:203.0.113.255")).isEqualTo("DE");
    assertThat(country(countries, "198.51.100.200")).isEqualTo("FR");
    assertThat(country(countries, "2001:db8:1::1")).isEqualTo("US");
    assertThat(country(countries, "198.51.100.1")).isNull();
    assertThat(country(countries, "127.0.0.1")).isNull();
    assertThat(country(countries, "2001:db9::")).isNull();
  }

  @Test
  void readsEveryShapeOfDatabase() throws IOException {
    CountryFile countries =
        open(
            new CountryFileWriter()
                .put("10.1.0.0/16", Map.of("country_code", "de"))
                .put("10.2.0.0/16", Map.of("country", "FR", "continent", "EU"))
                .put("10.3.0.0/16", Map.of("country", "France", "country_code", "FR"))
                .put("10.4.0.0/16", Map.of("country", Map.of("geoname_id", 5)))
                .put("10.5.0.0/16", Map.of("continent", "EU"))
                .put("10.6.0.0/16", Map.of("country_code", "--"))
                .put("10.7.0.0/16", Map.of("country", Map.of("iso_code", "1\u00df")))
                .toBytes());
    assertThat(country(countries, "10.1.0.1")).isEqualTo("DE");
    assertThat(country(countries, "10.2.0.1")).isEqualTo("FR");
    assertThat(country(countries, "10.3.0.1")).isEqualTo("FR");
    assertThat(country(countries, "10.4.0.1")).isNull();
    assertThat(country(countries, "10.5.0.1")).isNull();
    assertThat(country(countries, "10.6.0.1")).isNull();
    assertThat(country(countries, "10.7.0.1")).isNull();
  }

  @Test
  void takesTheFileThatReplacesIt() throws IOException {
    CountryFile countries = open(new CountryFileWriter().put("10.0.0.0/8", "DE").toBytes());
    Path next = directory.resolve("next");
    Files.write(
        next, new CountryFileWriter().put("10.0.0.0/8", "FR").put("11.0.0.0/8", "FR").toBytes());
    Files.move(
        next, directory.resolve("c.mmdb"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(country(countries, "10.0.0.1")).isEqualTo("DE");
    countries.poll();
    assertThat(country(countries, "10.0.0.1")).isEqualTo("FR");
  }

  @Test
  void keepsWhatItHasWhenTheFileIsGoneOrDamaged() throws IOException {
    CountryFile countries = open(new CountryFileWriter().put("10.0.0.0/8", "DE").toBytes());
    Files.writeString(directory.resolve("c.mmdb"), "half a download");
    countries.poll();
    assertThat(country(countries, "10.0.0.1")).isEqualTo("DE");
    Files.delete(directory.resolve("c.mmdb"));
    countries.poll();
    assertThat(country(countries, "10.0.0.1")).isEqualTo("DE");
  }

  @Test
  void refusesToStartWithoutTheFile() {
    Path missing = directory.resolve("missing.mmdb");
    assertThatThrownBy(() -> new CountryFile(missing, Duration.ofHours(1), Schedulers.immediate()))
        .hasMessageContaining("tollgate.network.country-database");
    assertThatThrownBy(() -> open(new byte[100]))
        .hasMessageContaining("tollgate.network.country-database");
  }
}
