package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Holds the order of modules and packages, and fails on every use that goes upward or sideways.
 *
 * <p>Since each room has one line and may use lower lines only, cycles are excluded with it: one
 * use in any cycle goes upward or sideways.
 */
class LayersTest {
  /** Line, then packages below {@code io.millrace}; modules from bottom to top. */
  private static final String ROOMS =
      """
      [api]
      3 api.cluster api.store api.source api.sink api.codec api.consumer
      2 api.snapshot
      1 api.event api.changefeed
      0 api
      [core]
      9 core
      8 core.wiring
      7 core.capture
      6 core.owner core.processor core.verify
      5 core.changefeed core.schedule
      4 core.meta
      3 core.source.mysql core.source.datagen
      3 core.sink.mysql core.sink.kafka core.sink.file core.sink.consumer core.sink.blackhole
      3 core.store.memory core.store.embedded core.store.etcd
      2 core.source.mysql.row core.store core.codec core.dispatch
      2 core.codec.canal core.codec.openprotocol core.codec.avro core.codec.maxwell
      2 core.codec.debezium core.codec.simple core.codec.csv
      1 core.filter core.text core.ddl
      0 core.metrics core.connector core.worker
      [transport]
      3 transport.jdkhttp.server
      2 transport.jdkhttp
      1 transport.jdkhttp.v1 transport.jdkhttp.guard transport.jdkhttp.metrics
      1 transport.jdkhttp.page
      0 transport.jdkhttp.route
      [testkit]
      2 testkit
      1 testkit.store testkit.source testkit.sink testkit.codec
      0 testkit.event
      """;

  /**
   * Packages from outside the JDK's {@code java} and {@code javax}, then the rooms that may use
   * them; a star stands for all rooms of a module. The first line that fits counts.
   */
  private static final String OUTSIDERS =
      """
      org.jspecify.annotations : api.* core.* transport.* testkit.*
      com.google.common : core.* testkit.*
      com.fasterxml.jackson : core.* transport.*
      dagger : core.wiring
      javax.inject : core.wiring
      com.github.shyiko : core.source.mysql
      com.github.luben : core.source.mysql
      org.mariadb : core.source.mysql core.sink.mysql
      org.apache.kafka : core.sink.kafka
      net.jpountz : core.connector
      org.xerial.snappy : core.connector
      io.etcd : core.store.etcd
      com.sun.net.httpserver : transport.jdkhttp
      com.sun.management : transport.jdkhttp.metrics
      picocli : transport.jdkhttp.server
      io.prometheus : transport.jdkhttp.metrics
      org.junit : testkit.*
      org.assertj : testkit.*
      """;

  private static final Pattern USE = Pattern.compile(" +(\\S+) +-> (\\S+) +\\S.*");
  private static final String OURS = "io.millrace.";

  private record Room(String name, int module, int line) {
    boolean mayUse(Room other) {
      if (name.equals(other.name)) {
        return true;
      }
      return module == other.module
          ? other.line < line
          : other.module < module && !isTransportBehindTheFacade(other);
    }

    private boolean isTransportBehindTheFacade(Room other) {
      return name.startsWith("transport.") && other.name.startsWith("core.");
    }

    boolean isNamedBy(String pattern) {
      return pattern.endsWith(".*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
              || name.equals(pattern.substring(0, pattern.length() - 2))
          : name.equals(pattern);
    }
  }

  /** One class uses another. */
  private record Use(String from, String to) {}

  private final Map<String, Room> rooms = rooms();

  @Test
  void everyClassUsesOnlyWhatLiesBelowIt() {
    List<Use> uses = new ArrayList<>();
    for (String line :
        BuiltClasses.run(
            "jdeps", List.of("-verbose:class", "-filter:none"), BuiltClasses.files())) {
      Matcher use = USE.matcher(line);
      if (use.matches()) {
        uses.add(new Use(use.group(1), use.group(2)));
      }
    }
    assertThat(uses)
        .contains(
            new Use("io.millrace.api.event.RowBatch", "io.millrace.api.Tso"),
            new Use("io.millrace.core.connector.Params", "io.millrace.api.CdcException"));
    assertThat(uses.stream().flatMap(use -> fault(use).stream())).isEmpty();
  }

  @Test
  void refusesUsesThatGoUpwardOrSideways() {
    assertRefused("core.meta.Keys", "io.millrace.core.owner.Owner");
    assertRefused("core.meta.Keys", "io.millrace.core.CdcService");
    assertRefused("core.owner.Owner", "io.millrace.core.processor.Processors");
    assertRefused("core.source.mysql.row.Json", "io.millrace.core.source.mysql.Stream");
    assertRefused("api.Tso", "io.millrace.api.event.Row");
    assertRefused("api.store.Txn", "io.millrace.api.sink.Sink");
    assertRefused("api.Tso", "io.millrace.core.text.NumberText");
    assertRefused("core.CdcService", "io.millrace.transport.jdkhttp.JdkHttpTransport");
    assertRefused("transport.jdkhttp.JdkHttpTransport", "io.millrace.testkit.ManualClock");
    assertRefused("transport.jdkhttp.v1.ApiV1", "io.millrace.core.meta.Keys");
    assertRefused("transport.jdkhttp.server.MillraceServer", "io.millrace.core.connector.Params");
    assertRefused("core.stray.Thing", "java.lang.String");
    assertRefused("core.CdcService", "io.millrace.core.stray.Thing");

    assertAccepted("core.owner.Owner", "io.millrace.core.schedule.Schedule");
    assertAccepted("core.source.mysql.Stream", "io.millrace.core.source.mysql.row.TableMap");
    assertAccepted("transport.jdkhttp.v1.ApiV1", "io.millrace.core.CdcService");
    assertAccepted("testkit.ClusterSimulation", "io.millrace.core.meta.Keys");
    assertAccepted("core.meta.Keys$Nested", "io.millrace.core.meta.Keys");
  }

  @Test
  void refusesLibrariesOutsideTheirRooms() {
    assertRefused("core.source.datagen.Bank", "com.github.shyiko.mysql.binlog.BinaryLogClient");
    assertRefused("core.source.mysql.row.Json", "com.github.luben.zstd.Zstd");
    assertRefused("core.store.memory.MemoryStore", "org.h2.mvstore.MVStore");
    assertRefused("core.CdcService", "dagger.Component");
    assertRefused("core.owner.Owner", "javax.inject.Inject");
    assertRefused("transport.jdkhttp.v1.ApiV1", "com.sun.net.httpserver.HttpExchange");
    assertRefused("transport.jdkhttp.JdkHttpTransport", "picocli.CommandLine");
    assertRefused("core.CdcService", "org.slf4j.Logger");
    assertRefused("core.CdcService", "sun.misc.Unsafe");
    assertRefused("core.CdcService", "daggerlike.Component");
    assertRefused("api.Tso", "com.google.common.base.Strings");
    assertRefused("api.Tso", "com.fasterxml.jackson.databind.JsonNode");
    assertRefused("api.Tso", "javax.sql.DataSource");

    assertAccepted("api.Tso", "java.sql.Connection");
    assertAccepted("api.Tso", "org.jspecify.annotations.Nullable");
    assertAccepted("core.filter.TableFilter", "com.google.common.collect.ImmutableList");
    assertAccepted("core.CdcService", "com.fasterxml.jackson.databind.JsonNode");
    assertAccepted("core.wiring.Wiring", "javax.inject.Singleton");
    assertAccepted("core.source.mysql.Tls", "javax.net.ssl.SSLSocket");
    assertAccepted("transport.jdkhttp.JdkHttpTransport", "com.sun.net.httpserver.HttpServer");
  }

  private void assertRefused(String from, String to) {
    assertThat(fault(new Use(OURS + from, to))).as("%s -> %s", from, to).isPresent();
  }

  private void assertAccepted(String from, String to) {
    assertThat(fault(new Use(OURS + from, to))).as("%s -> %s", from, to).isEmpty();
  }

  private Optional<String> fault(Use use) {
    Room from = rooms.get(roomName(use.from()));
    if (from == null) {
      return Optional.of(use.from() + " lies in a package that the table of rooms does not have");
    }
    if (use.to().startsWith(OURS)) {
      Room to = rooms.get(roomName(use.to()));
      return to != null && from.mayUse(to)
          ? Optional.empty()
          : Optional.of(use.from() + " may not use " + use.to());
    }
    return mayUseOutsider(from, use.to())
        ? Optional.empty()
        : Optional.of(use.from() + " may not use the library of " + use.to());
  }

  private static boolean mayUseOutsider(Room from, String className) {
    for (String line : OUTSIDERS.lines().toList()) {
      int colon = line.indexOf(" : ");
      if (className.startsWith(line.substring(0, colon) + ".")) {
        return List.of(line.substring(colon + 3).split(" ", -1)).stream().anyMatch(from::isNamedBy);
      }
    }
    return className.startsWith("java.")
        || (className.startsWith("javax.") && !from.isNamedBy("api.*"));
  }

  private static String roomName(String className) {
    String name = className.substring(OURS.length());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(0, dot);
  }

  private static Map<String, Room> rooms() {
    Map<String, Room> rooms = new HashMap<>();
    int module = -1;
    for (String row : ROOMS.lines().toList()) {
      if (row.startsWith("[")) {
        module++;
        continue;
      }
      String[] words = row.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        rooms.put(words[i], new Room(words[i], module, Integer.parseInt(words[0])));
      }
    }
    return rooms;
  }
}
