package io.millrace.core.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import io.millrace.api.CaptureId;
import io.millrace.api.ChangefeedId;
import io.millrace.api.ConnectorUri;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.TableName;
import io.millrace.api.changefeed.SinkConfig;
import io.millrace.api.sink.Sink;
import io.millrace.api.sink.SinkRequest;
import io.millrace.core.codec.canal.CanalJsonEncoderProvider;
import io.millrace.testkit.sink.SinkContract;
import io.millrace.testkit.sink.SinkFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class FileSinkContractTest extends SinkContract {
  private static final Pattern ID = Pattern.compile("\"data\":\\[\\{\"id\":\"(\\d+)\"");

  @TempDir private Path directory;
  private long nanos;
  private int captures;

  @Override
  protected Sink open() {
    FileSinkProvider provider =
        new FileSinkProvider(
            Map.of(CanalJsonEncoderProvider.PROTOCOL, new CanalJsonEncoderProvider()),
            new Ticker() {
              @Override
              public long read() {
                return nanos;
              }
            },
            () -> Instant.EPOCH);
    for (int gone = 1; gone <= captures; gone++) {
      provider.fence(request("next"), new CaptureId("capture-" + gone));
    }
    captures++;
    return provider.open(request("capture-" + captures));
  }

  private SinkRequest request(String capture) {
    return new SinkRequest(
        ConnectorUri.parse(
            "file://" + directory + "?protocol=canal-json&flush-interval=1s",
            StandardErrorCode.SINK_URI_INVALID),
        SinkConfig.DEFAULT,
        new ChangefeedId("contract"),
        "incarnation",
        new CaptureId(capture),
        Set.of(new TableId(1)),
        1,
        SinkFeed.START,
        ZoneOffset.UTC);
  }

  @Override
  protected void settle() {
    nanos += 400_000_000;
  }

  @Override
  protected Optional<List<Long>> stored(TableName table) {
    return Optional.of(
        files(directory.resolve(table.schema()).resolve(table.table()))
            .flatMap(FileSinkContractTest::lines)
            .map(
                line -> {
                  Matcher id = ID.matcher(line);
                  assertThat(id.find()).as(line).isTrue();
                  return Long.valueOf(id.group(1));
                })
            .toList());
  }

  private static Stream<Path> files(Path table) {
    if (!Files.exists(table)) {
      return Stream.empty();
    }
    try (Stream<Path> all = Files.walk(table)) {
      return all
          .filter(file -> file.getFileName().toString().startsWith("CDC"))
          .sorted(Comparator.comparing(Path::toString))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void nothingOfTheWritersIsLeft() throws IOException {
    open().close();
    try (Stream<Path> top = Files.list(directory)) {
      assertThat(top.map(p -> p.getFileName().toString())).noneMatch(n -> n.startsWith("."));
    }
  }
}
