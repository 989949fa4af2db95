package io.millrace.transport.jdkhttp.v1;

import io.millrace.api.ConnectorUri;
import io.millrace.api.RunningError;
import io.millrace.api.StandardErrorCode;
import io.millrace.api.TableId;
import io.millrace.api.changefeed.ChangefeedDetail;
import io.millrace.api.changefeed.ChangefeedSummary;
import io.millrace.api.changefeed.TaskStatus;
import io.millrace.api.changefeed.TaskStatus.Phase;
import io.millrace.api.changefeed.TaskStatus.TableOperation;
import io.millrace.api.changefeed.Verification;
import io.millrace.api.cluster.ProcessorDetail;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the service answers, in the forms of the wire (API v1, 1.6, 1.7, 1.11 and 3.4). */
final class V1Mapper {
  private static final String SORT_ENGINE = "unified";

  private final DateTimeFormatter local;
  private final DateTimeFormatter withOffset;

  /**
   * Creates a mapper.
   *
   * @param zone the node's, in which all times are shown
   */
  V1Mapper(ZoneId zone) {
    local = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
    withOffset = DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(zone);
  }

  Wire.Changefeed summary(ChangefeedSummary feed) {
    return new Wire.Changefeed(
        feed.id().value(),
        feed.state().wireName(),
        feed.checkpoint(),
        time(feed.checkpoint().instant()),
        error(feed.error()));
  }

  Wire.ChangefeedDetail detail(ChangefeedDetail feed) {
    List<Long> history = feed.errorHistory().stream().map(Instant::toEpochMilli).toList();
    return new Wire.ChangefeedDetail(
        feed.id().value(),
        ConnectorUri.parse(feed.spec().sinkUri(), StandardErrorCode.SINK_URI_INVALID).masked(),
        time(feed.createTime()),
        feed.spec().startTs(),
        feed.spec().targetTs(),
        feed.checkpoint(),
        time(feed.checkpoint().instant()),
        SORT_ENGINE,
        feed.state().wireName(),
        error(feed.error()),
        history.isEmpty() ? null : history,
        feed.creatorVersion(),
        feed.taskStatus().stream().map(V1Mapper::task).toList());
  }

  Wire.OldChangefeed old(ChangefeedDetail feed) {
    return new Wire.OldChangefeed(
        feed.state().wireName(),
        feed.checkpoint(),
        time(feed.checkpoint().instant()),
        error(feed.error()));
  }

  Wire.ProcessorDetail processor(ProcessorDetail processor) {
    return new Wire.ProcessorDetail(
        processor.checkpoint(),
        processor.resolved(),
        numbers(processor.tables()),
        error(processor.error()));
  }

  Wire.Verification verification(Verification verification) {
    return new Wire.Verification(
        wireName(verification.state()),
        verification.equal(),
        verification.started().map(this::time).orElse(null),
        verification.finished().map(this::time).orElse(null),
        verification.comparedTs().orElse(null),
        verification.position().orElse(null),
        verification.tables(),
        verification.tablesDone(),
        verification.rows(),
        verification.differences(),
        verification.examples().stream()
            .map(
                each ->
                    new Wire.Difference(
                        wireName(each.kind()),
                        each.table().schema(),
                        each.table().table(),
                        each.key(),
                        each.columns()))
            .toList(),
        verification.leftOut().stream()
            .map(
                each ->
                    new Wire.LeftOut(each.table().schema(), each.table().table(), each.reason()))
            .toList(),
        verification.error().orElse(null));
  }

  private static String wireName(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static Wire.TaskStatus task(TaskStatus task) {
    Map<String, Wire.TableOperation> operations = new TreeMap<>();
    task.operations().forEach((id, each) -> operations.put(id.toString(), operation(each)));
    return new Wire.TaskStatus(task.capture().value(), numbers(task.tables()), operations);
  }

  private static Wire.TableOperation operation(TableOperation operation) {
    return new Wire.TableOperation(
        operation.phase() == Phase.FINISHED,
        operation.delete(),
        operation.move() ? 1 : null,
        operation.boundary(),
        status(operation.phase()));
  }

  private static @Nullable Integer status(Phase phase) {
    return switch (phase) {
      case DISPATCHED -> null;
      case PROCESSED -> 1;
      case FINISHED -> 2;
    };
  }

  private static List<Long> numbers(List<TableId> tables) {
    return tables.stream().map(TableId::value).toList();
  }

  private Wire.@Nullable RunningError error(Optional<RunningError> error) {
    return error
        .map(
            met ->
                new Wire.RunningError(
                    withOffset.format(met.time()), met.address(), met.code(), met.message()))
        .orElse(null);
  }

  private String time(Instant instant) {
    return local.format(instant);
  }
}
