package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundledCountriesTest {

  @TempDir private Path temporary;
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(temporary);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private Map<?, ?> entry(String address) throws IOException {
    try (Reader reader = new Reader(BundledCountries.in(directory).toFile())) {
      Map<?, ?> entry = reader.get(InetAddress.ofLiteral(address), Map.class);
      return entry == null ? Map.of() : entry;
    }
  }

  private Stream<String> databases() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("countries"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8,US",
    "2001:4860:4860::8888,US",
    "193.0.6.139,NL",
    "2001:67c:2e8::1,NL",
    "141.20.1.1,DE",
    "133.11.0.1,JP",
    "200.160.2.3,BR",
    "77.88.8.8,RU"
  })
  void knowsWherePublicAddressesAreRegistered(String address, String country) throws IOException {
    assertThat(entry(address)).isEqualTo(Map.of("country_code", country));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "169.254.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "2001:db8::1",
        "ff02::1"
      })
  void knowsNoCountryOfLoopbackAndPrivateAddresses(String address) throws IOException {
    assertThat(entry(address)).isEmpty();
  }

  @Test
  void isUnpackedOnce() throws IOException {
    Path file = BundledCountries.in(directory);
    FileTime longAgo = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(file, longAgo);
    assertThat(BundledCountries.in(directory)).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    assertThat(databases()).containsExactly(file.getFileName().toString());
  }

  @Test
  void takesThePlaceOfAnotherVersionAndOfAHalfUnpackedOne() throws IOException {
    Files.writeString(temporary.resolve("countries-1.mmdb"), "old");
    Files.writeString(temporary.resolve("countries-unpacked.part"), "half");
    BundledCountries.in(directory);
    assertThat(databases()).containsExactly("countries-" + BundledCountries.version() + ".mmdb");
  }
}
